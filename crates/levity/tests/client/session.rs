//! Settings that sessions begin with.

use std::time::Duration;

use crate::support::{Fixture, rows, run};

async fn setting(fixture: &Fixture, name: &str) -> String {
    rows(&fixture.database, &format!("SELECT current_setting('{name}')")).await.unwrap()[0].get(0)
}

#[tokio::test]
async fn timeouts_are_part_of_the_login() {
    let fixture = Fixture::new(|config| {
        config
            .statement_timeout(Duration::from_millis(1500))
            .lock_timeout(Duration::from_secs(2))
            .idle_in_transaction_session_timeout(Duration::from_mins(1))
            .application_name("settings of sessions")
    })
    .await;
    assert_eq!(setting(&fixture, "statement_timeout").await, "1500ms");
    assert_eq!(setting(&fixture, "lock_timeout").await, "2s");
    assert_eq!(setting(&fixture, "idle_in_transaction_session_timeout").await, "1min");
    assert_eq!(setting(&fixture, "application_name").await, "settings of sessions");

    // Not by statements: `RESET` goes back to what the session began with.
    let client = fixture.database.client().await.unwrap();
    client.batch_execute("SET statement_timeout = 0; RESET statement_timeout").await.unwrap();
    let shown = client.query_one("SHOW statement_timeout", &[]).await.unwrap();
    assert_eq!(shown.get::<_, &str>(0), "1500ms");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_cancelled_by_the_server() {
    let fixture = Fixture::new(|config| config.statement_timeout(Duration::from_millis(1))).await;
    let error = run(&fixture.database, "SELECT pg_sleep(600)").await.unwrap_err();
    assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("57014"), "{error}");
    // The connection goes on, and a transaction can allow itself more.
    fixture
        .database
        .transaction(async |tx| {
            run(tx, "SET LOCAL statement_timeout = 0").await?;
            run(tx, "SELECT pg_sleep(0.01)").await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_setter_decides_over_the_string() {
    let fixture = Fixture::new(|config| {
        let url = config.parts().raw();
        let separator = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{separator}options=-c%20statement_timeout%3D7s%20-c%20lock_timeout%3D9s");
        levity::Config::from_url(&url).unwrap().statement_timeout(Duration::from_secs(8))
    })
    .await;
    assert_eq!(setting(&fixture, "statement_timeout").await, "8s");
    assert_eq!(setting(&fixture, "lock_timeout").await, "9s");
    assert_eq!(setting(&fixture, "idle_in_transaction_session_timeout").await, "0");
}
