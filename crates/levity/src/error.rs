//! The error of every query and connection.

mod kind;
mod refusal;

use std::{error::Error as StdError, fmt};

use tokio_postgres::error::{DbError, ErrorPosition, Severity, SqlState};

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

    /// The server's answer, when the failure is one.
    pub fn as_db_error(&self) -> Option<&DbError> {
        self.0.kind.db_error()
    }

    /// The SQLSTATE that the server gave.
    pub fn code(&self) -> Option<&SqlState> {
        self.as_db_error().map(DbError::code)
    }

    /// The constraint that was violated.
    pub fn constraint(&self) -> Option<&str> {
        self.as_db_error().and_then(DbError::constraint)
    }

    /// What the server says in addition, often with values of the row.
    pub fn detail(&self) -> Option<&str> {
        self.as_db_error().and_then(DbError::detail)
    }

    /// What to do about it: our advice, or that of the server.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref().or_else(|| self.as_db_error().and_then(DbError::hint))
    }

    /// The text of the statement that failed, without its values.
    pub fn statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }

    /// Where in the statement the server found the fault, counted in characters from 1.
    pub fn position(&self) -> Option<u32> {
        match self.as_db_error()?.position()? {
            ErrorPosition::Original(position) => Some(*position),
            ErrorPosition::Internal { .. } => None,
        }
    }

    /// A row with this key exists already.
    pub fn is_unique_violation(&self) -> bool {
        self.has_code(&SqlState::UNIQUE_VIOLATION)
    }

    /// A foreign key refers to a row that does not exist, or would lose its row.
    pub fn is_foreign_key_violation(&self) -> bool {
        self.has_code(&SqlState::FOREIGN_KEY_VIOLATION)
    }

    /// A check constraint refused the row.
    pub fn is_check_violation(&self) -> bool {
        self.has_code(&SqlState::CHECK_VIOLATION)
    }

    /// A column that must have a value got none.
    pub fn is_not_null_violation(&self) -> bool {
        self.has_code(&SqlState::NOT_NULL_VIOLATION)
    }

    /// The same work can succeed when it is done again from its beginning: a serialization failure, a deadlock, or a
    /// schema that changed under the transaction.
    pub fn is_retryable(&self) -> bool {
        self.has_code(&SqlState::T_R_SERIALIZATION_FAILURE)
            || self.has_code(&SqlState::T_R_DEADLOCK_DETECTED)
            || self.is_stale_statement()
    }

    /// No connection could be opened, or the one that was open is lost.
    pub fn is_connect(&self) -> bool {
        match &self.0.kind {
            Kind::Connect { .. } | Kind::Closed { .. } | Kind::Ended { .. } | Kind::CommitLost { .. } => true,
            // The answer to a statement can be the announcement of the end.
            kind => kind.db_error().is_some_and(|error| error.parsed_severity() == Some(Severity::Fatal)),
        }
    }

    /// The connect timeout or the acquire timeout ran out.
    pub fn is_timeout(&self) -> bool {
        self.is_acquire_timeout()
            || matches!(&self.0.kind, Kind::Connect { refusal, .. } if refusal.is_timeout())
    }

    /// All connections of the pool stayed busy for the acquire timeout.
    pub fn is_acquire_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::AcquireTimeout { .. })
    }

    /// One row was asked for, and there is none.
    pub fn is_no_rows(&self) -> bool {
        matches!(self.0.kind, Kind::NoRows { .. })
    }

    /// One row was asked for, and there are several.
    pub fn is_too_many_rows(&self) -> bool {
        matches!(self.0.kind, Kind::TooManyRows { .. })
    }

    /// The configuration cannot be used: a variable is missing or malformed.
    pub fn is_config(&self) -> bool {
        matches!(self.0.kind, Kind::Config { .. })
    }

    /// The statement refers to a column, table, type or function that the database does not have.
    pub(crate) fn is_missing_object(&self) -> bool {
        [SqlState::UNDEFINED_COLUMN, SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_OBJECT]
            .iter()
            .any(|code| self.has_code(code))
    }

    /// A prepared statement no longer fits the schema, or is gone from the server. None of it was run.
    pub(crate) fn is_stale_statement(&self) -> bool {
        let Some(error) = self.as_db_error() else { return false };
        match error.code() {
            code if *code == SqlState::INVALID_SQL_STATEMENT_NAME => true,
            // "cached plan must not change result type", in whatever language.
            code if *code == SqlState::FEATURE_NOT_SUPPORTED => {
                error.routine() == Some("RevalidateCachedQuery")
            }
            // A type was dropped and created again under the name that the statement was prepared for.
            code if *code == SqlState::INTERNAL_ERROR => {
                error.message().contains("cache lookup failed for type")
            }
            _ => false,
        }
    }

    fn has_code(&self, code: &SqlState) -> bool {
        self.code() == Some(code)
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("statement", &self.0.statement)
            .field("hint", &self.0.hint)
            .finish()
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
