use levity::{
    Config, Database, Error,
    migrate::{EmbeddedMigration, History, HistoryError, MigrateError, Migrator},
};

/// The name of this project's history in a database.
pub const PROJECT: &str = "antigravity";

/// Where the migrations are in the source tree, for tools that read or write them.
pub const MIGRATIONS_DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");

/// The migrations of this build.
pub const MIGRATIONS: &[EmbeddedMigration] = levity::embed_migrations!("migrations");

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] Error),
    /// The database does not have the migrations of this build.
    #[error(transparent)]
    Migrations(#[from] MigrateError),
}

/// Connects as the environment says (`DATABASE_URL`, `DB_POOL_SIZE`); see [`connect`].
///
/// # Errors
///
/// See [`Config::from_env`] and [`connect`].
pub async fn connect_from_env() -> Result<Database, OpenError> {
    connect(Config::from_env()?).await
}

/// Connects, and checks that the database has the migrations of this build.
///
/// Nothing is applied: who deploys runs `cargo db migrate` before, or the service calls [`migrator`] when it is told to. A
/// database that is newer than this build passes, so that instances of the old version can start during a rollout.
///
/// # Errors
///
/// When the server cannot be reached, or when migrations are pending or were edited after they were applied.
pub async fn connect(config: Config) -> Result<Database, OpenError> {
    let migrator = migrator().map_err(MigrateError::from)?;
    let db = Database::connect(config.clone()).await?;
    migrator.verify(&config).await?;
    db.know_migrations(migrator);
    Ok(db)
}

/// Applies the migrations of this build: `migrator()?.run(&config, &mut |_| ()).await`.
///
/// # Errors
///
/// When the migrations that were embedded contradict each other, such as two that follow the same one.
pub fn migrator() -> Result<Migrator, HistoryError> {
    Ok(Migrator::new(PROJECT, History::embedded(MIGRATIONS)?))
}
