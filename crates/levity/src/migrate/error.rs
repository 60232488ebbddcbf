use std::{fmt::Display, time::Duration};

use tokio_postgres::error::SqlState;

use super::{
    Backend, PartitionTaskError, Problem, StageId, StatementError, UnacknowledgedStage,
    history::{HistoryError, MIGRATION_FILE, MigrationTag},
};
use crate::Error;

/// Why migrations were not applied, or not all of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The migrations cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),

    /// The server cannot be reached.
    #[error(transparent)]
    Connect {
        /// Why.
        source: Error,
    },

    /// The server is a standby, which takes no writes.
    #[error(
        "the server is a standby, and takes no writes; point `DATABASE_URL`, or `DATABASE_DIRECT_URL`, to the primary"
    )]
    Standby,

    /// The connection goes through a pooler that gives each transaction another session of the server.
    #[error(
        "the connection goes through a pooler in transaction mode, in which neither locks nor settings last; set \
         `DATABASE_DIRECT_URL` to the server itself"
    )]
    Pooler,

    /// The role that was asked for cannot be taken.
    #[error(
        "cannot become role `{role}`: {}; create it, or `GRANT` it to the user that connects",
        server_message(source)
    )]
    Role {
        /// The role.
        role: String,
        /// What the server said.
        source: tokio_postgres::Error,
    },

    /// The tables of the history cannot be created.
    #[error(
        "cannot create the tables of the history in the namespace `levity`: {}{}",
        server_message(source),
        bootstrap_advice(source)
    )]
    Bootstrap {
        /// What the server said.
        source: tokio_postgres::Error,
    },

    /// Another runner kept the lock.
    #[error(
        "another runner migrates `{project}`, and did not finish within {waited:?}: {}; wait for it, or end that session",
        holder.as_ref().map_or_else(|| "its session has just changed".to_owned(), ToString::to_string)
    )]
    Locked {
        /// The project.
        project: String,
        /// How long this runner has waited.
        waited: Duration,
        /// Who has the lock.
        holder: Option<Backend>,
    },

    /// The lock is gone: something has unlocked it on this connection.
    #[error(
        "the migration lock was lost before {stage} began, so nothing of it was applied; a statement before it has \
         released it (`DISCARD ALL`, `pg_advisory_unlock_all`): remove that, and run it again"
    )]
    LockLost {
        /// The stage that did not begin.
        stage: StageId,
    },

    /// What is in the database and the history do not fit together. Nothing was applied.
    #[error("nothing was applied: {}", joined(problems))]
    Refused {
        /// What does not fit.
        problems: Vec<Problem>,
    },

    /// Stages that are to be applied have hazards that nobody has acknowledged. Nothing was applied.
    #[error(
        "nothing was applied, as hazards are not acknowledged: {}; read `{}/{MIGRATION_FILE}`, and accept what is meant in \
         the line of the stage, with a reason: `acknowledged={} reason=\"…\"`",
        joined(stages),
        stages[0].stage.tag,
        stages[0].hazards.join(",")
    )]
    Unacknowledged {
        /// The stages, in their order. There is at least one.
        stages: Vec<UnacknowledgedStage>,
    },

    /// The database lacks migrations.
    #[error(
        "the database lacks {}: `{}`; apply what is missing with `cargo db migrate`",
        if tags.len() == 1 { "a migration of this build" } else { "migrations of this build" },
        tags.iter().map(MigrationTag::as_str).collect::<Vec<_>>().join("`, `")
    )]
    Pending {
        /// The migrations, in their order.
        tags: Vec<MigrationTag>,
    },

    /// A statement of a migration failed.
    #[error(transparent)]
    Statement(Box<StatementError>),

    /// The SQL of a stage ended the transaction that the runner had begun.
    #[error(
        "{stage} ended its own transaction (`COMMIT`, `ROLLBACK` or `BEGIN` in its statements), so it could not be \
         recorded: what it committed remains. Undo that by hand, remove those commands from `{}/{MIGRATION_FILE}` (the \
         runner begins and commits), and run it again",
        stage.tag
    )]
    EndedTransaction {
        /// The stage.
        stage: StageId,
    },

    /// The index that a stage builds exists, and was there before the stage began.
    #[error(
        "{stage} builds the index {index}, but a relation of that name existed before it began; nothing was changed. If \
         it is not needed, drop it, else rename it, and run this again"
    )]
    IndexExists {
        /// The stage.
        stage: StageId,
        /// The index's name, quoted.
        index: String,
    },

    /// The invalid index of an interrupted run is being built by another session.
    #[error(
        "{stage} builds the index {index}, which another session is building now; wait for it, and run this again"
    )]
    IndexBeingBuilt {
        /// The stage.
        stage: StageId,
        /// The index's name, quoted.
        index: String,
    },

    /// A stage was edited after it had been started, and the index that it built then is complete.
    #[error(
        "{stage} was edited after an earlier run had started it, and that run has built the index {index}; drop the \
         index, or restore the stage in `{}/{MIGRATION_FILE}`, and run it again",
        stage.tag
    )]
    IndexOfEditedStage {
        /// The stage.
        stage: StageId,
        /// The index's name, quoted.
        index: String,
    },

    /// The statement of a stage succeeded, and its index is not there, or invalid.
    #[error(
        "{stage} ran without an error, but there is no valid index {index}: its statement builds another one than its \
         option `index` says (a namespace belongs to the name), or is `IF NOT EXISTS` and met an invalid one; correct \
         `{}/{MIGRATION_FILE}`, drop what it has built, and run it again",
        stage.tag
    )]
    IndexNotBuilt {
        /// The stage.
        stage: StageId,
        /// The index's name, quoted.
        index: String,
    },

    /// The index of a partitioned table cannot be built on its partitions.
    #[error(
        "{stage} builds an index on each partition, and cannot go on; what it has built remains, run it again"
    )]
    OnPartitions {
        /// The stage.
        stage: StageId,
        /// Why.
        source: PartitionTaskError,
    },

    /// The invalid index that an interrupted run has left cannot be dropped.
    #[error(
        "cannot drop the index {index}, which an interrupted run of {stage} has left invalid: {}; drop it by hand, and run \
         this again",
        server_message(source)
    )]
    DropIndex {
        /// The stage.
        stage: StageId,
        /// The index's name, quoted.
        index: String,
        /// What the server said.
        source: tokio_postgres::Error,
    },

    /// A stage could not begin.
    #[error(
        "{stage} could not begin, and nothing of it was applied: {}; run it again",
        server_message(source)
    )]
    Begin {
        /// The stage.
        stage: StageId,
        /// What the server said.
        source: tokio_postgres::Error,
    },

    /// The history could not be written.
    #[error(
        "{stage} could not be recorded in `levity.history`: {}; a stage that is a transaction was rolled back, of another \
         one the effect remains; run it again",
        server_message(source)
    )]
    Record {
        /// The stage.
        stage: StageId,
        /// What the server said.
        source: tokio_postgres::Error,
    },

    /// A query of the runner failed.
    #[error("cannot {attempt}: {}{}", server_message(source), privilege_advice(source))]
    Query {
        /// What was attempted.
        attempt: &'static str,
        /// What the server said.
        source: tokio_postgres::Error,
    },
}

impl From<StatementError> for MigrateError {
    fn from(error: StatementError) -> Self {
        Self::Statement(Box::new(error))
    }
}

/// What the server said, or that it says nothing any more. The driver's own sentence for the first is "db error".
fn server_message(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{} (SQLSTATE {})", error.message(), error.code().code()),
        None => error.to_string(),
    }
}

fn bootstrap_advice(error: &tokio_postgres::Error) -> &'static str {
    match error.code() {
        Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            "; run `GRANT CREATE ON DATABASE` for the role, or migrate as a role that has it"
        }
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => {
            "; migrate as a role, and in a database, whose `default_transaction_read_only` is off"
        }
        _ => "",
    }
}

fn privilege_advice(error: &tokio_postgres::Error) -> &'static str {
    match error.code() {
        Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            "; to look, a role needs `USAGE` on the schema `levity` and `SELECT` on its tables; to migrate, it is best the \
             role that owns them"
        }
        _ => "",
    }
}

fn joined(items: &[impl Display]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
