use std::fmt;

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use super::Work;
use crate::migrate::{Backend, StageId, history::MIGRATION_FILE};

/// A statement of a migration that failed.
///
/// Its message names the place in the file, the server's message and SQLSTATE, the state of the database, and what to
/// do next; the statement itself and the server's detail and hint are fields and methods of their own.
#[derive(Debug)]
#[non_exhaustive]
pub struct StatementError {
    /// The stage.
    pub stage: StageId,
    /// The statement, as it was sent.
    pub statement: String,
    /// The line of `migration.sql`, from 1, where the server found the fault, or else where the statement begins; none
    /// when the commit failed.
    pub line: Option<usize>,
    /// The column, from 1 and in characters, where the server found the fault.
    pub column: Option<usize>,
    /// What is left in the database.
    pub state: DatabaseState,
    /// How often the stage was tried.
    pub attempts: u32,
    /// Who had the locks that the statement waited for, where that was seen.
    pub blocked_by: Vec<Backend>,
    server: Option<Box<DbError>>,
    source: Option<tokio_postgres::Error>,
}

/// What a statement that failed has left in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseState {
    /// The stage was rolled back.
    RolledBack {
        /// How many stages of the migration are applied.
        applied: usize,
        /// How many it has.
        stages: usize,
    },
    /// The statement ran outside a transaction, and what it had done by then is still there. The next run takes it up.
    Partial,
    /// The connection was lost before the server could say how it ended. The next run finds out.
    Unknown,
}

impl fmt::Display for DatabaseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::RolledBack { stages: 1, .. } => f.write_str("nothing of this migration remains"),
            Self::RolledBack { applied, stages } => {
                write!(f, "nothing of this stage remains, and {applied} of the {stages} stages are applied")
            }
            Self::Partial => f.write_str(
                "the statement ran outside a transaction: what it did before it failed remains, and the next run takes \
                 it up",
            ),
            Self::Unknown => f.write_str(
                "the connection was lost before the server said how it ended; the next run finds out from the history",
            ),
        }
    }
}

/// Where the statement itself begins, counted as the server counts: behind the comments and empty lines above it.
fn first_character(statement: &str) -> u32 {
    let above = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with("--");
    let skipped: usize =
        statement.split_inclusive('\n').take_while(above).map(|line| line.chars().count()).sum();
    u32::try_from(skipped).map_or(1, |skipped| skipped + 1)
}

impl StatementError {
    /// `number` is the statement's place in the stage, from 0; none is the commit.
    pub(super) fn new(
        work: &Work<'_>,
        number: Option<usize>,
        source: tokio_postgres::Error,
        state: DatabaseState,
    ) -> Self {
        let position = match source.as_db_error().and_then(DbError::position) {
            Some(ErrorPosition::Original(position)) => Some(*position),
            Some(ErrorPosition::Internal { .. }) | None => None,
        };
        let place = number.map(|number| {
            let begin = || first_character(&work.statements()[number]);
            work.location(number, position.unwrap_or_else(begin))
        });
        let statement =
            number.map_or_else(|| "COMMIT".to_owned(), |number| work.statements()[number].clone());
        let (server, source) = if source.as_db_error().is_some() {
            (source.into_source().and_then(|source| source.downcast().ok()), None)
        } else {
            (None, Some(source))
        };
        Self {
            stage: work.id(),
            statement,
            line: place.map(|(line, _)| line),
            column: place.filter(|_| position.is_some()).map(|(_, column)| column),
            state,
            attempts: 1,
            blocked_by: Vec::new(),
            server,
            source,
        }
    }

    /// A statement that the runner has made for one partition. It stands for the stage's own, where that begins.
    pub(super) fn of_partition(
        work: &Work<'_>,
        statement: &str,
        source: tokio_postgres::Error,
        state: DatabaseState,
    ) -> Self {
        let is_own = work.statements()[0] == statement;
        let failure = Self::new(work, Some(0), source, state);
        if is_own {
            return failure;
        }
        let line = Some(work.location(0, first_character(&work.statements()[0])).0);
        Self { statement: statement.to_owned(), line, column: None, ..failure }
    }

    pub(super) fn blocked_by(mut self, blocked_by: Vec<Backend>) -> Self {
        self.blocked_by = blocked_by;
        self
    }

    /// The server's answer; none when the connection was lost.
    pub fn as_db_error(&self) -> Option<&DbError> {
        self.server.as_deref()
    }

    /// The SQLSTATE that the server gave.
    pub fn code(&self) -> Option<&SqlState> {
        self.as_db_error().map(DbError::code)
    }

    /// What the server says in addition.
    pub fn detail(&self) -> Option<&str> {
        self.as_db_error().and_then(DbError::detail)
    }

    /// What the server advises.
    ///
    /// Not where it is to add `CASCADE`, which would drop what the migration does not know.
    pub fn hint(&self) -> Option<&str> {
        let dependents = self.code() == Some(&SqlState::DEPENDENT_OBJECTS_STILL_EXIST);
        self.as_db_error().filter(|_| !dependents).and_then(DbError::hint)
    }

    /// Whether the same stage can succeed when it is tried again.
    pub fn is_transient(&self) -> bool {
        let codes = [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::T_R_SERIALIZATION_FAILURE,
        ];
        self.code().is_some_and(|code| codes.contains(code))
    }

    /// The driver has no data for a `COPY … FROM STDIN`, and gives up when the server asks.
    fn is_copy(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.to_string() == "unexpected message from server")
    }

    /// What to do next.
    pub fn advice(&self) -> String {
        if self.is_copy() {
            return "write `INSERT` instead of `COPY … FROM STDIN`, and run it again".to_owned();
        }
        let Some(code) = self.code() else {
            return "see that the server is up, and run it again".to_owned();
        };
        match *code {
            SqlState::LOCK_NOT_AVAILABLE => {
                "run it again when the sessions that use the table have ended their transactions".to_owned()
            }
            SqlState::T_R_DEADLOCK_DETECTED | SqlState::T_R_SERIALIZATION_FAILURE => {
                "run it again when there is less traffic on the table".to_owned()
            }
            SqlState::INSUFFICIENT_PRIVILEGE => {
                "grant the privilege, or run it as the role that owns the tables".to_owned()
            }
            SqlState::INVALID_SCHEMA_NAME => {
                "create the namespace, or have another `search_path`, and run it again".to_owned()
            }
            SqlState::ACTIVE_SQL_TRANSACTION => format!(
                "give the statement a stage of its own, with a line `--> stage transaction=off` before it in \
                 `{MIGRATION_FILE}`, and run it again"
            ),
            SqlState::UNSAFE_NEW_ENUM_VALUE_USAGE => format!(
                "begin a new stage, with a line `--> stage` in `{MIGRATION_FILE}`, before the value's first use, and run \
                 it again"
            ),
            SqlState::READ_ONLY_SQL_TRANSACTION => {
                "run it as a role, and in a database, whose `default_transaction_read_only` is off".to_owned()
            }
            SqlState::QUERY_CANCELED | SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => {
                "somebody stopped it; run it again".to_owned()
            }
            // Class 22: a value does not fit.
            ref state if state.code().starts_with("22") => {
                "correct the rows whose values do not fit, and run it again".to_owned()
            }
            SqlState::UNIQUE_VIOLATION
            | SqlState::NOT_NULL_VIOLATION
            | SqlState::CHECK_VIOLATION
            | SqlState::FOREIGN_KEY_VIOLATION
            | SqlState::EXCLUSION_VIOLATION => {
                "correct the rows that are in the way, and run it again".to_owned()
            }
            SqlState::DEPENDENT_OBJECTS_STILL_EXIST => {
                "drop what depends on it, which the detail names, run it again, and create that again afterwards"
                    .to_owned()
            }
            SqlState::FEATURE_NOT_SUPPORTED if self.detail().is_some() => {
                "if the detail names a view or rule: drop it, run it again, and create it again afterwards".to_owned()
            }
            SqlState::DUPLICATE_OBJECT
            | SqlState::DUPLICATE_FUNCTION
            | SqlState::DUPLICATE_COLUMN
            | SqlState::DUPLICATE_TABLE
            | SqlState::DUPLICATE_SCHEMA => {
                "something of this name was made by hand, by `push`, or by custom SQL before: drop it, and run it again"
                    .to_owned()
            }
            SqlState::DISK_FULL => "make room on the server, and run it again".to_owned(),
            _ => format!("correct `{}/{MIGRATION_FILE}` and run it again", self.stage.tag),
        }
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stage, line, column, state, attempts, blocked_by, .. } = self;
        write!(f, "{stage} failed")?;
        match line {
            Some(line) => write!(f, " at `{}/{MIGRATION_FILE}` line {line}", stage.tag)?,
            None => write!(f, " at its commit")?,
        }
        if let Some(column) = column {
            write!(f, ", column {column}")?;
        }
        match &self.server {
            Some(error) => write!(f, ": {} (SQLSTATE {})", error.message(), error.code().code())?,
            None if self.is_copy() => write!(f, ": it asks for data, and there is none")?,
            None => write!(f, ": the connection was lost")?,
        }
        if *attempts > 1 {
            write!(f, ", after {attempts} attempts")?;
        }
        if !blocked_by.is_empty() {
            let sessions: Vec<_> = blocked_by.iter().map(ToString::to_string).collect();
            write!(f, ", blocked by {}", sessions.join(", "))?;
        }
        write!(f, "; {state}; {}", self.advice())
    }
}

/// The server's sentence is part of the message; only what is not is a source.
impl std::error::Error for StatementError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::first_character;

    #[test]
    fn a_statement_begins_behind_its_comments() {
        assert_eq!(first_character("ALTER TABLE t"), 1);
        assert_eq!(first_character("-- é\n\n  -- why\nALTER TABLE t"), 16);
    }
}
