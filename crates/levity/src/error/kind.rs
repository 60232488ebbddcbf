use std::{error::Error as StdError, time::Duration};

use tokio_postgres::{error::DbError, types::WrongType};

use super::{Refusal, Source};
use crate::{Target, config::ConfigError, types::RefusedValue};

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

    #[error("cannot send parameter ${number}{}", parameter_reason(types.as_ref()))]
    Parameter {
        number: usize,
        /// The Rust type that was given and the PostgreSQL type that is expected, where they do not go together.
        types: Option<(String, String)>,
        source: Option<Source>,
    },

    #[error("the statement has {}, and {} given", parameters(*expected), values(*given))]
    ParameterCount { expected: usize, given: usize },

    #[error("cannot read column `{column}`")]
    Decode { column: String, source: Source },

    #[error("cannot send column `{column}` of row {row} of the copy, counted from 1")]
    Encode { row: u64, column: &'static str, source: Source },

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

    #[error(
        "the connection was closed, because the server refused a `COPY` before it looked for data; the transaction is \
         rolled back"
    )]
    OutOfStep,
}

impl Kind {
    pub(super) fn from_driver(error: tokio_postgres::Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            return Self::Server { error: Box::new(answer.clone()) };
        }
        let error = match Self::from_parameter(error) {
            Ok(kind) => return kind,
            Err(error) => error,
        };
        let lost = error.is_closed() || error.source().is_some_and(<dyn StdError>::is::<std::io::Error>);
        if lost { Self::Closed { source: error } } else { Self::Driver { source: error } }
    }

    /// The driver's kinds are private; its messages are what tells them apart.
    fn from_parameter(error: tokio_postgres::Error) -> Result<Self, tokio_postgres::Error> {
        let message = error.to_string();
        if let Some(index) = message.strip_prefix("error serializing parameter ") {
            let Ok(index) = index.parse::<usize>() else { return Err(error) };
            let (number, source) =
                match error.into_source().map(<dyn StdError + Send + Sync>::downcast::<RefusedValue>) {
                    Some(Ok(refused)) => (refused.number, Some(refused.source)),
                    Some(Err(source)) => (index + 1, Some(source)),
                    None => (index + 1, None),
                };
            let types = source.as_ref().and_then(|source| wrong_types(source.downcast_ref::<WrongType>()?));
            let source = source.filter(|_| types.is_none());
            return Ok(Self::Parameter { number, types, source });
        }
        let mut numbers = message.split(' ').filter_map(|word| word.parse::<usize>().ok());
        match (message.starts_with("expected "), numbers.next(), numbers.next()) {
            (true, Some(expected), Some(given)) => Ok(Self::ParameterCount { expected, given }),
            _ => Err(error),
        }
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

/// The Rust type and the PostgreSQL type, which stand between backticks.
fn wrong_types(wrong: &WrongType) -> Option<(String, String)> {
    let message = wrong.to_string();
    let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
    Some((quoted.next()?, quoted.next()?))
}

fn parameter_reason(types: Option<&(String, String)>) -> String {
    types.map_or_else(String::new, |(given, expected)| {
        format!(": the value is a Rust `{given}`, and the server expects a `{expected}`")
    })
}

fn parameters(count: usize) -> String {
    match count {
        0 => "no parameters".to_owned(),
        1 => "1 parameter".to_owned(),
        _ => format!("{count} parameters"),
    }
}

fn values(count: usize) -> String {
    match count {
        0 => "no value was".to_owned(),
        1 => "1 value was".to_owned(),
        _ => format!("{count} values were"),
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
