//! Passwords that are asked for when a connection is opened.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use levity::{Config, Database};
use levity_local::{TestServer, Workspace};

use crate::support::{bounded, chain, number, run};

/// On the private server, which asks roles for their passwords.
#[tokio::test]
async fn a_password_can_change_between_two_connections() {
    let server = TestServer::private(&Workspace::current().unwrap(), &|_| ()).unwrap();
    let test_database = server.empty().await.unwrap();
    let admin = Config::from_url(test_database.url()).unwrap();
    let client = admin.connect().await.unwrap();
    let role = format!("{}_role", test_database.name());
    client.batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'hunter2-first'")).await.unwrap();

    let token = Arc::new(Mutex::new("hunter2-first"));
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = {
        let (token, asked) = (token.clone(), asked.clone());
        move || {
            asked.fetch_add(1, Ordering::SeqCst);
            let token = token.lock().unwrap().to_owned();
            // Out of the string's own, which is wrong, nothing comes.
            async move { if token.is_empty() { Err("the vault is sealed") } else { Ok(token) } }
        }
    };
    let host = admin.parts().get("host").unwrap();
    let url = format!("host='{host}' user={role} dbname={} password=hunter2-wrong", test_database.name());
    let config = Config::from_url(&url).unwrap().password_provider(provider).pool_size(1).unwrap();
    let shown = format!("{config:?} {config}");
    let database = bounded(Database::connect(config)).await.unwrap();
    number(&database, "SELECT 1::bigint").await;
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    // The open connection goes on with the old password; the next one is opened with the new one.
    client.batch_execute(&format!("ALTER ROLE {role} PASSWORD 'hunter2-second'")).await.unwrap();
    number(&database, "SELECT 1::bigint").await;
    *token.lock().unwrap() = "hunter2-second";
    run(&database, "SELECT pg_terminate_backend(pg_backend_pid())").await.unwrap_err();
    number(&database, "SELECT 1::bigint").await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let refused = async |password: &'static str| {
        *token.lock().unwrap() = password;
        run(&database, "SELECT pg_terminate_backend(pg_backend_pid())").await.unwrap_err();
        let error = run(&database, "SELECT 1").await.unwrap_err();
        *token.lock().unwrap() = "hunter2-second";
        number(&database, "SELECT 1::bigint").await;
        assert!(error.is_connect());
        (
            chain(&error).split_once("_role`: ").unwrap().1.replace(&role, "ann"),
            format!("{error:?} {error:#?}"),
        )
    };
    let (failed, failed_debug) = refused("").await;
    let (wrong, wrong_debug) = refused("hunter2-third").await;
    client.batch_execute(&format!("DROP ROLE {role}")).await.unwrap();
    insta::assert_snapshot!(failed, @"the password provider failed: the vault is sealed");
    insta::assert_snapshot!(wrong, @r#"password authentication failed for user "ann" (SQLSTATE 28P01); check the password provider, and that the user is the one its passwords are for"#);
    for text in [shown, failed_debug, wrong_debug, wrong] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn a_provider_has_the_time_of_connecting() {
    let config = Config::from_url("postgres://ann@127.0.0.1:1/app")
        .unwrap()
        .password_provider(std::future::pending::<Result<String, std::io::Error>>)
        .connect_timeout(std::time::Duration::from_millis(1));
    let error = bounded(config.connect()).await.unwrap_err();
    assert!(error.is_connect());
    insta::assert_snapshot!(chain(&error), @"cannot connect to database `app` on 127.0.0.1:1 as user `ann`: the password provider failed: no answer within 1ms");
}
