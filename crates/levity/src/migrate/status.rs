//! What a database has of a history: one pure comparison, which every operation of the runner begins with.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{
    apply::Work,
    history::{History, HistoryError, MIGRATION_FILE, MigrationTag},
    store::StageRow,
};

/// What a database has of a history.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Status {
    /// The migrations that are applied, in the order of the history.
    pub applied: Vec<AppliedMigration>,
    /// Those that are not, or not wholly, in the order in which they will be applied.
    pub pending: Vec<PendingMigration>,
    /// What keeps migrations from being applied.
    pub problems: Vec<Problem>,
}

/// A migration that is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppliedMigration {
    /// The migration.
    pub tag: MigrationTag,
    /// When its last stage was done.
    pub applied_at: DateTime<Utc>,
    /// How long its stages took.
    pub duration: Duration,
    /// The role that applied its last stage.
    pub applied_by: String,
}

/// A migration that is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingMigration {
    /// The migration.
    pub tag: MigrationTag,
    /// How many stages it has.
    pub stages: usize,
    /// How many of them are applied.
    pub applied_stages: usize,
    /// Whether the next stage, one without a transaction, is running now or was interrupted.
    pub started: bool,
}

/// Why migrations cannot be applied to a database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// An applied migration is not what it was.
    #[error(
        "migration `{tag}` was edited after it was applied: restore its `{MIGRATION_FILE}` from version control, and make the \
         change in a new migration"
    )]
    Edited {
        /// The migration.
        tag: MigrationTag,
    },
    /// An applied stage of a migration that is applied in part is not what it was.
    #[error(
        "stage {stage} of migration `{tag}` was edited after it was applied: restore it; only the stages after the last \
         applied one may still change"
    )]
    EditedStage {
        /// The migration.
        tag: MigrationTag,
        /// The stage, from 1.
        stage: usize,
    },
    /// The database has a migration that is not in the history, and was not made after it.
    #[error(
        "the database has migration `{tag}`, which is not among the migrations: restore its directory from version control"
    )]
    Deleted {
        /// The migration, as it was called when it was applied.
        tag: String,
    },
    /// The database has a migration that is not in the history, and was made after one that is.
    #[error(
        "the database has migration `{tag}`, which is not among the migrations: this build is older than the database, \
         or the migration's directory was deleted and must be restored from version control"
    )]
    Newer {
        /// The migration, as it was called when it was applied.
        tag: String,
    },
    /// A migration is applied and its parent is not.
    #[error(
        "migration `{tag}` is applied and `{parent}`, which comes before it, is not: restore the first line of both \
         snapshots from version control"
    )]
    OutOfOrder {
        /// The migration.
        tag: MigrationTag,
        /// Its parent.
        parent: MigrationTag,
    },
    /// The history has several heads.
    #[error(transparent)]
    Diverged(HistoryError),
}

impl Status {
    /// Whether the database has all migrations of the history, as they are.
    ///
    /// A database that is newer than the history also counts: while a new version of a service is rolled out, instances
    /// of the old one still start.
    pub fn is_current(&self) -> bool {
        self.pending.is_empty()
            && !self.problems.iter().any(|problem| !matches!(problem, Problem::Newer { .. }))
    }

    pub(crate) fn new(history: &History, rows: &[StageRow]) -> Self {
        let mut status = Self::default();
        status.problems.extend(history.head().err().map(Problem::Diverged));
        let mut by_migration: BTreeMap<&str, Vec<&StageRow>> = BTreeMap::new();
        for row in rows {
            by_migration.entry(&row.migration_id).or_default().push(row);
        }
        let mut complete = BTreeSet::new();
        for migration in history.migrations() {
            let recorded = by_migration.remove(migration.id.as_str()).unwrap_or_default();
            let applied: Vec<_> = recorded.iter().filter(|row| row.applied_at.is_some()).collect();
            let tag = &migration.tag;
            match applied.last() {
                Some(last) if last.stage == last.stages => {
                    complete.insert(migration.id.as_str());
                    if last.checksum != migration.checksum {
                        status.problems.push(Problem::Edited { tag: tag.clone() });
                    }
                    status.applied.push(AppliedMigration {
                        tag: tag.clone(),
                        applied_at: last.applied_at.unwrap_or_default(),
                        duration: applied.iter().map(|row| row.duration()).sum(),
                        applied_by: last.applied_by.clone(),
                    });
                }
                _ => {
                    let stages = Work { migration, number: 1 }.stages();
                    let edited = applied.iter().filter(|row| {
                        row.stage > stages
                            || Work { migration, number: row.stage }.checksum() != row.stage_checksum
                    });
                    let problem = |stage| Problem::EditedStage { tag: tag.clone(), stage };
                    status.problems.extend(edited.map(|row| problem(row.stage)));
                    status.pending.push(PendingMigration {
                        tag: tag.clone(),
                        stages,
                        applied_stages: applied.len(),
                        started: recorded.len() > applied.len(),
                    });
                }
            }
            if !recorded.is_empty() {
                let missing = migration.parents.iter().filter(|parent| !complete.contains(parent.as_str()));
                status.problems.extend(
                    missing
                        .filter_map(|parent| history.get(parent))
                        .map(|parent| Problem::OutOfOrder { tag: tag.clone(), parent: parent.tag.clone() }),
                );
            }
        }
        status.problems.extend(unknown(&complete, &by_migration));
        status
    }
}

/// The applied migrations that the history does not have.
fn unknown(complete: &BTreeSet<&str>, unknown: &BTreeMap<&str, Vec<&StageRow>>) -> Vec<Problem> {
    let mut newer: BTreeSet<&str> = BTreeSet::new();
    loop {
        let is_known =
            |parent: &String| complete.contains(parent.as_str()) || newer.contains(parent.as_str());
        let found: Vec<_> = unknown
            .iter()
            .filter(|(id, rows)| {
                let parents = &rows[0].parents;
                !newer.contains(*id) && !parents.is_empty() && parents.iter().all(is_known)
            })
            .map(|(id, _)| *id)
            .collect();
        if found.is_empty() {
            break;
        }
        newer.extend(found);
    }
    unknown
        .iter()
        .map(|(id, rows)| {
            let tag = rows[0].tag.clone();
            if newer.contains(id) { Problem::Newer { tag } } else { Problem::Deleted { tag } }
        })
        .collect()
}
