//! The error of every query and connection.

mod details;
mod excerpt;
mod kind;
mod predicates;
mod refusal;

use std::{error::Error as StdError, fmt};

use tokio_postgres::error::{DbError, SqlState};

use crate::{Config, config::ConfigError};
pub(crate) use kind::Kind;
pub(crate) use refusal::Refusal;

/// What went wrong while connecting or running a statement.
///
/// The message says what was attempted, why it failed and, where that is known, what to do. It never contains a password
/// or a value of a statement. What the server adds beside its message is in [`Error::detail`], [`Error::hint`] and
/// [`Error::statement`].
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    statement: Option<String>,
    /// Our own advice, beside that of the server.
    hint: Option<String>,
}

type Source = Box<dyn StdError + Send + Sync>;

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Box::new(Inner { kind, statement: None, hint: None }))
    }

    /// A failure of a statement. Without a connection, its outcome is not known.
    pub(crate) fn database(statement: &str, error: tokio_postgres::Error) -> Self {
        let error = Self::new(Kind::from_driver(error)).with_statement(statement);
        if error.has_code(&SqlState::IN_FAILED_SQL_TRANSACTION) {
            return error.with_hint("an earlier statement of this transaction has failed: roll it back");
        }
        if error.has_code(&SqlState::GROUPING_ERROR) && statement.contains('$') {
            return error.with_hint(
                "an expression with a bound value in it is grouped by only where it is a clone of the one that `group_by` \
                 was given: written twice, its values are two parameters",
            );
        }
        error
    }

    pub(crate) fn config(variable: Option<&'static str>, error: ConfigError) -> Self {
        Self::new(Kind::Config { variable, error })
    }

    pub(crate) fn connect(config: &Config, refusal: Refusal) -> Self {
        Self::new(Kind::Connect { target: config.target(), variable: config.variable, refusal })
    }

    /// A value of the server that does not fit its Rust type.
    pub(crate) fn decode(column: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::new(Kind::Decode { column: column.into(), source: source.into() })
    }

    /// A value of a `COPY` that does not fit its column.
    pub(crate) fn encode(row: u64, column: &'static str, source: impl Into<Source>) -> Self {
        Self::new(Kind::Encode { row, column, source: source.into() })
    }

    /// One row was asked for, and there is none.
    pub(crate) fn no_rows(table: impl Into<String>) -> Self {
        Self::new(Kind::NoRows { table: table.into() })
    }

    /// One row was asked for, and there are several.
    pub(crate) fn too_many_rows(table: impl Into<String>) -> Self {
        Self::new(Kind::TooManyRows { table: table.into() })
    }

    /// Something that cannot be sent to the server at all.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid { message: message.into() })
    }

    pub(crate) fn with_statement(mut self, statement: &str) -> Self {
        self.0.statement.get_or_insert_with(|| statement.to_owned());
        self
    }

    /// The failure of a statement of ours that was run for one of the caller's.
    pub(crate) fn on_behalf_of(mut self, statement: &str) -> Self {
        self.0.statement = Some(statement.to_owned());
        self
    }

    /// The reason that the server gave for closing the connection, if that is what happened.
    pub(crate) fn or_ending(mut self, ending: Option<&DbError>) -> Self {
        if let (Kind::Closed { .. }, Some(reason)) = (&self.0.kind, ending) {
            self.0.kind = Kind::Ended { error: Box::new(reason.clone()) };
        }
        self
    }

    /// The server had closed the connection before the statement was sent.
    pub(crate) fn is_unsent(&self) -> bool {
        matches!(self.0.kind, Kind::Ended { .. })
    }

    /// What a failure means when it is the answer to a commit.
    pub(crate) fn into_commit_failure(mut self) -> Self {
        let lost = self.is_connect();
        self.0.kind = match self.0.kind {
            Kind::Server { error } if *error.code() == SqlState::IN_FAILED_SQL_TRANSACTION => {
                self.0.hint = None;
                Kind::RolledBack { error }
            }
            Kind::Server { error } if lost => Kind::CommitLost { error },
            kind => kind,
        };
        self
    }

    pub(crate) fn is_rolled_back(&self) -> bool {
        matches!(self.0.kind, Kind::RolledBack { .. })
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)?;
        match &self.0.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// What `unwrap` and a `main` that returns the error show: the message, what caused it, and the statement. The alternate form,
/// `{:#?}`, has all parts, also the [`detail`](Error::detail) of the server, which can contain values of rows.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return f
                .debug_struct("Error")
                .field("kind", &self.0.kind)
                .field("statement", &self.0.statement)
                .field("hint", &self.0.hint)
                .finish();
        }
        fmt::Display::fmt(self, f)?;
        for cause in std::iter::successors(self.source(), |cause| (*cause).source()) {
            write!(f, ": {cause}")?;
        }
        match &self.0.statement {
            Some(statement) => write!(f, "\nstatement: {statement}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            // Their messages are part of ours; what caused them is not.
            Kind::Config { error, .. } => error.source(),
            Kind::Connect { refusal, .. } => refusal.source(),
            kind => kind.source(),
        }
    }
}
