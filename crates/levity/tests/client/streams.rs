use futures_util::{FutureExt, StreamExt, TryStreamExt};
use levity::{Database, Error, Executor, RowStream, Transaction, sql::Statement};
use std::sync::Arc;
use tokio_postgres::Row;

use crate::support::{Fixture, bounded, number, rows, run, statement};

async fn stream<E: Executor>(executor: E, sql: &str) -> Result<E::Rows, Error> {
    executor.stream(&statement(sql)).await
}

async fn numbers(stream: RowStream<'_>) -> Vec<i64> {
    bounded(stream.map_ok(|row: Row| row.get::<_, i64>(0)).try_collect()).await.unwrap()
}

const MANY: &str = "SELECT n, repeat('x', 1000) FROM generate_series(1, 20000::bigint) AS n";

#[tokio::test]
async fn a_stream_gives_every_row_in_order_wherever_it_runs() {
    let fixture = Fixture::with_pool_of(1).await;
    let all: Vec<i64> = (1..=20_000).collect();
    assert_eq!(numbers(stream(&fixture.database, MANY).await.unwrap()).await, all);
    let transaction = fixture.database.begin().await.unwrap();
    assert_eq!(numbers(stream(&transaction, MANY).await.unwrap()).await, all);
    transaction.commit().await.unwrap();
    for (sql, count) in [("SELECT 1::bigint WHERE false", 0), ("VALUES (7::bigint)", 1)] {
        assert_eq!(numbers(stream(&fixture.database, sql).await.unwrap()).await.len(), count);
        let transaction = fixture.database.begin().await.unwrap();
        assert_eq!(numbers(stream(&transaction, sql).await.unwrap()).await.len(), count);
    }
}

#[tokio::test]
async fn values_are_bound_also_where_a_cursor_is_declared() {
    let fixture = Fixture::with_pool_of(1).await;
    let statement = Statement {
        sql: "SELECT n FROM generate_series($1::bigint, $2::bigint) AS n".to_owned(),
        parameters: vec![Arc::new(3_i64), Arc::new(5_i64)],
    };
    let transaction = fixture.database.begin().await.unwrap();
    let executor = &transaction;
    assert_eq!(numbers(executor.stream(&statement).await.unwrap()).await, [3, 4, 5]);
    transaction.rollback().await.unwrap();
    let executor = &fixture.database;
    assert_eq!(numbers(executor.stream(&statement).await.unwrap()).await, [3, 4, 5]);
}

/// The server cannot get rid of its rows: nobody holds them for a reader that is slow.
#[tokio::test]
async fn a_slow_reader_slows_the_server_down() {
    let fixture = Fixture::with_pool_of(1).await;
    let mut rows =
        stream(&fixture.database, "SELECT n, repeat('x', 1000) FROM generate_series(1, 10000000::bigint) n")
            .await
            .unwrap();
    assert_eq!(rows.next().await.unwrap().unwrap().get::<_, i64>(0), 1);
    fixture.until_sessions("wait_event = 'ClientWrite'", 1).await;
    // What was dropped half-way never reaches the next user.
    drop(rows);
    assert_eq!(bounded(number(&fixture.database, "SELECT 42::bigint")).await, 42);
    fixture.until_sessions("query LIKE '%10000000%'", 0).await;
    assert_eq!(fixture.sessions("true").await, 1);
}

/// A stream that was read to its end is over at once, also while it is still around.
#[tokio::test]
async fn a_stream_keeps_its_connection_until_its_last_row() {
    let fixture = Fixture::with_pool_of(1).await;
    let mut rows =
        stream(&fixture.database, "SELECT n FROM generate_series(1, 2::bigint) AS n").await.unwrap();
    assert_eq!(fixture.database.status().idle, 0);
    while let Some(row) = rows.next().await {
        row.unwrap();
    }
    assert_eq!(fixture.database.status().idle, 1);
    let pid = number(&fixture.database, "SELECT pg_backend_pid()::bigint").await;
    assert!(rows.next().await.is_none());
    assert_eq!(number(&fixture.database, "SELECT pg_backend_pid()::bigint").await, pid);
}

async fn cursors(transaction: &Transaction) -> i64 {
    number(transaction, "SELECT count(*) FROM pg_cursors WHERE name <> ''").await
}

#[tokio::test]
async fn other_statements_run_while_a_stream_of_the_transaction_is_half_read() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE seen (id bigint)").await;
    let transaction = fixture.database.begin().await.unwrap();
    let mut first = stream(&transaction, MANY).await.unwrap();
    let mut second = stream(&transaction, MANY).await.unwrap();
    let mut sum = 0;
    bounded(async {
        for expected in 1..=3000_i64 {
            let row = first.next().await.unwrap().unwrap();
            assert_eq!(row.get::<_, i64>(0), expected);
            if expected % 2 == 0 {
                assert_eq!(second.next().await.unwrap().unwrap().get::<_, i64>(0), expected / 2);
            }
            if expected % 100 == 0 {
                run(&transaction, &format!("INSERT INTO seen VALUES ({expected})")).await.unwrap();
                transaction.transaction(async |tx| run(tx, "UPDATE seen SET id = id").await).await.unwrap();
                sum += expected;
            }
        }
    })
    .await;
    assert_eq!(cursors(&transaction).await, 2);
    drop(first);
    assert_eq!(cursors(&transaction).await, 1);
    // The name of the one that has gone is free again.
    assert_eq!(numbers(stream(&transaction, "VALUES (1::bigint)").await.unwrap()).await, [1]);
    assert_eq!(second.next().await.unwrap().unwrap().get::<_, i64>(0), 1501);
    drop(second);
    assert_eq!(cursors(&transaction).await, 0);
    transaction.commit().await.unwrap();
    assert_eq!(number(&fixture.database, "SELECT sum(id)::bigint FROM seen").await, sum);
    assert_eq!(fixture.sessions("true").await, 1);
}

/// As in a `select!` loop: the stream was polled, has asked for rows, and is not polled again.
#[tokio::test]
async fn rows_that_were_asked_for_and_are_not_read_hold_nobody_up() {
    let fixture = Fixture::with_pool_of(1).await;
    let wide = "SELECT n, repeat('x', 50000) FROM generate_series(1, 2000::bigint) AS n";
    let transaction = fixture.database.begin().await.unwrap();
    let mut rows = stream(&transaction, wide).await.unwrap();
    let mut read = 0;
    bounded(async {
        loop {
            match rows.next().now_or_never() {
                Some(Some(row)) => {
                    row.unwrap();
                    read += 1;
                }
                Some(None) => break,
                None => assert_eq!(number(&transaction, "SELECT 42::bigint").await, 42),
            }
        }
    })
    .await;
    assert_eq!(read, 2000);
    drop(rows);
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn what_fails_before_the_first_row_fails_at_once_and_later_ends_the_stream() {
    const LATER: &str = "SELECT 1 / (100 - n) FROM generate_series(1, 1000::bigint) AS n";
    async fn check<E: Executor>(executor: E) {
        let mut rows = stream(executor, LATER).await.unwrap();
        let mut failure = None;
        while let Some(row) = rows.next().await {
            assert!(failure.is_none());
            failure = row.err();
        }
        let failure = failure.unwrap();
        assert_eq!(failure.code().unwrap().code(), "22012");
        assert_eq!(failure.statement(), Some(LATER));
    }
    let fixture = Fixture::with_pool_of(1).await;
    let database: &Database = &fixture.database;
    for sql in ["SELECT nothing", "SELECT 1 / (n - 1) FROM generate_series(1, 9) AS n"] {
        let error = stream(database, sql).await.unwrap_err();
        let transaction = database.begin().await.unwrap();
        let same = stream(&transaction, sql).await.unwrap_err();
        assert_eq!(error.to_string(), same.to_string());
        assert_eq!((error.statement(), error.position()), (same.statement(), same.position()));
        drop(transaction);
    }
    check(database).await;
    let transaction = database.begin().await.unwrap();
    check(&transaction).await;
    drop(transaction);
    assert_eq!(number(database, "SELECT 1::bigint").await, 1);
}

#[tokio::test]
async fn a_plan_that_no_longer_fits_is_made_again_before_the_first_row() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id bigint); INSERT INTO items VALUES (1)").await;
    assert_eq!(numbers(stream(&fixture.database, "SELECT * FROM items").await.unwrap()).await, [1]);
    fixture.setup("ALTER TABLE items ADD COLUMN name text").await;
    let row = stream(&fixture.database, "SELECT * FROM items").await.unwrap().next().await.unwrap().unwrap();
    assert_eq!(row.len(), 2);
}

/// The driver looks up types that it does not know; the rows that have come must not be in the way.
#[tokio::test]
async fn a_type_that_is_new_is_met_in_a_cursor() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id bigint); INSERT INTO items SELECT generate_series(1, 5000)").await;
    let count = async || {
        let transaction = fixture.database.begin().await.unwrap();
        let count = numbers(stream(&transaction, "SELECT * FROM items").await.unwrap()).await.len();
        transaction.commit().await.unwrap();
        count
    };
    assert_eq!(count().await, 5000);
    fixture
        .setup(
            "CREATE TYPE mood AS ENUM ('good'); ALTER TABLE items ADD COLUMN mood mood DEFAULT 'good'; \
             ALTER TABLE items ADD COLUMN padding text DEFAULT repeat('x', 5000)",
        )
        .await;
    assert_eq!(count().await, 5000);
}

#[tokio::test]
async fn a_cursor_is_for_queries_only() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id bigint)").await;
    let insert = "INSERT INTO items VALUES (1) RETURNING id";
    let transaction = fixture.database.begin().await.unwrap();
    let error = stream(&transaction, insert).await.unwrap_err();
    insta::assert_snapshot!(error, @"in a transaction only a `SELECT` or `VALUES` that changes nothing can be streamed: run the statement at once, or stream it outside of the transaction");
    assert_eq!(error.statement(), Some(insert));
    drop(transaction);
    assert_eq!(numbers(stream(&fixture.database, insert).await.unwrap()).await, [1]);
}

#[tokio::test]
async fn a_value_that_cannot_be_sent_leaves_the_transaction_as_it_was() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction = fixture.database.begin().await.unwrap();
    let wrong = Statement { sql: "SELECT $1::int".to_owned(), parameters: vec![Arc::new("one")] };
    let executor = &transaction;
    assert!(executor.stream(&wrong).await.unwrap_err().is_invalid_parameter());
    let setting = &rows(&transaction, "SHOW cursor_tuple_fraction").await.unwrap()[0];
    assert_eq!(setting.get::<_, &str>(0), "0.1");
    assert_eq!(numbers(stream(&transaction, "VALUES (1::bigint)").await.unwrap()).await, [1]);
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn while_a_nested_transaction_is_open_no_more_rows_are_asked_for() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction = fixture.database.begin().await.unwrap();
    let mut all = stream(&transaction, MANY).await.unwrap();
    let nested = transaction.begin().await.unwrap();
    let failure = loop {
        if let Err(error) = all.next().await.unwrap() {
            break error;
        }
    };
    insta::assert_snapshot!(failure, @"a nested transaction is open: commit it or roll it back before using the one around it");
    assert!(all.next().await.is_none());
    drop(all);
    run(&nested, "SELECT 1").await.unwrap();
    nested.commit().await.unwrap();
    assert_eq!(cursors(&transaction).await, 0);
    transaction.commit().await.unwrap();
}

/// A nested transaction that has failed takes no commands; the cursor of the outer one stays until its end.
#[tokio::test]
async fn a_stream_is_dropped_while_a_nested_transaction_has_failed() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction = fixture.database.begin().await.unwrap();
    let rows = stream(&transaction, MANY).await.unwrap();
    let nested = transaction.begin().await.unwrap();
    run(&nested, "SELECT 1 / 0").await.unwrap_err();
    drop(rows);
    nested.rollback().await.unwrap();
    assert_eq!(numbers(stream(&transaction, MANY).await.unwrap()).await.len(), 20_000);
    transaction.commit().await.unwrap();
}

/// Also with no place for prepared statements at all.
#[tokio::test]
async fn streams_do_without_a_statement_cache() {
    let fixture = Fixture::new(|config| config.pool_size(1).unwrap().statement_cache_size(0)).await;
    let transaction = fixture.database.begin().await.unwrap();
    assert_eq!(numbers(stream(&transaction, MANY).await.unwrap()).await.len(), 20_000);
    transaction.commit().await.unwrap();
    assert_eq!(numbers(stream(&fixture.database, MANY).await.unwrap()).await.len(), 20_000);
}
/// A cursor would be planned for reading the first rows fast.
#[tokio::test]
async fn a_stream_of_a_transaction_is_planned_for_all_of_its_rows() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture
        .setup(
            "CREATE TABLE items (id int PRIMARY KEY, sorted int, padding text); \
             INSERT INTO items SELECT n, hashint4(n), repeat('x', 100) FROM generate_series(1, 20000) AS n; \
             CREATE INDEX ON items (sorted); ANALYZE items",
        )
        .await;
    let sql = "SELECT sorted::bigint, padding FROM items ORDER BY items.sorted";
    let scans = "SELECT COALESCE(idx_scan, 0) FROM pg_stat_xact_user_tables WHERE relname = 'items'";
    let transaction = fixture.database.begin().await.unwrap();
    // For all rows a sort is the cheapest, for the first ones the index.
    run(&transaction, "SET LOCAL random_page_cost = 10").await.unwrap();
    run(&transaction, &format!("DECLARE plain CURSOR FOR {sql}")).await.unwrap();
    rows(&transaction, "FETCH ALL FROM plain").await.unwrap();
    let before = number(&transaction, scans).await;
    assert!(before > 0, "the plan of a plain cursor is the other one");
    assert_eq!(numbers(stream(&transaction, sql).await.unwrap()).await.len(), 20_000);
    assert_eq!(number(&transaction, scans).await, before);
    let setting = &rows(&transaction, "SHOW cursor_tuple_fraction").await.unwrap()[0];
    assert_eq!(setting.get::<_, &str>(0), "0.1");
}

/// A request for rows and the end of its cursor reach the server in this order, whichever thread is faster.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_waits_for_rows_can_be_dropped_and_the_transaction_goes_on() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction = fixture.database.begin().await.unwrap();
    for _ in 0..300 {
        let mut rows =
            stream(&transaction, "SELECT n FROM generate_series(1, 500::bigint) AS n").await.unwrap();
        while let Some(Some(row)) = rows.next().now_or_never() {
            row.unwrap();
        }
        // The other thread has a moment to begin.
        std::hint::black_box((0..1000).sum::<i32>());
        drop(rows);
        run(&transaction, "SELECT 1").await.unwrap();
    }
    transaction.commit().await.unwrap();
}
