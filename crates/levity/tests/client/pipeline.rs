//! How often a caller waits for the server.

use std::time::Duration;

use levity::{Config, Database, Error, Executor, Transaction, TransactionOptions};

use crate::support::{Fixture, bounded, number, proxy::Proxy, rows, run, statement};

/// The fixture's database, by way of a proxy that counts.
async fn counted(fixture: &Fixture) -> (Proxy, Database) {
    let proxy = Proxy::plain(&fixture.config).await;
    let parts = fixture.config.parts();
    let given = |key| parts.get(key).map(|value| format!("{key}={value}")).unwrap_or_default();
    let password = parts.password().map(|password| format!("password={password}")).unwrap_or_default();
    let url = format!("host=localhost port={} {} {} {password}", proxy.port, given("user"), given("dbname"));
    let config = Config::from_url(&url).unwrap().pool_size(1).unwrap();
    let database = bounded(Database::connect(config)).await.unwrap();
    (proxy, database)
}

async fn three(transaction: &Transaction) -> Result<(), Error> {
    let (one, two, three) = tokio::try_join!(
        rows(transaction, "SELECT 1::bigint"),
        rows(transaction, "SELECT 2::bigint"),
        run(transaction, "SELECT generate_series(1, 3)"),
    )?;
    assert_eq!((one[0].get::<_, i64>(0), two[0].get::<_, i64>(0), three), (1, 2, 3));
    Ok(())
}

#[tokio::test]
async fn statements_of_one_transaction_that_are_joined_cost_one_round_trip() {
    let fixture = Fixture::with_pool_of(1).await;
    let (proxy, database) = counted(&fixture).await;
    let transaction = bounded(database.begin()).await.unwrap();
    // They have to be prepared; those that are ready go on while others are not.
    bounded(three(&transaction)).await.unwrap();
    let before = proxy.round_trips();
    bounded(three(&transaction)).await.unwrap();
    assert_eq!(proxy.round_trips() - before, 1);
    // One after the other, for comparison.
    for sql in ["SELECT 1::bigint", "SELECT 2::bigint"] {
        rows(&transaction, sql).await.unwrap();
    }
    assert_eq!(proxy.round_trips() - before, 3);
    transaction.commit().await.unwrap();
    assert_eq!(proxy.round_trips() - before, 4);
}

#[tokio::test]
async fn the_limits_of_a_transaction_go_along_with_its_begin() {
    let fixture = Fixture::with_pool_of(1).await;
    let (proxy, database) = counted(&fixture).await;
    let before = proxy.round_trips();
    let limit = Duration::from_secs(5);
    let options = TransactionOptions::new().statement_timeout(limit).lock_timeout(limit);
    let transaction = bounded(database.begin_with(options)).await.unwrap();
    assert_eq!(proxy.round_trips() - before, 1);
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_statement_of_the_pool_costs_one_round_trip() {
    let fixture = Fixture::with_pool_of(1).await;
    let (proxy, database) = counted(&fixture).await;
    number(&database, "SELECT 1::bigint").await;
    let before = proxy.round_trips();
    number(&database, "SELECT 1::bigint").await;
    assert_eq!(proxy.round_trips() - before, 1);
}

#[tokio::test]
async fn what_fails_among_joined_statements_fails_alone_or_with_its_transaction() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction = fixture.database.begin().await.unwrap();
    let executor = &transaction;
    let (good, bad, late) =
        (statement("SELECT 1::bigint"), statement("SELECT 1 / 0"), statement("SELECT 3::bigint"));
    for sql in [&good, &bad, &late] {
        executor.describe(&sql.sql).await.unwrap();
    }
    let (good, bad, late) =
        bounded(async { tokio::join!(executor.query(&good), executor.query(&bad), executor.query(&late)) })
            .await;
    assert_eq!(good.unwrap()[0].get::<_, i64>(0), 1);
    assert_eq!(bad.unwrap_err().code().unwrap().code(), "22012");
    assert_eq!(late.unwrap_err().code().unwrap().code(), "25P02");
    drop(transaction);
    assert_eq!(number(&fixture.database, "SELECT 4::bigint").await, 4);
}
