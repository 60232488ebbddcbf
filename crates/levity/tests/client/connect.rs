use std::time::Duration;

use levity::{Config, Database, Error};
use levity_local::{TestDatabase, TestServer, Workspace};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{bounded, chain, proxy::Proxy};

async fn failure(config: Config) -> Error {
    let error = bounded(Database::connect(config)).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    let shown = format!("{} {error:?}", chain(&error));
    assert!(!shown.contains("hunter2"), "{shown}");
    error
}

/// A listener of the test's own, and a configuration that leads to it.
async fn listener() -> (TcpListener, Config) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = Config::from_url(&format!("postgres://ann:hunter2@127.0.0.1:{port}/app")).unwrap();
    (listener, config.connect_timeout(Duration::from_millis(200)))
}

fn without_port(text: &str, config: &Config) -> String {
    text.replace(&config.target().server, "127.0.0.1:5432")
}

#[tokio::test]
async fn nobody_listens() {
    let (listener, config) = listener().await;
    drop(listener);
    let error = failure(config.clone()).await;
    assert!(!error.is_timeout());
    insta::assert_snapshot!(without_port(&error.to_string(), &config), @"cannot connect to database `app` on 127.0.0.1:5432 as user `ann`: nothing is listening there; start the server, or correct the host and port in the connection string (`cargo db setup` gives you a server)");
}

#[tokio::test]
async fn a_server_that_accepts_and_never_answers() {
    let (listener, config) = listener().await;
    let error = failure(config.clone()).await;
    assert!(error.is_timeout() && !error.is_acquire_timeout());
    insta::assert_snapshot!(without_port(&chain(&error), &config), @"cannot connect to database `app` on 127.0.0.1:5432 as user `ann`: no answer within 200ms; check that the host and port in the connection string are PostgreSQL's and that no firewall is in between");
    drop(listener);
}

#[tokio::test]
async fn a_server_that_hangs_up() {
    let (listener, config) = listener().await;
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let error = failure(config.clone()).await;
    assert!(error.to_string().contains("the other side closed the connection during the login"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_too_old() {
    let (listener, config) = listener().await;
    tokio::spawn(async move {
        let mut client = listener.accept().await.unwrap().0;
        let mut buffer = [0; 1024];
        // The request for TLS, which it does not have, and then the login, which it takes.
        let _ = client.read(&mut buffer).await.unwrap();
        client.write_all(b"N").await.unwrap();
        let _ = client.read(&mut buffer).await.unwrap();
        client
            .write_all(b"R\0\0\0\x08\0\0\0\0S\0\0\0\x18server_version\x0014.9\0Z\0\0\0\x05I")
            .await
            .unwrap();
        let _ = client.read(&mut buffer).await;
    });
    let error = failure(config.clone()).await;
    insta::assert_snapshot!(without_port(&chain(&error), &config), @"cannot connect to database `app` on 127.0.0.1:5432 as user `ann`: the server is PostgreSQL 14, and the oldest that is supported is 15; upgrade the server");
}

#[tokio::test]
async fn a_host_that_does_not_exist() {
    let error = failure(Config::from_url("postgres://ann:hunter2@host.invalid/app").unwrap()).await;
    assert!(
        error.to_string().starts_with("cannot connect to database `app` on host.invalid:5432 as user `ann`")
    );
}

#[tokio::test]
async fn a_socket_that_does_not_exist() {
    let error = failure(Config::from_url("host=/nowhere user=ann dbname=app").unwrap()).await;
    insta::assert_snapshot!(error, @"cannot connect to database `app` on /nowhere/.s.PGSQL.5432 as user `ann`: there is no such socket; start the server, or correct the host and port in the connection string (`cargo db setup` gives you a server)");
}

#[tokio::test]
async fn a_database_that_does_not_exist() {
    let test_database = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(test_database.url()).unwrap().database("no such one");
    let error = failure(config).await;
    assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("3D000"));
    let message = error.to_string();
    let reason = message.split(": ").nth(1).unwrap();
    insta::assert_snapshot!(reason, @r#"database "no such one" does not exist (SQLSTATE 3D000); create it (`cargo db setup` does), or correct its name in the connection string"#);
}

#[tokio::test]
async fn hosts_are_tried_in_turn() {
    let test_database = TestDatabase::empty().await.unwrap();
    let proxy = Proxy::plain(&Config::from_url(test_database.url()).unwrap()).await;
    let (dead, dead_config) = listener().await;
    drop(dead);
    let dead = dead_config.target().server;
    let name = test_database.name();
    let config =
        Config::from_url(&format!("postgres://postgres@{dead},localhost:{}/{name}", proxy.port)).unwrap();
    config.connect().await.unwrap();
}

/// On the private server, which asks roles for their passwords.
#[tokio::test]
async fn passwords_of_any_characters() {
    let server = TestServer::private(&Workspace::current().unwrap(), &|_| ()).unwrap();
    let database = server.empty().await.unwrap();
    let admin = Config::from_url(database.url()).unwrap();
    let client = admin.connect().await.unwrap();
    // A role belongs to the whole server, and other tests run on it.
    let role = format!("{}_role", database.name());
    let password = "hunter2 @:/?#%&='\\ü";
    let literal = levity::sql::quote_literal(password);
    client.batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD {literal}")).await.unwrap();

    let host = admin.parts().get("host").unwrap();
    let name = database.name();
    let encoded = "hunter2%20%40%3A%2F%3F%23%25%26%3D%27%5C%C3%BC";
    let pairs = password.replace('\\', "\\\\").replace('\'', "\\'");
    let good = [
        format!("postgres://{role}:{encoded}@{}/{name}", host.replace('/', "%2F")),
        format!("postgres://{role}@/{name}?host={host}&password={encoded}"),
        format!("host='{host}' user={role} dbname={name} password='{pairs}'"),
    ];
    let mut failures = Vec::new();
    for url in &good {
        let user = match Config::from_url(url).unwrap().connect().await {
            Ok(client) => {
                client.query_one("SELECT current_user::text", &[]).await.unwrap().get::<_, String>(0)
            }
            Err(error) => chain(&error),
        };
        if user != role {
            failures.push((url, user));
        }
    }
    let wrong = failure(
        Config::from_url(&format!("host='{host}' user={role} dbname={name} password=hunter2")).unwrap(),
    )
    .await;
    let missing =
        failure(Config::from_url(&format!("host='{host}' user={role} dbname={name}")).unwrap()).await;
    client.batch_execute(&format!("DROP ROLE {role}")).await.unwrap();

    assert!(failures.is_empty(), "{failures:?}");
    let reason = |error: &Error| error.to_string().split_once("_role`: ").unwrap().1.replace(&role, "ann");
    insta::assert_snapshot!(reason(&wrong), @r#"password authentication failed for user "ann" (SQLSTATE 28P01); correct the password in the connection string (special characters must be percent-encoded in a URL)"#);
    insta::assert_snapshot!(format!("{}: {}", reason(&missing), chain(&missing).rsplit_once(": ").unwrap().1), @"the login failed; check the user and password in the connection string: password missing");
}
