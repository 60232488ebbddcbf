use futures_util::FutureExt;
use levity_local::TestDatabase;

use super::{Database, PendingCheck};
use crate::{Config, Error, Executor, sql::Statement};

const HINT: &str = "migrations are pending: run `cargo db migrate`";

async fn failure(executor: impl Executor, sql: &str) -> Error {
    executor.query(&Statement { sql: sql.to_owned(), parameters: Vec::new() }).await.unwrap_err()
}

#[tokio::test]
async fn a_missing_table_or_column_is_explained_by_pending_migrations() {
    let server = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(server.url()).unwrap().pool_size(2).unwrap();
    let database = Database::connect(config).await.unwrap();
    assert_eq!(failure(&database, "SELECT * FROM missing").await.hint(), None);

    // Asks the database, as a real one does: the connection must be of use after the failure.
    let check: PendingCheck = Box::new(|client| {
        async move { client.query_one("SELECT 1", &[]).await.ok().map(|_| HINT.to_owned()) }.boxed()
    });
    database.set_pending_check(check);
    let error = failure(&database, "SELECT * FROM missing").await;
    assert_eq!(error.hint(), Some(HINT));
    assert_eq!(error.to_string(), format!("relation \"missing\" does not exist (SQLSTATE 42P01); {HINT}"));
    assert_eq!(failure(&database, "SELECT missing").await.hint(), Some(HINT));
    assert_eq!(failure(&database, "SELECT 1 / 0").await.hint(), None);

    // In a transaction another connection is asked, and when there is none the error stands alone.
    let transaction = database.begin().await.unwrap();
    assert_eq!(failure(&transaction, "SELECT missing").await.hint(), Some(HINT));
    transaction.rollback().await.unwrap();
    let (first, second) = (database.begin().await.unwrap(), database.begin().await.unwrap());
    assert_eq!(failure(&first, "SELECT missing").await.hint(), None);
    drop(second);
}
