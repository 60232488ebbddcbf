//! The modes of TLS, with the certificates of `support/certificates.rs`.

use levity::{Config, Database, Error};

use crate::support::{Fixture, bounded, certificates::file, chain, number, proxy::Proxy, query, statement};

/// The fixture's database by way of a proxy.
fn through(proxy: &Proxy, fixture: &Fixture, parameters: &str) -> Result<Config, Error> {
    let quoted = |key: &str| {
        let value = fixture.config.parts().get(key).unwrap_or_default();
        format!("{key}='{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
    };
    let (user, password, database) = (quoted("user"), quoted("password"), quoted("dbname"));
    Config::from_url(&format!("host=localhost port={} {user} {password} {database} {parameters}", proxy.port))
}

async fn connect(proxy: &Proxy, fixture: &Fixture, parameters: &str) -> Result<(), Error> {
    bounded(through(proxy, fixture, parameters)?.connect()).await.map(drop)
}

fn root(name: &str) -> String {
    format!("sslrootcert='{}'", file(name).display())
}

#[tokio::test]
async fn a_server_without_tls_is_enough_unless_tls_is_required() {
    let fixture = Fixture::with_pool_of(1).await;
    let proxy = Proxy::plain(&fixture.config).await;
    for mode in ["", "sslmode=disable", "sslmode=allow", "sslmode=prefer"] {
        connect(&proxy, &fixture, mode).await.unwrap();
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        let root = if mode == "require" { String::new() } else { root("ca.pem") };
        let error = connect(&proxy, &fixture, &format!("sslmode={mode} {root}")).await.unwrap_err();
        let message = chain(&error);
        assert!(
            message.contains("TLS failed; switch TLS on in the server") && error.is_connect(),
            "{message}"
        );
        assert!(message.ends_with("server does not support TLS"), "{message}");
    }
}

#[tokio::test]
async fn require_encrypts_and_verifies_nothing() {
    let fixture = Fixture::with_pool_of(1).await;
    let proxy = Proxy::tls(&fixture.config, "self-signed").await;
    for (parameters, encrypted) in
        [("", 1), ("sslmode=require", 2), ("sslmode=disable", 2), ("sslmode=allow", 2)]
    {
        connect(&proxy, &fixture, parameters).await.unwrap();
        assert_eq!(proxy.handshakes(), encrypted, "{parameters}");
    }
}

#[tokio::test]
async fn verify_ca_checks_the_chain_and_verify_full_the_name_too() {
    let fixture = Fixture::with_pool_of(1).await;
    let proxy = Proxy::tls(&fixture.config, "server").await;
    let (ca, other) = (root("ca.pem"), root("other-ca.pem"));
    let another_name = "host=127.0.0.1";

    connect(&proxy, &fixture, &format!("sslmode=verify-ca {ca}")).await.unwrap();
    connect(&proxy, &fixture, &format!("sslmode=verify-ca {ca} {another_name}")).await.unwrap();
    connect(&proxy, &fixture, &format!("sslmode=verify-full {ca}")).await.unwrap();
    connect(&proxy, &fixture, &format!("sslmode=verify-full {ca} hostaddr=127.0.0.1")).await.unwrap();
    assert_eq!(proxy.handshakes(), 4);

    for refused in [
        format!("sslmode=verify-full {ca} {another_name}"),
        format!("sslmode=verify-ca {other}"),
        // As in `libpq`: whoever names a root wants it to be checked.
        format!("sslmode=require {other}"),
        // No test's root is one of the system.
        "sslmode=verify-full sslrootcert=system".to_owned(),
    ] {
        let error = connect(&proxy, &fixture, &refused).await.unwrap_err();
        assert!(chain(&error).contains("invalid peer certificate"), "{refused}: {}", chain(&error));
    }
}

#[tokio::test]
async fn a_self_signed_certificate_can_be_its_own_root() {
    let fixture = Fixture::with_pool_of(1).await;
    let proxy = Proxy::tls(&fixture.config, "self-signed").await;
    let own = root("self-signed.pem");
    connect(&proxy, &fixture, &format!("sslmode=verify-full {own}")).await.unwrap();
    connect(&proxy, &fixture, &format!("sslmode=verify-full {own} host=127.0.0.1")).await.unwrap_err();
}

fn identity(certificate: &str, key: &str) -> String {
    format!("sslcert='{}' sslkey='{}'", file(certificate).display(), file(key).display())
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let fixture = Fixture::with_pool_of(1).await;
    let proxy = Proxy::tls_for_known_clients(&fixture.config).await;
    let verify = format!("sslmode=verify-full {}", root("ca.pem"));
    let client = identity("client.pem", "client.key");
    connect(&proxy, &fixture, &format!("{verify} {client}")).await.unwrap();
    connect(&proxy, &fixture, &format!("sslmode=require {client}")).await.unwrap();
    assert_eq!(proxy.handshakes(), 2);
    for refused in [String::new(), identity("other-client.pem", "other-client.key")] {
        let error = connect(&proxy, &fixture, &format!("{verify} {refused}")).await.unwrap_err();
        assert!(error.is_connect(), "{error}");
    }
    for unusable in [identity("client.pem", "server.key"), identity("client.pem", "no.key")] {
        let error = connect(&proxy, &fixture, &format!("{verify} {unusable}")).await.unwrap_err();
        assert!(error.is_config() && error.to_string().contains("client"), "{error}");
    }
    assert_eq!(proxy.handshakes(), 2);
}

#[tokio::test]
async fn a_root_that_cannot_be_read_is_named() {
    let fixture = Fixture::with_pool_of(1).await;
    let proxy = Proxy::plain(&fixture.config).await;
    let error = connect(&proxy, &fixture, "sslmode=verify-ca sslrootcert=/nowhere/ca.pem").await.unwrap_err();
    assert!(error.is_config());
    insta::assert_snapshot!(error, @"cannot use the connection string: cannot read the root certificate (`sslrootcert`) `/nowhere/ca.pem`");
}

#[tokio::test]
async fn cancellation_works_through_tls() {
    let fixture = Fixture::with_pool_of(1).await;
    let proxy = Proxy::tls(&fixture.config, "server").await;
    let parameters = format!("sslmode=verify-full {}", root("ca.pem"));
    let config = through(&proxy, &fixture, &parameters).unwrap().pool_size(1).unwrap();
    let database = Database::connect(config).await.unwrap();
    let sleep = statement("SELECT pg_sleep(600)");
    tokio::select! {
        _ = query(&database, &sleep) => unreachable!("it sleeps for ten minutes"),
        () = fixture.until_sessions("query LIKE '%pg_sleep%' AND state = 'active'", 1) => {}
    }
    assert_eq!(bounded(number(&database, "SELECT 1::bigint")).await, 1);
    fixture.until_sessions("query LIKE '%pg_sleep%'", 0).await;
}
