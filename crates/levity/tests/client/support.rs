pub(crate) mod certificates;
pub(crate) mod proxy;

use std::{future::Future, time::Duration};

use levity::{Config, Database, Error, Executor, sql::Statement};
use levity_local::TestDatabase;
use tokio_postgres::{Client, Row};

/// A database of the test's own, a pool on it, and a connection beside the pool that sees what the server sees.
pub(crate) struct Fixture {
    pub(crate) database: Database,
    pub(crate) observer: Client,
    pub(crate) config: Config,
    _test_database: TestDatabase,
}

impl Fixture {
    pub(crate) async fn new(configure: impl FnOnce(Config) -> Config) -> Self {
        let test_database = TestDatabase::empty().await.unwrap();
        let config = configure(Config::from_url(test_database.url()).unwrap());
        let observer = Config::from_url(test_database.url()).unwrap().connect().await.unwrap();
        let database = Database::connect(config.clone()).await.unwrap();
        Self { database, observer, config, _test_database: test_database }
    }

    pub(crate) async fn with_pool_of(size: usize) -> Self {
        Self::new(|config| config.pool_size(size).unwrap()).await
    }

    /// Runs statements beside the pool.
    pub(crate) async fn setup(&self, sql: &str) {
        self.observer.batch_execute(sql).await.unwrap();
    }

    /// How many sessions of the pool there are for which the condition holds.
    pub(crate) async fn sessions(&self, condition: &str) -> i64 {
        count(&self.observer, condition).await
    }

    /// Waits until that many sessions of the pool are as described.
    pub(crate) async fn until_sessions(&self, condition: &str, expected: i64) {
        bounded(async {
            while self.sessions(condition).await != expected {
                // Leaves the processor to those who are waited for.
                self.setup("SELECT pg_sleep(0.002)").await;
            }
            // And lets this side read what the server had to say to these sessions.
            self.setup("SELECT pg_sleep(0.002)").await;
        })
        .await;
    }
}

async fn count(observer: &Client, condition: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND ({condition})"
    );
    observer.query_one(&sql, &[]).await.unwrap().get(0)
}

/// Fails instead of hanging.
pub(crate) async fn bounded<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("it does not hang")
}

pub(crate) fn statement(sql: &str) -> Statement {
    Statement { sql: sql.to_owned(), parameters: Vec::new() }
}

pub(crate) async fn query(executor: impl Executor, statement: &Statement) -> Result<Vec<Row>, Error> {
    executor.query(statement).await
}

pub(crate) async fn execute(executor: impl Executor, statement: &Statement) -> Result<u64, Error> {
    executor.execute(statement).await
}

pub(crate) async fn rows(executor: impl Executor, sql: &str) -> Result<Vec<Row>, Error> {
    query(executor, &statement(sql)).await
}

pub(crate) async fn run(executor: impl Executor, sql: &str) -> Result<u64, Error> {
    execute(executor, &statement(sql)).await
}

pub(crate) async fn number(executor: impl Executor, sql: &str) -> i64 {
    rows(executor, sql).await.unwrap()[0].get(0)
}

/// The message and everything behind it, as a reporter prints them.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
