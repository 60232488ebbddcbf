use std::{error::Error as StdError, time::Duration};

use tokio_postgres::error::DbError;

use super::{Refusal, Source};
use crate::{Target, config::ConfigError, types::NulCharacter};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("cannot use {}: {}", config_subject(*variable), config_reason(error))]
    Config { variable: Option<&'static str>, error: ConfigError },

    #[error("cannot connect to {target}: {refusal}{}", refusal.advice(*variable))]
    Connect { target: Target, variable: Option<&'static str>, refusal: Refusal },

    #[error(
        "no connection of the pool became free within {waited:?}: all {size} are busy{}; keep transactions short, or \
         raise `DB_POOL_SIZE`",
        others(*waiting)
    )]
    AcquireTimeout { waited: Duration, size: usize, waiting: usize },

    #[error("the pool is closed")]
    PoolClosed,

    // The server's sentence is the message. It is no source as well: a chain that is printed would say it twice.
    #[error("{} (SQLSTATE {})", error.message(), error.code().code())]
    Server { error: Box<DbError> },

    #[error(
        "the connection was lost while a statement was running; whether the statement took effect is not known"
    )]
    Closed { source: tokio_postgres::Error },

    // The server gives its reason outside of any answer, so nothing was waiting for one: what came after was not sent.
    #[error("the server closed the connection: {} (SQLSTATE {})", error.message(), error.code().code())]
    Ended { error: Box<DbError> },

    #[error("cannot send the statement or read its answer")]
    Driver { source: tokio_postgres::Error },

    #[error("cannot read column `{column}`")]
    Decode { column: String, source: Source },

    #[error("no row of `{table}` matches, and one was expected")]
    NoRows { table: String },

    #[error("several rows of `{table}` match, and one was expected")]
    TooManyRows { table: String },

    #[error("{message}")]
    Invalid { message: String },

    #[error("the transaction was rolled back instead of committed: one of its statements had failed")]
    RolledBack { error: Box<DbError> },

    #[error(
        "the server closed the connection during the commit, and whether the transaction was committed is not known: {} \
         (SQLSTATE {})",
        error.message(),
        error.code().code()
    )]
    CommitLost { error: Box<DbError> },

    #[error("a nested transaction is open: commit it or roll it back before using the one around it")]
    NestedOpen,

    #[error("the transaction around this nested one has ended")]
    OuterEnded,

    #[error(
        "a `COPY` into a table is under way in this transaction: finish it or drop it before another statement"
    )]
    CopyOpen,
}

impl Kind {
    pub(super) fn from_driver(error: tokio_postgres::Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            return Self::Server { error: Box::new(answer.clone()) };
        }
        if let Some(refused) = error.source().and_then(<dyn StdError>::downcast_ref::<NulCharacter>) {
            return Self::Invalid { message: refused.to_string() };
        }
        let lost = error.is_closed() || error.source().is_some_and(<dyn StdError>::is::<std::io::Error>);
        if lost { Self::Closed { source: error } } else { Self::Driver { source: error } }
    }

    pub(super) fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Server { error }
            | Self::Ended { error }
            | Self::RolledBack { error }
            | Self::CommitLost { error } => Some(error),
            Self::Connect { refusal, .. } => refusal.db_error(),
            _ => None,
        }
    }
}

fn config_subject(variable: Option<&str>) -> String {
    variable.map_or_else(|| "the connection string".to_owned(), |name| format!("`{name}`"))
}

fn config_reason(error: &ConfigError) -> String {
    match error {
        ConfigError::Missing | ConfigError::Empty => format!(
            "{error}; set it to a connection string such as `postgres://user@localhost:5432/database`, or run \
             `cargo db setup` to get a database of your own"
        ),
        ConfigError::Scheme | ConfigError::Form => {
            format!("{error}; write it like `postgres://user@localhost:5432/database`")
        }
        _ => error.to_string(),
    }
}

fn others(waiting: usize) -> String {
    match waiting {
        0 => String::new(),
        1 => ", and 1 other caller waits".to_owned(),
        _ => format!(", and {waiting} other callers wait"),
    }
}
