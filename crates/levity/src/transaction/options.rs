use std::{fmt::Write as _, time::Duration};

use crate::config::milliseconds;

/// How much a transaction sees of those that run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Each statement sees what was committed before it began. The server's default.
    ReadCommitted,
    /// All statements see what was committed before the first one began. Concurrent changes of one row fail.
    RepeatableRead,
    /// As if transactions ran one after the other. What would break that fails with a retryable error.
    Serializable,
}

/// How a transaction runs: `TransactionOptions::new().isolation(Isolation::Serializable).read_only()`.
///
/// What is not said is left to the server's defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransactionOptions {
    isolation: Option<Isolation>,
    read_only: bool,
    deferrable: bool,
    statement_timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
}

impl TransactionOptions {
    /// The server's defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// What it sees of concurrent transactions.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Refuses statements that write.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Waits, before the first statement, for a snapshot that no other transaction can invalidate. Only has an effect
    /// on one that is serializable and read only.
    #[must_use]
    pub fn deferrable(mut self) -> Self {
        self.deferrable = true;
        self
    }

    /// How long one statement may run. A longer one is ended by the server, and its error is
    /// [`Error::is_statement_timeout`](crate::Error::is_statement_timeout). Zero is no limit.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.statement_timeout = Some(limit);
        self
    }

    /// How long one statement may wait for a lock. Then it fails with
    /// [`Error::is_lock_timeout`](crate::Error::is_lock_timeout). Zero is no limit.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.lock_timeout = Some(limit);
        self
    }

    /// How long the transaction may wait for its next statement, with all the locks that it holds. Then the server closes
    /// its connection. Zero is no limit.
    #[must_use]
    pub fn idle_in_transaction_session_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = Some(limit);
        self
    }

    /// One message, and so one round trip.
    pub(super) fn begin(self) -> String {
        let mut sql = "BEGIN".to_owned();
        sql.push_str(match self.isolation {
            None => "",
            Some(Isolation::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
            Some(Isolation::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
            Some(Isolation::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
        });
        if self.read_only {
            sql.push_str(" READ ONLY");
        }
        if self.deferrable {
            sql.push_str(" DEFERRABLE");
        }
        let limits = [
            ("statement_timeout", self.statement_timeout),
            ("lock_timeout", self.lock_timeout),
            ("idle_in_transaction_session_timeout", self.idle_timeout),
        ];
        for (setting, limit) in limits {
            if let Some(limit) = limit {
                let _ = write!(sql, "; SET LOCAL {setting} = {}", milliseconds(limit));
            }
        }
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_rounded_to_what_the_server_takes() {
        let options = TransactionOptions::new()
            .isolation(Isolation::RepeatableRead)
            .statement_timeout(Duration::from_micros(1))
            .lock_timeout(Duration::ZERO)
            .idle_in_transaction_session_timeout(Duration::MAX);
        insta::assert_snapshot!(options.begin(), @"BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = 1; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 2147483647");
    }
}
