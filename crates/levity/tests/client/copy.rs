use bytes::Bytes;
use futures_util::SinkExt;
use levity::{Error, Executor};
use tokio_postgres::types::Type;

use crate::support::{Fixture, bounded, number, run};

async fn copy_in<E: Executor>(executor: E, sql: &str) -> Result<E::Copy, Error> {
    executor.copy_in(sql).await
}

const COPY: &str = "COPY items FROM STDIN";
const COUNT: &str = "SELECT count(*) FROM items";

fn lines(numbers: std::ops::Range<u32>) -> Bytes {
    numbers.flat_map(|number| format!("{number}\n").into_bytes()).collect()
}

#[tokio::test]
async fn what_is_finished_is_stored_wherever_it_runs() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let database = &fixture.database;
    let mut copy = copy_in(database, COPY).await.unwrap();
    for start in 0..100 {
        copy.send(lines(start * 1000..start * 1000 + 1000)).await.unwrap();
    }
    assert_eq!(bounded(copy.finish()).await.unwrap(), 100_000);
    assert_eq!(number(database, COUNT).await, 100_000);

    let transaction = database.begin().await.unwrap();
    let mut copy = copy_in(&transaction, COPY).await.unwrap();
    copy.send(lines(0..10)).await.unwrap();
    assert_eq!(bounded(copy.finish()).await.unwrap(), 10);
    assert_eq!(number(&transaction, COUNT).await, 100_010);
    transaction.rollback().await.unwrap();
    assert_eq!(number(database, COUNT).await, 100_000);
    assert_eq!(fixture.sessions("true").await, 1);
}

#[tokio::test]
async fn what_is_dropped_half_way_stores_nothing_and_leaves_a_clean_connection() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let mut copy = copy_in(&fixture.database, COPY).await.unwrap();
    copy.send(lines(0..50_000)).await.unwrap();
    drop(copy);
    assert_eq!(bounded(number(&fixture.database, COUNT)).await, 0);
    fixture.until_sessions("query LIKE 'COPY%' AND state <> 'idle'", 0).await;
    assert_eq!(number(&fixture.database, COUNT).await, 0);
}

#[tokio::test]
async fn in_a_transaction_nothing_runs_beside_it_and_a_nested_one_limits_what_is_lost() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (1)").await.unwrap();
    let nested = transaction.begin().await.unwrap();
    let mut copy = copy_in(&nested, COPY).await.unwrap();
    copy.send(lines(0..50_000)).await.unwrap();
    let refused = bounded(run(&nested, "SELECT 1")).await.unwrap_err();
    insta::assert_snapshot!(refused, @"a `COPY` into a table is under way in this transaction: finish it or drop it before another statement");
    drop(copy);
    assert_eq!(run(&nested, "SELECT 1").await.unwrap_err().code().unwrap().code(), "25P02");
    nested.rollback().await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(number(&fixture.database, COUNT).await, 1);
}

#[tokio::test]
async fn what_the_server_refuses_is_told_at_the_end() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let mut copy = copy_in(&fixture.database, COPY).await.unwrap();
    copy.send(Bytes::from_static(b"1\nnone\n")).await.unwrap();
    copy.send(lines(0..50_000)).await.unwrap();
    let error = bounded(copy.finish()).await.unwrap_err();
    insta::assert_snapshot!(error, @r#"invalid input syntax for type integer: "none" (SQLSTATE 22P02)"#);
    assert_eq!(error.statement(), Some(COPY));
    assert_eq!(number(&fixture.database, COUNT).await, 0);
    assert_eq!(fixture.sessions("true").await, 1);
}

/// The server has counted the rows before it commits them.
#[tokio::test]
async fn a_constraint_that_is_checked_at_the_commit_is_told() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture
        .setup(
            "CREATE TABLE parents (id int PRIMARY KEY); \
                CREATE TABLE items (id int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)",
        )
        .await;
    let mut copy = copy_in(&fixture.database, COPY).await.unwrap();
    copy.send(lines(1..2)).await.unwrap();
    assert!(bounded(copy.finish()).await.unwrap_err().is_foreign_key_violation());
    let mut copy = copy_in(&fixture.database, COPY).await.unwrap();
    copy.send(lines(1..2)).await.unwrap();
    // Not by `finish`, but as a sink.
    assert!(bounded(copy.close()).await.unwrap_err().is_foreign_key_violation());
    assert_eq!(number(&fixture.database, COUNT).await, 0);
}

#[tokio::test]
async fn another_statement_is_no_copy() {
    let fixture = Fixture::with_pool_of(1).await;
    let error = bounded(copy_in(&fixture.database, "SELECT generate_series(1, 100000)")).await.unwrap_err();
    insta::assert_snapshot!(error, @"the statement is no `COPY … FROM STDIN`");
    assert_eq!(bounded(number(&fixture.database, "SELECT 1::bigint")).await, 1);
}

async fn types<E: Executor>(executor: E, sql: &str) -> (Vec<Type>, Vec<String>) {
    let described = executor.describe(sql).await.unwrap();
    let columns = described.columns().iter().map(|column| column.type_().name().to_owned());
    (described.params().to_vec(), columns.collect())
}

#[tokio::test]
async fn a_statement_is_described_without_running() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int, name text); CREATE TYPE mood AS ENUM ('ok'); ALTER TABLE items ADD mood mood").await;
    let columns: Vec<String> = ["int4", "text", "mood"].map(str::to_owned).to_vec();
    let select = types(&fixture.database, "SELECT id, name, mood FROM items WHERE false").await;
    assert_eq!(select, (vec![], columns.clone()));
    let transaction = fixture.database.begin().await.unwrap();
    let insert = "INSERT INTO items VALUES ($1) RETURNING *";
    assert_eq!(types(&transaction, insert).await, (vec![Type::INT4], columns));
    transaction.commit().await.unwrap();
    assert_eq!(number(&fixture.database, COUNT).await, 0);
}
