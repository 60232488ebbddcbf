//! A bookshop in PostgreSQL, written with levity: the smallest package that has everything such a package needs.
//!
//! [`schema`] is the source of truth, [`connect`] opens a database that has this build's migrations, and the other modules
//! are what the shop does with it.

pub mod catalog;
pub mod sales;
pub mod schema;
pub mod seed;
pub mod stock;

use std::error::Error;

use levity::{
    Config, Database,
    migrate::{EmbeddedMigration, History, HistoryError, Migrator},
};

/// The name of this project's history in a database, and of its database on a private server. It never changes.
pub const PROJECT: &str = "bookshop";

/// Where `cargo db generate` writes migrations.
pub const MIGRATIONS_DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");

/// The migrations of this build.
pub const MIGRATIONS: &[EmbeddedMigration] = levity::embed_migrations!("migrations");

/// What applies and verifies the migrations of this build.
///
/// # Errors
///
/// When they contradict each other, such as two that follow the same one.
pub fn migrator() -> Result<Migrator, HistoryError> {
    Ok(Migrator::new(PROJECT, History::embedded(MIGRATIONS)?))
}

/// Connects, and checks that the database has the migrations of this build. It applies none: that is `cargo db migrate`.
///
/// # Errors
///
/// When the server cannot be reached, or when migrations are pending.
pub async fn connect(config: Config) -> Result<Database, Box<dyn Error + Send + Sync>> {
    let migrator = migrator()?;
    let db = Database::connect(config.clone()).await?;
    migrator.verify(&config).await?;
    // From now on, an error about a missing column says when a migration is pending.
    db.know_migrations(migrator);
    Ok(db)
}
