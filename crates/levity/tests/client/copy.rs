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

/// A table whose rows are refused before there are any.
const REFUSING: &str = "CREATE TABLE others (id int); CREATE TABLE items (id int); \
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$; \
    CREATE TRIGGER refuse BEFORE INSERT ON items EXECUTE FUNCTION refuse()";

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

/// Where it refuses a copy before it has looked for data, the server answers twice.
#[tokio::test]
async fn what_the_server_refuses_early_leaves_no_answer_behind() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup(REFUSING).await;
    let database = &fixture.database;
    for sql in ["COPY missing FROM STDIN", "SELECT 1", COPY, "COPY missing FROM STDIN"] {
        match bounded(copy_in(database, sql)).await {
            Err(error) => assert_ne!(sql, COPY, "{error}"),
            Ok(mut copy) => {
                copy.send(lines(0..10)).await.unwrap();
                assert_eq!(bounded(copy.finish()).await.unwrap_err().code().unwrap().code(), "P0001");
            }
        }
        for expected in 0..3 {
            assert_eq!(bounded(number(database, &format!("SELECT {expected}::bigint"))).await, expected);
        }
    }
    drop(bounded(copy_in(database, COPY)).await.unwrap());
    assert_eq!(bounded(number(database, "SELECT 7::bigint")).await, 7);
    // With the bare client as well.
    let client = database.client().await.unwrap();
    client.copy_in::<_, Bytes>("COPY missing FROM STDIN").await.map(drop).unwrap_err();
    drop(client);
    assert_eq!(bounded(number(database, "SELECT 8::bigint")).await, 8);
}

#[tokio::test]
async fn what_the_server_refuses_early_ends_the_transaction_around_it() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup(REFUSING).await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "INSERT INTO others VALUES (1)").await.unwrap();
    let nested = transaction.begin().await.unwrap();
    let mut copy = copy_in(&nested, COPY).await.unwrap();
    copy.send(lines(0..10)).await.unwrap();
    assert_eq!(bounded(copy.finish()).await.unwrap_err().code().unwrap().code(), "P0001");
    let error = bounded(nested.rollback()).await.unwrap_err();
    insta::assert_snapshot!(error, @"the connection was closed, because the server refused a `COPY` before it looked for data; the transaction is rolled back");
    assert!(error.is_connect());
    assert!(bounded(run(&transaction, "SELECT 1")).await.unwrap_err().is_connect());
    assert!(bounded(transaction.commit()).await.unwrap_err().is_connect());
    assert_eq!(bounded(number(&fixture.database, "SELECT count(*) FROM others")).await, 0);
}

#[tokio::test]
async fn what_the_server_refuses_late_is_undone_with_the_nested_transaction() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int PRIMARY KEY)").await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (1)").await.unwrap();
    for rolled_back in [true, false] {
        let nested = transaction.begin().await.unwrap();
        let mut copy = copy_in(&nested, COPY).await.unwrap();
        copy.send(lines(0..3)).await.unwrap();
        assert!(bounded(copy.finish()).await.unwrap_err().is_unique_violation());
        if rolled_back {
            bounded(nested.rollback()).await.unwrap();
        }
    }
    assert_eq!(bounded(number(&transaction, COUNT)).await, 1);
    transaction.commit().await.unwrap();
    assert_eq!(number(&fixture.database, COUNT).await, 1);
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
