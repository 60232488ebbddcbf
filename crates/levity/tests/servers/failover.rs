//! A server dies while it is used.

use std::time::Duration;

use levity::{Database, Error};
use tokio::task;

use crate::support::{
    bounded,
    cluster::{Cluster, config_of},
    number, rows, run,
};

/// Waits until as many statements run on the server as are expected.
async fn until_active(cluster: &Cluster, expected: i64) {
    let observer = cluster.config().connect().await.unwrap();
    bounded(async {
        loop {
            let active = "SELECT count(*) FROM pg_stat_activity \
                          WHERE state = 'active' AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
            let active: i64 = observer.query_one(active, &[]).await.unwrap().get(0);
            if active == expected {
                break;
            }
            observer.batch_execute("SELECT pg_sleep(0.002)").await.unwrap();
        }
    })
    .await;
}

fn assert_lost(error: &Error) {
    assert!(error.is_connect(), "{error}");
    assert!(error.to_string().ends_with("whether the statement took effect is not known"), "{error}");
}

#[tokio::test]
async fn the_pool_moves_to_the_promoted_standby() {
    const BUSY: usize = 4;
    let primary = Cluster::start();
    let standby = primary.standby();
    let config = config_of(&[&primary, &standby], "target_session_attrs=read-write");
    let config = config.pool_size(8).unwrap().connect_timeout(Duration::from_secs(5));
    let database = Database::connect(config).await.unwrap();
    run(&database, "CREATE TABLE events (id int PRIMARY KEY)").await.unwrap();
    run(&database, "INSERT INTO events VALUES (1)").await.unwrap();

    // Statements that are running, one of them in a transaction, and connections that are idle.
    let mut running = Vec::new();
    for _ in 1..BUSY {
        let database = database.clone();
        running.push(tokio::spawn(async move { run(&database, "SELECT pg_sleep(600)").await }));
    }
    let transaction = database.begin().await.unwrap();
    run(&transaction, "INSERT INTO events VALUES (2)").await.unwrap();
    running.push(tokio::spawn(async move { run(&transaction, "SELECT pg_sleep(600)").await }));
    until_active(&primary, i64::try_from(BUSY).unwrap()).await;
    let idle = [database.client().await.unwrap(), database.client().await.unwrap()];
    drop(idle);

    // The standby has everything that was committed.
    let replayed = standby.config().connect().await.unwrap();
    bounded(async {
        while replayed.query("SELECT FROM events", &[]).await.is_ok_and(|rows| rows.len() != 1) {
            replayed.batch_execute("SELECT pg_sleep(0.002)").await.unwrap();
        }
    })
    .await;

    stop(&primary).await;
    standby.promote();
    for statement in running {
        assert_lost(&bounded(statement).await.unwrap().unwrap_err());
    }

    // The same pool, without any restart, all of its connections.
    let mut inserts = Vec::new();
    for id in 10..30 {
        let database = database.clone();
        inserts.push(tokio::spawn(async move {
            run(&database, &format!("INSERT INTO events VALUES ({id})")).await
        }));
    }
    for insert in inserts {
        assert_eq!(bounded(insert).await.unwrap().unwrap(), 1);
    }
    assert_eq!(number(&database, "SELECT count(*) FROM events").await.unwrap(), 21);
    let status = database.status();
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' \
                    AND pid <> pg_backend_pid() AND pid <> $1";
    let own: i32 = replayed.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    // Each connection of the pool is one that the new primary knows.
    let open: i64 = replayed.query_one(sessions, &[&own]).await.unwrap().get(0);
    assert_eq!(usize::try_from(open).unwrap(), status.size, "{status:?}");
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_is_gone() {
    let (first, second) = (Cluster::start(), Cluster::start());
    let database = Database::connect(config_of(&[&first, &second], "")).await.unwrap();
    number(&database, "SELECT 1::bigint").await.unwrap();
    stop(&first).await;
    // Nothing was running: the pool finds out by itself.
    let path = bounded(rows(&database, "SELECT current_setting('unix_socket_directories')")).await.unwrap();
    assert_eq!(path[0].get::<_, &str>(0), second.host());
    // And it goes back when the first is there again and the second is not.
    first.start_again();
    stop(&second).await;
    let path = bounded(rows(&database, "SELECT current_setting('unix_socket_directories')")).await.unwrap();
    assert_eq!(path[0].get::<_, &str>(0), first.host());
    stop(&first).await;
    let error = bounded(rows(&database, "SELECT 1")).await.unwrap_err();
    assert!(
        error.is_connect() && error.to_string().matches("there is no such socket").count() == 2,
        "{error}"
    );
    assert_eq!(database.status().size, 0);
}

/// Stops a server, and lets the tasks of its connections read that it is gone: what is sent before that is lost with an
/// outcome that nobody knows.
async fn stop(cluster: &Cluster) {
    cluster.stop_immediately();
    for _ in 0..10 {
        task::yield_now().await;
    }
}

/// As managed databases do it: the server stays up, and takes no writes any more.
#[tokio::test]
async fn a_demoted_server_is_left_for_its_successor() {
    let (old, new) = (Cluster::start(), Cluster::start());
    for cluster in [&old, &new] {
        let client = cluster.config().connect().await.unwrap();
        client.batch_execute("CREATE TABLE events (id int)").await.unwrap();
    }
    let config = config_of(&[&old, &new], "target_session_attrs=read-write").pool_size(1).unwrap();
    let database = Database::connect(config).await.unwrap();
    run(&database, "INSERT INTO events VALUES (1)").await.unwrap();

    let admin = old.config().connect().await.unwrap();
    admin.batch_execute("ALTER SYSTEM SET default_transaction_read_only = on").await.unwrap();
    admin.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    bounded(async {
        let shown = "SELECT current_setting('default_transaction_read_only') = 'on'";
        while !rows(&database, shown).await.unwrap()[0].get::<_, bool>(0) {}
    })
    .await;
    let error = run(&database, "INSERT INTO events VALUES (2)").await.unwrap_err();
    assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("25006"), "{error}");
    run(&database, "INSERT INTO events VALUES (3)").await.unwrap();
    let id = new.config().connect().await.unwrap().query_one("SELECT id FROM events", &[]).await.unwrap();
    assert_eq!(id.get::<_, i32>(0), 3);
}
