use tokio_postgres::error::{Severity, SqlState};

use super::{Error, Kind};

/// What kind of failure it is.
impl Error {
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

    /// An exclusion constraint refused the row: it conflicts with another one.
    pub fn is_exclusion_violation(&self) -> bool {
        self.has_code(&SqlState::EXCLUSION_VIOLATION)
    }

    /// What a concurrent transaction did does not go together with this one.
    pub fn is_serialization_failure(&self) -> bool {
        self.has_code(&SqlState::T_R_SERIALIZATION_FAILURE)
    }

    /// Transactions waited for each other, and this one was ended.
    pub fn is_deadlock(&self) -> bool {
        self.has_code(&SqlState::T_R_DEADLOCK_DETECTED)
    }

    /// A lock was not to be had within the `lock_timeout`, or at once where `NOWAIT` asks for it.
    pub fn is_lock_timeout(&self) -> bool {
        self.has_code(&SqlState::LOCK_NOT_AVAILABLE)
    }

    /// The statement ran for longer than the `statement_timeout`, or somebody cancelled it: the server tells the two apart
    /// in words only.
    pub fn is_statement_timeout(&self) -> bool {
        self.has_code(&SqlState::QUERY_CANCELED)
    }

    /// The statement writes, and the transaction, or the whole server, is read only.
    pub fn is_read_only(&self) -> bool {
        self.has_code(&SqlState::READ_ONLY_SQL_TRANSACTION)
    }

    /// The role may not do this.
    pub fn is_permission_denied(&self) -> bool {
        self.has_code(&SqlState::INSUFFICIENT_PRIVILEGE)
    }

    /// A value of the statement cannot be sent as the parameter that the server expects, or there are too many or too few
    /// of them. Nothing was sent.
    pub fn is_invalid_parameter(&self) -> bool {
        matches!(self.0.kind, Kind::Parameter { .. } | Kind::ParameterCount { .. })
    }

    /// The same work can succeed when it is done again from its beginning: a serialization failure, a deadlock, or a
    /// schema that changed under the transaction.
    pub fn is_retryable(&self) -> bool {
        self.is_serialization_failure() || self.is_deadlock() || self.is_stale_statement()
    }

    /// No connection could be opened, or the one that was open is lost.
    pub fn is_connect(&self) -> bool {
        match &self.0.kind {
            Kind::Connect { .. }
            | Kind::Closed { .. }
            | Kind::Ended { .. }
            | Kind::CommitLost { .. }
            | Kind::OutOfStep => true,
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

    /// What kind of failure it is, in a word that never holds a value: the SQLSTATE, where there is one.
    pub(crate) fn type_name(&self) -> &str {
        match self.code() {
            Some(code) => code.code(),
            None if self.is_connect() => "connection",
            None if self.is_invalid_parameter() => "invalid_parameter",
            None => "client",
        }
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

    pub(super) fn has_code(&self, code: &SqlState) -> bool {
        self.code() == Some(code)
    }
}
