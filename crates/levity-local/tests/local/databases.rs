use std::{fs, net::TcpListener, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use levity_local::{LocalError, TestDatabase, TestServer};
use tokio_postgres::error::SqlState;

use crate::support::{TestWorkspace, answer, command, connect, finish, query, spawn_user, state, text};

/// The number of databases that were made by this crate.
async fn count(server: &TestServer) -> usize {
    query(&server.url("postgres"), "SELECT FROM pg_database WHERE datname LIKE 'levity%'").await.len()
}

#[tokio::test]
async fn database_is_dropped_with_its_connections() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let database = server.empty().await.unwrap();
    let client = connect(database.url()).await.unwrap();
    assert_eq!(text(database.url(), "SELECT current_database()::text").await, database.name());
    assert_eq!(count(&server).await, 1);
    drop(database);
    assert_eq!(count(&server).await, 0);
    client.query("SELECT 1", &[]).await.unwrap_err();
}

#[tokio::test]
async fn database_is_dropped_when_its_test_panics() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let test = async {
        let database = server.empty().await.unwrap();
        let _client = connect(database.url()).await.unwrap();
        panic!("this panic is part of the test");
    };
    AssertUnwindSafe(test).catch_unwind().await.unwrap_err();
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn database_that_nobody_waits_for_is_dropped() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    // The statement is on its way after the first poll, and the server completes it.
    assert!(server.empty().now_or_never().is_none());
    // Work of this server is done in order, so when this one is there, that one has been.
    let client = connect(&server.url("postgres")).await.unwrap();
    loop {
        let rows = client
            .query(
                "SELECT FROM pg_stat_activity WHERE query ~ '^(CREATE|DROP) DATABASE' AND state = 'active'",
                &[],
            )
            .await
            .unwrap();
        if rows.is_empty() && count(&server).await == 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn database_can_be_dropped_after_its_runtime() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let database = {
        let server = server.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(server.empty()).unwrap()
        })
        .join()
        .unwrap()
    };
    drop(database);
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn databases_of_a_killed_process_are_swept_and_those_of_a_living_one_are_not() {
    let here = TestWorkspace::new();
    let (mut killed, killed_url) = spawn_user(&here.path);
    let (mut living, living_url) = spawn_user(&here.path);
    killed.kill().unwrap();
    killed.wait().unwrap();
    connect(&killed_url).await.unwrap();

    // The sweep of this one begins when its claim is made, and its own database is made after that.
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    loop {
        match connect(&killed_url).await {
            Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => break,
            // It is being dropped.
            _ => tokio::task::yield_now().await,
        }
    }
    connect(&living_url).await.unwrap();
    assert_eq!(count(&server).await, 1);
    drop(living.stdin.take());
    assert!(living.wait().unwrap().success());
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn server_of_somebody_else_keeps_what_it_has() {
    let here = TestWorkspace::new();
    let theirs = here.start();
    let url = theirs.url("postgres");
    query(&url, "CREATE DATABASE levity_temp_of_mine").await;
    let first = TestDatabase::on(&url).await.unwrap();
    let second = TestDatabase::on(&url).await.unwrap();
    assert_ne!(first.name(), second.name());
    assert_eq!(text(first.url(), "SHOW fsync").await, "on");
    drop((first, second));
    let server = TestServer::at(&url).unwrap();
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn role_that_may_only_create_databases_can_use_a_server() {
    let here = TestWorkspace::new();
    let theirs = here.start();
    let url = theirs.url("postgres");
    query(&url, "CREATE ROLE maker LOGIN CREATEDB PASSWORD 'p@ss'").await;
    let url = url.replace("postgres@", "maker:p%40ss@");
    let database = TestDatabase::on(&url).await.unwrap();
    assert_eq!(text(database.url(), "SELECT current_user::text").await, "maker");
    let server = TestServer::at(&url).unwrap();
    for _ in 0..2 {
        let clone = server.from_template("key", async |url| connect(&url).await.map(drop)).await.unwrap();
        connect(clone.url()).await.unwrap();
    }

    query(&theirs.url("postgres"), "ALTER ROLE maker NOCREATEDB").await;
    let error = TestDatabase::on(&url).await.unwrap_err();
    let report = crate::support::report(&error);
    assert!(
        report.contains("could not create a database") && report.contains("permission denied"),
        "{report}"
    );
    assert!(!report.contains("p@ss") && !report.contains("p%40ss"), "{report}");
    query(&theirs.url("postgres"), "ALTER ROLE maker CREATEDB").await;
}

#[test]
fn processes_of_one_workspace_share_its_test_server() {
    let here = TestWorkspace::new();
    let package = here.path.join("crates/package");
    fs::create_dir_all(&package).unwrap();
    fs::write(here.path.join("Cargo.lock"), "").unwrap();
    let children = [(); 3].map(|()| {
        let mut shared = command("shared", &here.path);
        shared.env_remove("LEVITY_TEST_URL").env("CARGO_MANIFEST_DIR", &package).spawn().unwrap()
    });
    let servers = children.map(|child| finish(child).rsplit_once('/').unwrap().0.to_owned());
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    assert!(servers.iter().all(|url| server.url("x") == format!("{url}/x")), "{servers:?}");
}

#[test]
fn server_that_the_environment_names_is_used_instead_of_a_private_one() {
    let here = TestWorkspace::new();
    let theirs = here.start();
    let elsewhere = TestWorkspace::new();
    let mut shared = command("shared", &here.path);
    shared.env("LEVITY_TEST_URL", theirs.url("postgres")).env("CARGO_MANIFEST_DIR", &elsewhere.path);
    assert!(answer(shared).starts_with(&theirs.url("levity_temp_")));
    assert!(!state(&elsewhere.path).exists());
}

#[test]
fn unreachable_server_is_named_without_its_password() {
    let error = TestServer::at("postgresql://me:secret@localhost:1/there").unwrap_err();
    let report = crate::support::report(&error);
    assert!(
        report.contains("could not connect to `there` at `localhost:1` to make temporary databases"),
        "{report}"
    );
    assert!(!report.contains("secret"), "{report}");
}

#[test]
fn server_that_never_answers_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let error = TestServer::at(&format!("postgresql://me@127.0.0.1:{port}/x?connect_timeout=1")).unwrap_err();
    assert!(matches!(error, LocalError::NoAnswer { .. }), "{error}");
}
