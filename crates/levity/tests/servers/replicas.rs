//! Reads that go to replicas.

use std::ffi::OsString;

use levity::{Config, Database, Error};

use crate::support::{
    bounded,
    cluster::{Cluster, config_of},
    number, rows, run,
};

/// The server that the next statement runs on.
async fn server(database: &Database) -> Result<String, Error> {
    let path = "SELECT current_setting('unix_socket_directories')";
    Ok(bounded(rows(database, path)).await?[0].get(0))
}

fn refused(error: &Error) -> bool {
    error.code() == Some(&tokio_postgres::error::SqlState::READ_ONLY_SQL_TRANSACTION)
}

#[tokio::test]
async fn reads_go_to_the_standby_and_writes_to_the_primary() {
    let primary = Cluster::start();
    let standby = primary.standby();
    let url = |cluster: &Cluster| cluster.config().parts().raw().to_owned();
    let config = Config::from_url(&url(&primary)).unwrap().replica(&url(&standby)).unwrap();
    let database = Database::connect(config).await.unwrap();
    run(&database, "CREATE TABLE events (id int)").await.unwrap();
    run(&database, "INSERT INTO events VALUES (1)").await.unwrap();
    let replica = database.replica();
    let replayed = "SELECT count(*) FROM events";
    bounded(async { while number(replica, replayed).await.ok() != Some(1) {} }).await;
    assert_eq!(server(replica).await.unwrap(), standby.host());
    assert_eq!(server(&database).await.unwrap(), primary.host());
    assert!(refused(&run(replica, "INSERT INTO events VALUES (2)").await.unwrap_err()));
    // Also after it has become a primary itself: it is still a replica to this program.
    standby.promote();
    assert!(refused(&run(replica, "INSERT INTO events VALUES (2)").await.unwrap_err()));
    let transaction = replica.begin().await.unwrap();
    assert!(refused(&run(&transaction, "INSERT INTO events VALUES (2)").await.unwrap_err()));
    drop(transaction);
    database.close().await;
    assert!(server(replica).await.is_err());
}

#[tokio::test]
async fn without_replicas_reads_go_to_the_database_itself_and_are_reads_all_the_same() {
    let cluster = Cluster::start();
    let database =
        Database::connect(config_of(&[&cluster], "target_session_attrs=read-write")).await.unwrap();
    run(&database, "CREATE TABLE events (id int)").await.unwrap();
    assert_eq!(number(database.replica(), "SELECT count(*) FROM events").await.unwrap(), 0);
    assert!(refused(&run(database.replica(), "INSERT INTO events VALUES (1)").await.unwrap_err()));
    assert_eq!(run(&database, "INSERT INTO events VALUES (1)").await.unwrap(), 1);
    assert!(std::ptr::eq(database.replica(), database.replica().replica()));
}

#[tokio::test]
async fn replicas_take_turns_and_a_dead_one_is_passed_over() {
    let (primary, first, second) = (Cluster::start(), Cluster::start(), Cluster::start());
    let url = |cluster: &Cluster| format!("postgres://postgres@/postgres?host={}", cluster.host());
    let variables = [
        ("DATABASE_URL", url(&primary)),
        ("DATABASE_REPLICA_URLS", format!(" {}\n{} ", url(&first), url(&second))),
    ];
    let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
    let config = Config::from_lookup(|name| find(name).map(|(_, value)| OsString::from(value))).unwrap();
    // They are not needed to begin with.
    first.stop_immediately();
    let database = Database::connect(config).await.unwrap();
    let replica = database.replica();
    for _ in 0..4 {
        assert_eq!(server(replica).await.unwrap(), second.host());
    }
    // The only one that was known to work is gone, so the other is asked again at once.
    first.start_again();
    second.stop_immediately();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    for _ in 0..4 {
        assert_eq!(server(replica).await.unwrap(), first.host());
    }
    first.stop_immediately();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let error = server(replica).await.unwrap_err();
    assert!(error.is_connect() && error.to_string().contains("there is no such socket"), "{error}");
    assert_eq!(server(&database).await.unwrap(), primary.host());

    first.start_again();
    second.start_again();
    // Whether the rest of a replica is over depends on time; that both work and one is at work does not.
    let seen =
        [server(replica).await.unwrap(), server(replica).await.unwrap(), server(replica).await.unwrap()];
    assert!(seen.iter().all(|host| host == first.host() || host == second.host()), "{seen:?}");

    let spread = config_of(&[&primary], "").replica(&url(&first)).unwrap().replica(&url(&second)).unwrap();
    let database = Database::connect(spread).await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(server(database.replica()).await.unwrap());
    }
    assert_eq!(seen, [first.host(), second.host(), first.host(), second.host()]);
    assert_eq!(database.replica().status().size, 2);
}

#[test]
fn a_malformed_replica_is_named() {
    let error = Config::from_lookup(|name| match name {
        "DATABASE_URL" => Some("postgres://u@h/d".into()),
        "DATABASE_REPLICA_URLS" => Some("postgres://u@h/d hunter2".into()),
        _ => None,
    });
    insta::assert_snapshot!(error.unwrap_err(), @"cannot use `DATABASE_REPLICA_URLS`: it is neither a URL (`postgres://…`) nor a list of `key=value`; write it like `postgres://user@localhost:5432/database`");
}
