//! What keeps destructive commands away from databases that matter. Pure functions: the callers read and act.
//!
//! Three guards, in this order: the environment, the words of the URL, the mark of the database itself.

use std::ffi::OsString;

use levity::{
    Config, ConnectionParts,
    migrate::{Marker, MarkerState},
};

/// The variables that can say that this is production. Either is enough.
const PRODUCTION_VARIABLES: [&str; 2] = ["NODE_ENV", "APP_ENV"];

/// What no URL contains whose database may be dropped.
const WORDS: [&str; 3] = ["rds.amazonaws", ".com", "prod"];

/// Why a command does not touch this database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("`{command}` is refused: `{variable}` is `production`")]
    Environment { command: &'static str, variable: &'static str },

    #[error(
        "`{command}` is refused: the connection string contains `{word}`, as those of production databases do, and no \
         flag changes that"
    )]
    Word { command: &'static str, word: &'static str },

    #[error("`{command}` is refused: the database is marked as production")]
    MarkedProduction { command: &'static str },

    #[error(
        "`{command}` is refused: the database is not marked as disposable; if all of it may be deleted, say so with \
         `cargo db mark disposable`"
    )]
    Unmarked { command: &'static str },

    #[error(
        "`{command}` is refused: the database has the mark of another one, so it is a copy; if all of it may be deleted, \
         say so with `cargo db mark disposable`"
    )]
    Foreign { command: &'static str },
}

/// The variable that says that this is production.
pub(crate) fn production_variable(lookup: impl Fn(&str) -> Option<OsString>) -> Option<&'static str> {
    PRODUCTION_VARIABLES.into_iter().find(|variable| {
        lookup(variable)
            .is_some_and(|value| value.to_string_lossy().trim().eq_ignore_ascii_case("production"))
    })
}

/// The first guard.
pub(crate) fn environment(
    command: &'static str,
    lookup: impl Fn(&str) -> Option<OsString>,
) -> Result<(), Refusal> {
    match production_variable(lookup) {
        Some(variable) => Err(Refusal::Environment { command, variable }),
        None => Ok(()),
    }
}

/// The second guard: the text as it was given, and every decoded part of it, of both connections.
pub(crate) fn words(command: &'static str, config: &Config) -> Result<(), Refusal> {
    let direct = config.direct();
    match forbidden_word(config.parts()).or_else(|| forbidden_word(direct.parts())) {
        Some(word) => Err(Refusal::Word { command, word }),
        None => Ok(()),
    }
}

fn forbidden_word(parts: &ConnectionParts) -> Option<&'static str> {
    let decoded = parts.parameters().map(|(_, value)| value);
    let texts: Vec<String> =
        decoded.chain([parts.raw()]).chain(parts.password()).map(str::to_lowercase).collect();
    WORDS.into_iter().find(|word| texts.iter().any(|text| text.contains(word)))
}

/// The third guard: only what is marked, here, may be deleted.
pub(crate) fn disposable(command: &'static str, marker: MarkerState) -> Result<(), Refusal> {
    match marker {
        MarkerState::Marked(Marker::Disposable) => Ok(()),
        MarkerState::Marked(Marker::Production) => Err(Refusal::MarkedProduction { command }),
        MarkerState::Foreign(_) => Err(Refusal::Foreign { command }),
        MarkerState::Unmarked => Err(Refusal::Unmarked { command }),
    }
}

#[cfg(test)]
mod tests;
