use std::time::Duration;

use futures_util::FutureExt;
use levity::{Config, Database};

use crate::support::{Fixture, bounded, number, run};

#[tokio::test]
async fn idle_connections_are_closed_the_last_ones_too() {
    let fixture = Fixture::new(|config| config.idle_timeout(Duration::from_millis(50))).await;
    let (first, second) = (fixture.database.begin().await.unwrap(), fixture.database.begin().await.unwrap());
    first.commit().await.unwrap();
    second.commit().await.unwrap();
    fixture.until_sessions("true", 0).await;
    assert_eq!(fixture.database.status().size, 0);
    // And again: whoever closes them must still be there.
    assert_eq!(number(&fixture.database, "SELECT 1::bigint").await, 1);
    fixture.until_sessions("true", 0).await;
}

#[tokio::test]
async fn a_connection_in_use_is_never_idle() {
    let fixture = Fixture::new(|config| config.idle_timeout(Duration::from_millis(20))).await;
    let transaction = fixture.database.begin().await.unwrap();
    assert_eq!(number(&fixture.database, "SELECT 1::bigint FROM pg_sleep(0.1)").await, 1);
    fixture.until_sessions("true", 1).await;
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn an_exhausted_pool_says_so() {
    let fixture =
        Fixture::new(|config| config.pool_size(2).unwrap().acquire_timeout(Duration::from_millis(50))).await;
    let _first = fixture.database.begin().await.unwrap();
    let _second = fixture.database.begin().await.unwrap();
    let error = fixture.database.begin().await.err().unwrap();
    assert!(error.is_acquire_timeout() && error.is_timeout() && !error.is_connect());
    insta::assert_snapshot!(error, @"no connection of the pool became free within 50ms: all 2 are busy; keep transactions short, or raise `DB_POOL_SIZE`");
}

#[tokio::test]
async fn callers_who_wait_are_told_and_counted_and_free_their_place_when_they_give_up() {
    let fixture =
        Fixture::new(|config| config.pool_size(2).unwrap().acquire_timeout(Duration::from_millis(50))).await;
    let database = &fixture.database;
    let status = || database.status();
    let first = database.begin().await.unwrap();
    let second = database.begin().await.unwrap();
    assert_eq!((status().in_use, status().idle, status().waited), (2, 0, 0));
    // Two that give up before their time, while a third one waits for the whole of it.
    let mut others: Vec<_> = (0..2).map(|_| Box::pin(database.begin())).collect();
    for other in &mut others {
        assert!(other.now_or_never().is_none());
    }
    assert_eq!((status().waiting, status().waited), (2, 2));
    // The third one is told of the two.
    let error = bounded(database.begin()).await.err().unwrap();
    insta::assert_snapshot!(error, @"no connection of the pool became free within 50ms: all 2 are busy, and 2 other callers wait; keep transactions short, or raise `DB_POOL_SIZE`");
    assert_eq!((status().waited, status().timeouts), (3, 1));
    assert!(status().wait_time >= Duration::from_millis(50));
    drop(others);
    assert_eq!(status().waiting, 0);
    // What becomes free goes to who still waits, and not to those who are gone.
    let mut waiter = Box::pin(database.begin());
    assert!((&mut waiter).now_or_never().is_none());
    first.commit().await.unwrap();
    bounded(waiter).await.unwrap().commit().await.unwrap();
    second.commit().await.unwrap();
    assert_eq!((status().in_use, status().idle, status().waiting), (0, 2, 0));
    assert_eq!((status().opened, status().closed), (2, 0));
    bounded(database.close()).await;
    assert_eq!((status().opened, status().closed), (2, 2));
}

#[tokio::test]
async fn who_waits_while_the_pool_is_closed_is_told() {
    let fixture = Fixture::with_pool_of(1).await;
    let transaction = fixture.database.begin().await.unwrap();
    let mut waiter = Box::pin(number(&fixture.database, "SELECT 1::bigint"));
    assert!((&mut waiter).now_or_never().is_none());
    drop(waiter);
    let mut waiter = Box::pin(fixture.database.begin());
    assert!((&mut waiter).now_or_never().is_none());
    let close = fixture.database.close();
    let finish = async {
        assert_eq!(waiter.await.err().unwrap().to_string(), "the pool is closed");
        transaction.commit().await.unwrap();
    };
    bounded(async { tokio::join!(close, finish) }).await;
}

#[tokio::test]
async fn many_callers_share_few_connections() {
    let fixture = Fixture::with_pool_of(2).await;
    fixture.setup("CREATE TABLE counter (value bigint); INSERT INTO counter VALUES (0)").await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let database = fixture.database.clone();
            tokio::spawn(async move {
                database.transaction(async |tx| run(tx, "UPDATE counter SET value = value + 1").await).await
            })
        })
        .collect();
    for task in tasks {
        bounded(task).await.unwrap().unwrap();
    }
    assert_eq!(number(&fixture.database, "SELECT value FROM counter").await, 50);
    assert!(fixture.database.status().size <= 2);
}

#[tokio::test]
async fn a_server_that_closed_the_connections_is_reached_again() {
    let fixture = Fixture::with_pool_of(2).await;
    let transaction = fixture.database.begin().await.unwrap();
    run(&transaction, "SELECT 1").await.unwrap();
    fixture
        .setup(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
    let lost = run(&transaction, "SELECT 1").await.unwrap_err();
    assert!(lost.is_connect());
    insta::assert_snapshot!(lost, @"the server closed the connection: terminating connection due to administrator command (SQLSTATE 57P01)");
    drop(transaction);
    assert_eq!(number(&fixture.database, "SELECT 1::bigint").await, 1);
}

/// While the thread of the runtime is busy, it cannot notice that the server has gone.
#[tokio::test]
async fn connections_that_died_unseen_are_replaced() {
    let fixture = Fixture::with_pool_of(3).await;
    for _ in 0..2 {
        let all =
            [fixture.database.begin().await, fixture.database.begin().await, fixture.database.begin().await];
        for transaction in all {
            transaction.unwrap().commit().await.unwrap();
        }
        let url = fixture.config.parts().raw().to_owned();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = Config::from_url(&url).unwrap().connect().await.unwrap();
                let terminate = "SELECT pg_terminate_backend(pid, 10000), pg_sleep(0.1) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%COMMIT'";
                assert_eq!(client.query(terminate, &[]).await.unwrap().len(), 3);
            });
        })
        .join()
        .unwrap();
        assert_eq!(number(&fixture.database, "SELECT 1::bigint").await, 1);
        run(&fixture.database, "SELECT 1").await.unwrap();
        fixture.database.begin().await.unwrap().commit().await.unwrap();
    }
}

#[tokio::test]
async fn what_a_lent_client_leaves_behind_is_undone() {
    let fixture = Fixture::with_pool_of(1).await;
    let pid = number(&fixture.database, "SELECT pg_backend_pid()::bigint").await;
    let client = fixture.database.client().await.unwrap();
    client
        .batch_execute(
            "SET statement_timeout = 12345; LISTEN news; CREATE TEMP TABLE leftover (id int); \
             SELECT pg_advisory_lock(42); PREPARE \"a statement\" AS SELECT 1; SET ROLE pg_monitor; BEGIN; SELECT 1",
        )
        .await
        .unwrap();
    drop(client);
    // The last thing that is undone.
    fixture.until_sessions("state = 'idle' AND query = 'DEALLOCATE \"a statement\"'", 1).await;
    let left = format!(
        "SELECT (current_setting('statement_timeout') <> '0')::int::bigint \
            + (current_user <> session_user)::int \
            + (pg_backend_pid() <> {pid})::int \
            + (SELECT count(*) FROM pg_prepared_statements WHERE from_sql) \
            + (SELECT count(*) FROM pg_listening_channels()) \
            + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) \
            + (SELECT count(*) FROM pg_class WHERE relname = 'leftover' AND pg_table_is_visible(oid))"
    );
    assert_eq!(number(&fixture.database, &left).await, 0);
}

#[tokio::test]
async fn closing_waits_for_what_is_in_use_and_refuses_what_comes_later() {
    let fixture = Fixture::with_pool_of(2).await;
    let transaction = fixture.database.begin().await.unwrap();
    let close = fixture.database.close();
    let finish = async {
        assert_eq!(number(&transaction, "SELECT 1::bigint").await, 1);
        transaction.commit().await.unwrap();
    };
    bounded(async { tokio::join!(close, finish) }).await;
    fixture.until_sessions("true", 0).await;
    assert_eq!(fixture.database.begin().await.err().unwrap().to_string(), "the pool is closed");
}

#[test]
fn a_pool_outlives_the_runtime_it_was_made_on() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let (url, database) = first.block_on(async {
        let test_database = levity_local::TestDatabase::empty().await.unwrap();
        let config = Config::from_url(test_database.url()).unwrap().idle_timeout(Duration::from_millis(50));
        (test_database, Database::connect(config).await.unwrap())
    });
    drop(first);
    runtime().block_on(bounded(async {
        assert_eq!(number(&database, "SELECT 1::bigint").await, 1);
        let observer = Config::from_url(url.url()).unwrap().connect().await.unwrap();
        let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        while observer.query_one(others, &[]).await.unwrap().get::<_, i64>(0) > 0 {}
    }));
}

#[tokio::test]
async fn nothing_that_is_shown_holds_the_password() {
    let fixture = Fixture::with_pool_of(1).await;
    let shown = format!("{:?} {:?}", fixture.database, fixture.database.client().await.unwrap());
    assert!(shown.contains("Database") && !shown.contains(fixture.config.parts().password().unwrap_or("\0")));
}

/// It would refuse whatever comes, for whoever comes.
#[tokio::test]
async fn a_transaction_that_was_begun_as_a_statement_and_has_failed_does_not_stay() {
    let fixture = Fixture::with_pool_of(1).await;
    run(&fixture.database, "BEGIN").await.unwrap();
    run(&fixture.database, "SELECT 1 / 0").await.unwrap_err();
    assert_eq!(run(&fixture.database, "SELECT 1").await.unwrap_err().code().unwrap().code(), "25P02");
    run(&fixture.database, "SELECT 1").await.unwrap();
}

/// They are part of every future of the program around them.
#[tokio::test]
async fn futures_of_statements_are_small() {
    let fixture = Fixture::with_pool_of(1).await;
    let database = &fixture.database;
    let transaction = database.begin().await.unwrap();
    assert!(size_of_val(&run(database, "SELECT 1")) < 2048);
    assert!(size_of_val(&run(&transaction, "SELECT 1")) < 2048);
    assert!(size_of_val(&database.begin()) < 2048);
}
