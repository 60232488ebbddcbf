//! What stops a test server that nobody uses any more.
//!
//! There is no process of ours that lives longer than the tests, so the server watches itself: a session runs a loop in
//! SQL, its client leaves, and the loop goes on until it sends the server the signal to stop. It needs no program besides
//! `sh`, and it ends with the server whatever happens to either.

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
            // The notice says that the loop has begun. Dropping the connection now does not end the statement: the
            // server looks at the client again only when it has something to tell it.
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
