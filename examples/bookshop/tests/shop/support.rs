use std::{error::Error, ops::Deref};

use bookshop::{
    MIGRATIONS, connect, migrator,
    schema::{Book, Shop},
    seed::seed,
};
use levity::{Config, Database, eq};

/// A migrated and seeded database, dropped with this value.
pub(crate) struct TestDatabase {
    db: Database,
    // After the pool, so that the connections are gone before the database is dropped.
    database: levity_local::TestDatabase,
}

impl TestDatabase {
    /// Clones the database that the first test has made of these migrations.
    async fn create() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let key = format!("bookshop {MIGRATIONS:?}");
        let database = levity_local::TestDatabase::from_template(&key, async |url: String| {
            let config = Config::from_url(&url)?;
            migrator()?.run(&config, &mut |_| ()).await?;
            let db = Database::connect(config).await?;
            seed(&db).await?;
            db.close().await;
            Ok::<_, Box<dyn Error + Send + Sync>>(())
        })
        .await?;
        let db = connect(Config::from_url(database.url())?).await?;
        Ok(Self { db, database })
    }

    /// Runs a test; `#[levity::database_test]` calls it.
    pub(crate) fn run<T>(test: impl AsyncFnOnce(Self) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { test(Self::create().await.unwrap()).await })
    }

    /// Where it is, for programs that connect themselves.
    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    pub(crate) async fn book(&self, title: &str) -> Book {
        self.select::<Book>().filter(eq(Book::title, title)).one().await.unwrap()
    }

    pub(crate) async fn shop(&self, name: &str) -> i64 {
        self.select::<Shop>().filter(eq(Shop::name, name)).columns(Shop::id).one().await.unwrap()
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}
