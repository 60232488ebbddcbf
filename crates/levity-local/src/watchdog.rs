//! What stops a test server that nobody uses any more.
//!
//! There is no process of ours that lives longer than the tests, so the server watches itself: a session runs
//! a loop in SQL, its client leaves, and the loop goes on until it sends the server the signal to stop. It
//! needs no program besides `sh`, and it ends with the server whatever happens to either.

use std::{future::poll_fn, pin::pin};

use tokio_postgres::{AsyncMessage, Config, NoTls};

use crate::{LocalError, url};

/// Registers the session as a user of the server. While it lasts, the server is not stopped.
pub(crate) const USE: &str = "SELECT pg_advisory_lock_shared(1818588788, 1)";
/// Seconds between two looks.
pub(crate) const INTERVAL: f64 = 15.0;
/// Seconds without a user after which the server stops.
pub(crate) const PATIENCE: f64 = 300.0;

/// Starts the watchdog unless one is running, and returns when it watches.
pub(crate) async fn arm(config: &Config, interval: f64, patience: f64) -> Result<(), LocalError> {
    let statement = include_str!("watchdog.sql")
        .replace("{interval}", &interval.to_string())
        .replace("{patience}", &patience.to_string());
    let failed = |source| LocalError::Statement {
        action: "start the watchdog".to_owned(),
        server: url::describe(config),
        source,
    };
    let mut config = config.clone();
    config.application_name("levity-local watchdog");
    let (client, mut connection) = config.connect(NoTls).await.map_err(failed)?;
    let mut statement = pin!(client.batch_execute(&statement));
    loop {
        tokio::select! {
            // The notice says that the loop has begun. Dropping the connection now does not end the
            // statement: the server looks at the client again only when it has something to tell it.
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notice(_))) | None => return Ok(()),
                Some(Ok(_)) => {}
                Some(Err(source)) => return Err(failed(source)),
            },
            // Another watchdog has the lock.
            result = &mut statement => return result.map_err(failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_postgres::{Client, Config};

    use super::{USE, arm};
    use crate::{TestServer, Workspace, session::connect};

    async fn one<T: for<'a> tokio_postgres::types::FromSql<'a>>(client: &Client, statement: &str) -> T {
        client.query_one(statement, &[]).await.unwrap().get(0)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn server_stops_when_its_last_user_has_gone_and_not_before() {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path()).unwrap();
        let (server, lock) = workspace.start_for_tests(None, &|_| ()).unwrap();
        drop(lock);
        let config: Config = server.url("postgres").parse().unwrap();
        let user = connect(&config, "use the server").await.unwrap();
        user.batch_execute(USE).await.unwrap();
        arm(&config, 0.01, 0.0).await.unwrap();
        // The second one leaves at once.
        arm(&config, 0.01, 0.0).await.unwrap();

        let round = "SELECT coalesce(xact_start::text, '') FROM pg_stat_activity JOIN pg_locks USING (pid) \
                     WHERE locktype = 'advisory' AND objid = 2 AND objsubid = 2";
        let mut rounds = vec![one::<String>(&user, round).await];
        while rounds.len() < 5 {
            let now = one(&user, round).await;
            if rounds.last() != Some(&now) {
                rounds.push(now);
            }
        }
        drop(user);
        workspace.wait_until_test_server_is_gone(&server).unwrap();
        assert!(!workspace.stop_test_server(&|_| ()).unwrap());
        workspace.remove(&|_| ()).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn server_that_is_about_to_stop_is_either_kept_or_started_again() {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path()).unwrap();
        for _ in 0..8 {
            let (server, lock) = workspace.start_for_tests(None, &|_| ()).unwrap();
            // It may be on its way down already, because nobody is using it.
            let _ = arm(&server.url("postgres").parse().unwrap(), 0.001, 0.0).await;
            drop(lock);
            let server = TestServer::private(&workspace, &|_| ()).unwrap();
            server.empty().await.unwrap();
        }
        workspace.remove(&|_| ()).unwrap();
    }
}
