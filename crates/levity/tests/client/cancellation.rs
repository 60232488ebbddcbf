use std::{future::Future, pin::pin};

use futures_util::FutureExt;

use crate::support::{Fixture, bounded, number, query, run, statement};

/// Polls until the session has sent its statement and the server runs it.
async fn until_running(fixture: &Fixture, work: impl Future) {
    let mut work = pin!(work);
    bounded(async {
        loop {
            assert!(work.as_mut().now_or_never().is_none());
            if fixture.sessions("state = 'active' AND query LIKE '%pg_sleep%'").await > 0 {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_dropped_query_neither_delays_nor_confuses_the_next_one() {
    let fixture = Fixture::with_pool_of(1).await;
    let sleep = statement("SELECT 666::bigint FROM pg_sleep(600)");
    until_running(&fixture, query(&fixture.database, &sleep)).await;
    // The pool has one place, and the server is busy for ten minutes with what was in it.
    assert_eq!(bounded(number(&fixture.database, "SELECT 1::bigint")).await, 1);
    // What nobody waits for is cancelled, and its connection closed.
    fixture.until_sessions("query LIKE '%pg_sleep%'", 0).await;
    assert_eq!(fixture.sessions("true").await, 1);
}

#[tokio::test]
async fn a_pool_whose_queries_were_all_dropped_is_free_at_once() {
    let fixture = Fixture::with_pool_of(5).await;
    let sleep = statement("SELECT pg_sleep(600)");
    let busy: Vec<_> = (0..5).map(|_| Box::pin(query(&fixture.database, &sleep))).collect();
    let mut busy = futures_util::future::join_all(busy);
    bounded(async {
        while fixture.sessions("state = 'active' AND query LIKE '%pg_sleep(600)%'").await < 5 {
            assert!((&mut busy).now_or_never().is_none());
        }
    })
    .await;
    drop(busy);
    let ask = async |index: i64| number(&fixture.database, &format!("SELECT {index}::bigint")).await;
    let answers = bounded(futures_util::future::join_all((0..5).map(&ask))).await;
    assert_eq!(answers, [0, 1, 2, 3, 4]);
    fixture.until_sessions("query LIKE '%pg_sleep(600)%'", 0).await;
    assert!(fixture.sessions("true").await <= 5);
}

#[tokio::test]
async fn a_dropped_transaction_with_a_statement_under_way_is_rolled_back() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let work = fixture.database.transaction(async |tx| {
        run(tx, "INSERT INTO items VALUES (1)").await?;
        run(tx, "SELECT pg_sleep(600)").await
    });
    until_running(&fixture, work).await;
    assert_eq!(bounded(number(&fixture.database, "SELECT count(*) FROM items")).await, 0);
    fixture.until_sessions("query LIKE '%pg_sleep%' OR state LIKE 'idle in transaction%'", 0).await;
}

/// A statement that finishes soon does not cost its connection.
#[tokio::test]
async fn a_short_dropped_query_leaves_its_connection_warm() {
    let fixture = Fixture::with_pool_of(1).await;
    let pid = number(&fixture.database, "SELECT pg_backend_pid()::bigint").await;
    let sleep = statement("SELECT pg_sleep(0.02)");
    until_running(&fixture, query(&fixture.database, &sleep)).await;
    fixture.until_sessions("state = 'idle'", 1).await;
    assert_eq!(number(&fixture.database, "SELECT pg_backend_pid()::bigint").await, pid);
}

#[tokio::test]
async fn a_dropped_nested_transaction_leaves_the_outer_one_whole() {
    let fixture = Fixture::with_pool_of(1).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let outer = fixture.database.begin().await.unwrap();
    run(&outer, "INSERT INTO items VALUES (1)").await.unwrap();
    let nested = outer.transaction(async |tx| {
        run(tx, "INSERT INTO items VALUES (2)").await?;
        run(tx, "SELECT pg_sleep(0.05)").await
    });
    until_running(&fixture, nested).await;
    run(&outer, "INSERT INTO items VALUES (3)").await.unwrap();
    outer.commit().await.unwrap();
    assert_eq!(number(&fixture.database, "SELECT sum(id) FROM items").await, 4);
}

/// A guard can outlive the runtime's threads, in a destructor for example.
#[tokio::test]
async fn guards_can_be_dropped_outside_of_the_runtime() {
    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup("CREATE TABLE items (id int)").await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "INSERT INTO items VALUES (1)").await.unwrap();
    let client = fixture.database.client().await.unwrap();
    std::thread::spawn(move || drop((transaction, client))).join().unwrap();
    assert_eq!(bounded(number(&fixture.database, "SELECT count(*) FROM items")).await, 0);
    fixture.until_sessions("state <> 'idle'", 0).await;
}
