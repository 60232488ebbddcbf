//! Ending what the last user left unfinished.

use std::time::Duration;

use tokio::{task::JoinHandle, time};
use tokio_postgres::SimpleQueryMessage;

use super::Connection;

/// How long an abandoned request may go on before it is cancelled. Most finish by themselves, and their connection
/// stays warm.
const GRACE: Duration = Duration::from_millis(100);

/// How long the server has to acknowledge a cancellation before the connection is cut.
const CANCEL_LIMIT: Duration = Duration::from_secs(10);

/// All of `DISCARD ALL` but `DEALLOCATE ALL`: the driver keeps prepared statements of its own for as long as the
/// connection lives. Those that were made in SQL are dropped by name.
const RESET: &str = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; UNLISTEN *; \
    SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES; \
    SELECT pg_catalog.format('DEALLOCATE %I', name) AS deallocate FROM pg_catalog.pg_prepared_statements WHERE from_sql";

impl Connection {
    /// Starts to bring the connection into the state of a new one, in the background. Gives nothing back when that takes
    /// too long: then the running request is cancelled and the connection closed. It is not used again, because a
    /// cancellation that arrives late would hit whatever runs by then.
    pub(crate) fn clean(mut self) -> JoinHandle<Option<Self>> {
        self.runtime.clone().spawn(async move {
            match time::timeout(GRACE, self.drain()).await {
                Ok(Ok(true)) => {
                    self.settle();
                    self.trust_step();
                    Some(Self { lent: false, ..self })
                }
                Ok(Ok(false) | Err(_)) => None,
                Err(_) => {
                    let cancel = async {
                        self.canceller.cancel().await.ok()?;
                        self.client.check_connection().await.ok()
                    };
                    if !matches!(time::timeout(CANCEL_LIMIT, cancel).await, Ok(Some(()))) {
                        self.io.abort();
                    }
                    None
                }
            }
        })
    }

    /// Says whether the connection can be used again.
    async fn drain(&self) -> Result<bool, tokio_postgres::Error> {
        if !self.lent {
            return if self.is_step_doubted() {
                self.is_in_step().await
            } else {
                self.client.check_connection().await.map(|()| true)
            };
        }
        // Ends a transaction if there is one, and makes the server log no warning if there is none. `BEGIN` fails in a
        // transaction that has failed.
        let _ = self.client.batch_execute("BEGIN").await;
        self.client.batch_execute("ROLLBACK").await?;
        // Whoever had the client can have copied with it.
        if !self.is_in_step().await? {
            return Ok(false);
        }
        if self.connector.config().transaction_pooler {
            // The session belongs to somebody else by now.
            return Ok(true);
        }
        for message in self.client.simple_query(RESET).await? {
            if let SimpleQueryMessage::Row(row) = message
                && let Ok(Some(deallocate)) = row.try_get("deallocate")
            {
                self.client.batch_execute(deallocate).await?;
            }
        }
        Ok(true)
    }
}
