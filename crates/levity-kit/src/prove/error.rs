use std::fmt;

use levity::migrate::{MigrateError, PartitionTaskError};
use tokio_postgres::error::{DbError, SqlState};

use super::view::{ViewProblem, ViewProblems};
use crate::{diff::DiffError, introspect::IntrospectError, scratch::ScratchError};

/// Why a migration is not proved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// There is no scratch database to prove it on.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The result could not be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// A schema could not be created from nothing.
    #[error(transparent)]
    Diff(#[from] DiffError),
    /// The server lacks an extension.
    #[error(
        "the scratch server does not have the extension `{extension}`, which {needed_by} needs; install it there, or set \
         `LEVITY_SCRATCH_URL` to a server that has it"
    )]
    Extension {
        /// Its name.
        extension: String,
        /// What needs it.
        needed_by: String,
    },
    /// The committed migrations cannot be applied.
    #[error(
        "a proof starts from the committed migrations, and they cannot be applied to an empty database of the scratch server"
    )]
    Replay {
        /// Which one, and why.
        source: MigrateError,
    },
    /// The committed migrations lead to another schema than the snapshot of the last one says.
    #[error(
        "the committed migrations do not lead to the snapshot of the last one. {}\nmake up the difference with a custom \
         migration (`cargo db generate --custom`), or, where no database has it yet, correct the SQL that was edited",
        Differences { heading: MIGRATED_AND_SNAPSHOT, missing, unexpected }
    )]
    History {
        /// Objects of the snapshot that a migrated database lacks, or has in another form; as lines of a snapshot.
        missing: Vec<String>,
        /// Objects of a migrated database that the snapshot does not have.
        unexpected: Vec<String>,
    },
    /// The server refused a statement.
    #[error("the server refused {purpose}\n{statement}{}", advice(source))]
    Statement {
        /// What the statement was to do.
        purpose: Purpose,
        /// Its text.
        statement: String,
        /// Why.
        source: tokio_postgres::Error,
    },
    /// An index could not be built on the partitions of its table.
    #[error("an index of a partitioned table cannot be built on each partition")]
    OnPartitions {
        /// Why.
        #[from]
        source: PartitionTaskError,
    },
    /// The query of a view returns other columns than its struct has.
    #[error("{}", ViewProblems(problems))]
    ViewColumns {
        /// What differs, in the order of the schema.
        problems: Vec<ViewProblem>,
    },
    /// The migration leads to another schema than the one that was written in Rust.
    #[error(
        "the migration does not lead to the schema. {}",
        Differences { heading: MIGRATED_AND_NEW, missing, unexpected }
    )]
    Difference {
        /// Objects of the schema that the migrated database lacks, as lines of a snapshot.
        missing: Vec<String>,
        /// Objects of the migrated database that the schema does not have.
        unexpected: Vec<String>,
    },
    /// The migration drops what custom SQL made, and nobody asked for that.
    #[error(
        "the migration would drop what custom SQL has made:{}\ndrop it before, in a custom migration (`cargo db generate \
         --custom`), or keep what it belongs to",
        list(objects)
    )]
    Lost {
        /// The objects, by kind and name.
        objects: Vec<String>,
    },
}

impl ProveError {
    /// The runner did not get through the committed migrations.
    pub(super) fn replay(source: MigrateError) -> Self {
        if let MigrateError::Statement(error) = &source
            && let Some(extension) = error.as_db_error().and_then(missing_extension)
        {
            return Self::Extension { extension, needed_by: error.stage.to_string() };
        }
        Self::Replay { source }
    }

    /// The server refused a statement.
    pub(super) fn statement(purpose: Purpose, statement: &str, source: tokio_postgres::Error) -> Self {
        match source.as_db_error().and_then(missing_extension) {
            Some(extension) => Self::Extension { extension, needed_by: purpose.to_string() },
            None => Self::Statement { purpose, statement: statement.to_owned(), source },
        }
    }
}

/// The name of the extension whose files the server has looked for in vain. Until PostgreSQL 15 the message has the path
/// of its control file, later the name itself.
fn missing_extension(error: &DbError) -> Option<String> {
    let codes = [SqlState::UNDEFINED_FILE, SqlState::FEATURE_NOT_SUPPORTED];
    // The function of the server says it in any language.
    let is_missing = error.routine() == Some("parse_extension_control_file") && codes.contains(error.code());
    let file = error.message().split('"').nth(1).filter(|_| is_missing)?;
    let name = file.rsplit('/').next().unwrap_or(file);
    Some(name.strip_suffix(".control").unwrap_or(name).to_owned())
}

const MIGRATED_AND_NEW: [&str; 3] = [
    "A database that is migrated differs from a new one:",
    "only in the new one",
    "only in the migrated one",
];
const MIGRATED_AND_SNAPSHOT: [&str; 3] =
    ["A database that is migrated differs from it:", "only in the snapshot", "only in the migrated one"];

/// What a statement of a proof was to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Migrate.
    Migration,
    /// Build a schema from nothing.
    Target,
}

/// What to do about something that is not there.
fn advice(error: &tokio_postgres::Error) -> &'static str {
    let missing = [SqlState::UNDEFINED_FUNCTION, SqlState::UNDEFINED_OBJECT, SqlState::INVALID_SCHEMA_NAME];
    if !error.code().is_some_and(|code| missing.contains(code)) {
        return "";
    }
    "\nwhat the schema needs and does not make itself (a function, a type) belongs into a custom migration before this one: \
     `cargo db generate --custom`; an extension is listed in `schema!`"
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Migration => "a statement of the migration",
            Self::Target => "a statement that builds the schema from nothing",
        })
    }
}

struct Differences<'a> {
    heading: [&'static str; 3],
    missing: &'a [String],
    unexpected: &'a [String],
}

impl fmt::Display for Differences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [heading, missing, unexpected] = self.heading;
        f.write_str(heading)?;
        for line in self.missing {
            write!(f, "\n  {missing}: {line}")?;
        }
        for line in self.unexpected {
            write!(f, "\n  {unexpected}: {line}")?;
        }
        Ok(())
    }
}

fn list(objects: &[String]) -> String {
    objects.iter().fold(String::new(), |list, object| list + "\n  " + object)
}
