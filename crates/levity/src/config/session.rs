//! Settings that every session of a configuration begins with.

use std::{fmt::Write as _, time::Duration};

use super::Config;

/// What is not set is left to the server, the role and the database.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionSettings {
    statement: Option<Duration>,
    lock: Option<Duration>,
    idle_in_transaction: Option<Duration>,
    /// Whether transactions take no writes unless they say otherwise.
    pub(super) read_only: bool,
}

impl Config {
    /// How long a statement may run before the server cancels it, which is an error with SQLSTATE 57014. Zero means without
    /// limit, also where the role or the database has one.
    ///
    /// It is part of the login and costs no statement. A `SET` in a session, or a `SET LOCAL` in a transaction, still
    /// decides over it. The same holds for the other timeouts of sessions.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.session.statement = Some(timeout);
        self
    }

    /// How long a statement may wait for a lock before it fails with SQLSTATE 55P03. Zero means without limit.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.session.lock = Some(timeout);
        self
    }

    /// How long a transaction may wait for its next statement before the server closes its connection, which also ends
    /// its locks. Zero means without limit.
    #[must_use]
    pub fn idle_in_transaction_session_timeout(mut self, timeout: Duration) -> Self {
        self.session.idle_in_transaction = Some(timeout);
        self
    }
}

impl SessionSettings {
    /// The parameter `options` of the login: what the connection string gives, and then these, because the last one counts.
    pub(crate) fn options(&self, given: Option<&str>) -> Option<String> {
        let mut options = given.unwrap_or_default().to_owned();
        for (name, timeout) in self.timeouts() {
            let _ = write!(options, " -c {name}={}", milliseconds(timeout));
        }
        if self.read_only {
            options.push_str(" -c default_transaction_read_only=on");
        }
        Some(options.trim_start().to_owned()).filter(|options| !options.is_empty())
    }

    /// The name of a timeout that is set, if there is one.
    pub(crate) fn first_timeout(&self) -> Option<&'static str> {
        self.timeouts().next().map(|(name, _)| name)
    }

    fn timeouts(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        [
            ("statement_timeout", self.statement),
            ("lock_timeout", self.lock),
            ("idle_in_transaction_session_timeout", self.idle_in_transaction),
        ]
        .into_iter()
        .filter_map(|(name, timeout)| Some((name, timeout?)))
    }
}

/// In the server's unit and range. What is shorter than the unit must not become zero, which means without limit.
pub(crate) fn milliseconds(timeout: Duration) -> i32 {
    i32::try_from(timeout.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_follow_the_options_of_the_string() {
        let config = Config::from_url("host=h").unwrap();
        let options = |config: &Config, given| config.session.options(given).unwrap_or_default();
        assert_eq!(options(&config, None), "");
        assert_eq!(options(&config, Some("-c a=b")), "-c a=b");
        let config = config
            .statement_timeout(Duration::from_nanos(1))
            .lock_timeout(Duration::MAX)
            .idle_in_transaction_session_timeout(Duration::ZERO);
        insta::assert_snapshot!(options(&config, Some("-c a=b")), @"-c a=b -c statement_timeout=1 -c lock_timeout=2147483647 -c idle_in_transaction_session_timeout=0");
        assert_eq!(options(&config.direct(), None), "");
    }
}
