//! Connecting to a server.

use std::{io, time::Duration};

use tokio::time::{sleep, timeout};
use tokio_postgres::{Client, Config, NoTls, error::SqlState};

use crate::{LocalError, url};

/// How long a server may take to let a session in, unless its URL says otherwise.
const PATIENCE: Duration = Duration::from_secs(15);
/// Waiting for locks is part of the work here, and a session that only waits is meant to stay.
const SETTINGS: &str = "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_session_timeout = 0; \
                        SET default_transaction_read_only = off";

/// Opens a session and drives it on the current runtime.
pub(crate) async fn connect(config: &Config, purpose: &'static str) -> Result<Client, LocalError> {
    let failed = |source| LocalError::Connect { server: url::describe(config), purpose, source };
    let mut config = config.clone();
    config.application_name("levity-local");
    let patience = config.get_connect_timeout().copied().unwrap_or(PATIENCE);
    let (client, connection) = timeout(patience, config.connect(NoTls))
        .await
        .map_err(|_| LocalError::NoAnswer { server: url::describe(&config) })?
        .map_err(failed)?;
    tokio::spawn(async move {
        // A lost connection is reported by the statements that wait for it.
        let _ = connection.await;
    });
    client.batch_execute(SETTINGS).await.map_err(failed)?;
    Ok(client)
}

/// Runs a statement that the server refuses while somebody is connected to a database, again and again with
/// growing pauses, for three seconds.
pub(crate) async fn execute_unconnected(
    client: &Client,
    statement: &str,
) -> Result<(), tokio_postgres::Error> {
    for retry in 0..6 {
        match client.batch_execute(statement).await {
            Err(error) if error.code() == Some(&SqlState::OBJECT_IN_USE) => {
                sleep(Duration::from_millis(50 << retry)).await;
            }
            other => return other,
        }
    }
    client.batch_execute(statement).await
}

/// Whether the error says that the server is going away, in any of the moments that a connection can meet.
pub(crate) fn is_shutdown(error: &tokio_postgres::Error) -> bool {
    if let Some(code) = error.code() {
        return [SqlState::CANNOT_CONNECT_NOW, SqlState::ADMIN_SHUTDOWN].contains(code);
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return matches!(
                error.kind(),
                io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::BrokenPipe
                    | io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::NotFound
            );
        }
        source = cause.source();
    }
    error.is_closed()
}
