use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use super::{Error, excerpt::excerpt};

/// What the server has said.
impl Error {
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

    /// The table that the failure is about, where the server says so: for a violated constraint, for example.
    pub fn table(&self) -> Option<&str> {
        self.as_db_error().and_then(DbError::table)
    }

    /// The column that the failure is about, where the server says so: for one that must not be NULL, for example.
    pub fn column(&self) -> Option<&str> {
        self.as_db_error().and_then(DbError::column)
    }

    /// The PostgreSQL schema of the table that the failure is about, where the server says so.
    pub fn schema(&self) -> Option<&str> {
        self.as_db_error().and_then(DbError::schema)
    }

    /// The line of the statement in which the server found the fault, with a caret below the place. Where the fault is in
    /// the body of a function, that is shown.
    ///
    /// ```text
    /// line 2: SELECT nmae FROM authors
    ///                ^
    /// ```
    pub fn excerpt(&self) -> Option<String> {
        let (text, position) = match self.as_db_error()?.position()? {
            ErrorPosition::Original(position) => (self.statement()?, *position),
            ErrorPosition::Internal { position, query } => (&**query, *position),
        };
        excerpt(text, position)
    }
}
