use std::{fmt, time::Duration};

use super::{Backend, history::MigrationTag};
use crate::schema::ObjectName;

/// A stage of a migration, to name it to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageId {
    /// The migration.
    pub tag: MigrationTag,
    /// The stage, from 1.
    pub number: usize,
    /// How many stages the migration has.
    pub stages: usize,
}

impl fmt::Display for StageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tag, number, stages } = self;
        match stages {
            1 => write!(f, "migration `{tag}`"),
            _ => write!(f, "stage {number} of {stages} of migration `{tag}`"),
        }
    }
}

/// What a runner is doing, for a caller that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another runner has the lock. Reported again when its holder changes.
    WaitingForRunner {
        /// Who has it; nobody when it was released just now.
        holder: Option<Backend>,
    },
    /// A stage begins.
    Started {
        /// The stage.
        stage: StageId,
    },
    /// A statement waits for locks of others. Reported again when they change.
    Blocked {
        /// The stage.
        stage: StageId,
        /// Who has what the statement waits for.
        by: Vec<Backend>,
    },
    /// An index is being built. Reported about once a second.
    BuildingIndex {
        /// The stage.
        stage: StageId,
        /// What the server is doing, in its own words.
        phase: String,
        /// Blocks of the table that it has done in this phase.
        done: i64,
        /// Blocks of the table that it will do in this phase.
        total: i64,
    },
    /// The index of a partitioned table is built on one of its partitions, or attached there.
    OnPartition {
        /// The stage.
        stage: StageId,
        /// The partition.
        partition: ObjectName,
        /// What is done, in SQL.
        statement: String,
    },
    /// A stage did not get its locks, was rolled back, and will be tried again.
    Retrying {
        /// The stage.
        stage: StageId,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// How long it will wait before the next one.
        pause: Duration,
        /// Who was in the way, where that was seen.
        blocked_by: Vec<Backend>,
    },
    /// An index that an interrupted run left invalid is dropped, to be built again.
    DroppingInvalidIndex {
        /// The stage.
        stage: StageId,
        /// The index's name.
        index: String,
    },
    /// The index of an interrupted run turned out to be complete.
    FoundIndex {
        /// The stage.
        stage: StageId,
        /// The index's name.
        index: String,
    },
    /// A stage is applied and on record.
    Applied {
        /// The stage.
        stage: StageId,
        /// How long it took, attempts and pauses included.
        duration: Duration,
    },
}
