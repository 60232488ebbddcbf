//! Why a command did not do what it was asked for.

use std::{fmt::Write as _, io, path::PathBuf};

use levity::{
    migrate::{HistoryError, MigrateError, PartitionTaskError},
    schema::InvalidSchema,
};
use levity_kit::hazard::{Hazard, HazardKind};
use levity_local::LocalError;

use crate::{exit::Exit, guard::Refusal, hazard::safer, project::BoxError};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Schema(#[from] InvalidSchema),

    #[error(transparent)]
    Refused(#[from] Refusal),

    #[error("this needs {question}, and there is no terminal to ask on; add {flags}")]
    NoTerminal { question: String, flags: String },

    #[error("nothing was written: {}", open_hazards(hazards))]
    Hazards { hazards: Vec<Hazard> },

    #[error(
        "nothing was written: `--accept` names `{kind}`, and the migration has no such hazard; leave it out"
    )]
    NothingToAccept { kind: HazardKind },

    #[error("nothing was done: that was not the answer to go on with")]
    Declined,

    #[error("the database has changed since this was shown, and nothing was done; run it again")]
    Changed,

    #[error("cannot ask on the terminal")]
    Terminal { source: io::Error },

    #[error("cannot start the runtime that the command runs on")]
    Runtime { source: io::Error },

    #[error("cannot write the result to stdout")]
    Output { source: io::Error },

    #[error(
        "there is no database: `DATABASE_URL` is not set, and this workspace has no server of its own; set the variable, \
         or run `cargo db setup` to get a database"
    )]
    NoDatabase,

    #[error(
        "there is no database: `DATABASE_URL` is not set, and `{variable}` is `production`, where no private server is \
         used; set `DATABASE_URL`"
    )]
    NoDatabaseInProduction { variable: &'static str },

    #[error("there is no directory `{}`; `cargo db generate` writes the first migration", path.display())]
    NoMigrations { path: PathBuf },

    #[error(transparent)]
    History(#[from] HistoryError),

    #[error(transparent)]
    Migrate(#[from] MigrateError),

    #[error(transparent)]
    Database(#[from] levity::Error),

    #[error(transparent)]
    Local(#[from] LocalError),

    #[error("cannot {attempt}")]
    Query { attempt: &'static str, source: tokio_postgres::Error },

    #[error(
        "the server refused a statement of the plan; what came before it stays, and the next `push` goes on from there"
    )]
    Statement { statement: String, source: tokio_postgres::Error },

    #[error(
        "an index of a partitioned table could not be built on each partition; what came before it stays, and the next `push` \
         goes on from there"
    )]
    OnPartitions { source: PartitionTaskError },

    #[error("cannot create the database `{database}`{advice}")]
    CreateDatabase { database: String, advice: &'static str, source: BoxError },

    #[error("{what} failed")]
    Hook { what: String, source: BoxError },

    #[error(
        "what the migrations created cannot be told: {}; run this where their directories are",
        problems.join("; ")
    )]
    UnknownHistory { problems: Vec<String> },

    #[error(
        "`{command}` is refused, and nothing was changed: objects of others depend on the project's tables:{}",
        list(dependents)
    )]
    Dependents { command: &'static str, dependents: Vec<String> },

    #[error(
        "found no `psql` in `PATH` or beside the private server's programs; install PostgreSQL's client programs"
    )]
    NoPsql,

    #[error("cannot run `{}`", program.display())]
    Exec { program: PathBuf, source: io::Error },

    #[error(transparent)]
    Kit(#[from] crate::kit::KitError),
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Refused(_)
            | Self::NoTerminal { .. }
            | Self::Declined
            | Self::Hazards { .. }
            | Self::Migrate(MigrateError::Unacknowledged { .. })
            | Self::Dependents { .. }
            | Self::UnknownHistory { .. } => Exit::Refused,
            Self::Kit(error) if error.is_open_question() => Exit::Refused,
            _ => Exit::Failed,
        }
    }
}

fn list(items: &[String]) -> String {
    items.iter().fold(String::new(), |list, item| list + "\n  - " + item)
}

/// What is not accepted, and the flag that accepts it.
fn open_hazards(hazards: &[Hazard]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    let mut text = "the migration has hazards that nobody has accepted:".to_owned();
    for hazard in hazards {
        let Hazard { kind, step, .. } = hazard;
        let _ = write!(text, "\n  - {kind}: {step}: {}", hazard.reason());
        for line in safer(hazard) {
            let _ = write!(text, "\n  {line}");
        }
        if !kinds.contains(&kind.name()) {
            kinds.push(kind.name());
        }
    }
    let _ = write!(text, "\nwhere that is meant, add `--accept {}='<why>'`", kinds.join(","));
    text
}
