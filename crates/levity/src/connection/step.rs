//! Whether the answers that come are those to the requests that were sent.
//!
//! The driver expects one end of an answer for a `COPY` into a table. It sends two requests for one, though, and the server
//! heeds both where it refuses the `COPY` before it has looked for data: the table does not exist, a trigger of the
//! statement fails. From there on, every request would get the answer to the one before it.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;
use tokio_postgres::SimpleQueryMessage;

use super::Connection;
use crate::{Error, error::Kind};

#[derive(Default)]
pub(super) struct Step {
    doubted: AtomicBool,
    /// Whether the question was asked already. Where nobody has waited for its answer, it does not count any more.
    asked: Mutex<bool>,
}

/// No other answer of ours has a row, and a transaction that has failed refuses it.
const QUESTION: &str = "SELECT 1";

impl Connection {
    /// Says that a `COPY` did not come to its end.
    pub(crate) fn doubt_step(&self) {
        self.step.doubted.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_step_doubted(&self) -> bool {
        self.step.doubted.load(Ordering::Relaxed)
    }

    /// Makes sure that the next answer is that to the next request, or ends the connection. To be called in the transaction
    /// in which the `COPY` has failed.
    pub(crate) async fn keep_step(&self) -> Result<(), Error> {
        if self.is_step_doubted() {
            // In a box, because every statement of a transaction would carry it.
            return Box::pin(self.ask_for_step()).await;
        }
        Ok(())
    }

    async fn ask_for_step(&self) -> Result<(), Error> {
        let mut asked = self.step.asked.lock().await;
        if !self.is_step_doubted() {
            return Ok(());
        }
        if !*asked {
            *asked = true;
            let in_step = match self.track(self.client.simple_query(QUESTION)).await {
                Ok(answer) => has_row(&answer),
                Err(error) => error.as_db_error().is_some(),
            };
            if in_step {
                *asked = false;
                self.step.doubted.store(false, Ordering::Relaxed);
                return Ok(());
            }
        }
        self.spoiled.store(true, Ordering::Relaxed);
        self.io.abort();
        Err(Error::new(Kind::OutOfStep))
    }

    /// Whether the next answer is that to the next request, outside of any transaction.
    pub(super) async fn is_in_step(&self) -> Result<bool, tokio_postgres::Error> {
        Ok(has_row(&self.client.simple_query(QUESTION).await?))
    }

    pub(super) fn trust_step(&mut self) {
        self.step = Step::default();
    }
}

fn has_row(answer: &[SimpleQueryMessage]) -> bool {
    answer.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_)))
}
