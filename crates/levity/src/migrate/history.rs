//! The history of a project: its migrations as a graph of parents.
//!
//! There is no journal that lists them. Each migration's directory is named by its tag and holds
//!
//! - `migration.sql`, in the format of [`file`](mod@file);
//! - `snapshot.jsonl`, of which only the first line is read here:
//!   `{"version":1,"id":"…","parents":["…"]}`.
//!
//! Order comes from the parents alone, never from the timestamps in the tags: two branches that each add a migration
//! merge in git without a conflict, and are then seen as two [heads](History::heads).

mod embedded;
mod error;
mod graph;
mod read;
mod tag;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use embedded::EmbeddedMigration;
pub use error::HistoryError;
pub use tag::{MigrationTag, TagError};

use super::file::{self, MigrationFile};

/// The file of a migration's directory that holds its SQL.
pub const MIGRATION_FILE: &str = "migration.sql";

/// The file of a migration's directory that holds the schema after it, and in its first line the place in the history.
pub const SNAPSHOT_FILE: &str = "snapshot.jsonl";

/// The version of the first line of `snapshot.jsonl` that this build reads and writes.
pub const SNAPSHOT_VERSION: u32 = 1;

/// A migration of a history.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The name of its directory.
    pub tag: MigrationTag,
    /// What the history in a database, and its children, know it by.
    pub id: String,
    /// The ids of the migrations that it was generated after: none for a first one, two for one that merges.
    pub parents: Vec<String>,
    /// Its stages.
    pub file: MigrationFile,
    /// The checksum of its SQL, as the [format](mod@file) defines it.
    pub checksum: String,
    /// The SQL, normalised.
    pub(crate) sql: String,
    /// For each stage, for each statement, the byte of `sql` at which it begins.
    pub(crate) offsets: Vec<Vec<usize>>,
}

/// The migrations of a project, parents before children.
#[derive(Debug, Clone, Default)]
pub struct History {
    migrations: Vec<Migration>,
}

impl History {
    /// Reads the directory that holds the migrations' directories.
    ///
    /// Entries whose name begins with a dot are ignored, and so are other files (a README) and directories that hold
    /// neither file of a migration. A `.sql` file that lies beside the directories, a migration's directory that is not
    /// named like one, and one that lacks a file, are errors: nothing that was meant to be applied is passed over.
    pub fn read(directory: &Path) -> Result<Self, HistoryError> {
        Self::new(read::directory(directory)?)
    }

    /// The history that was embedded with [`embed_migrations!`](crate::embed_migrations).
    pub fn embedded(migrations: &[EmbeddedMigration]) -> Result<Self, HistoryError> {
        Self::new(migrations.iter().map(EmbeddedMigration::read).collect::<Result<_, _>>()?)
    }

    fn new(migrations: Vec<Migration>) -> Result<Self, HistoryError> {
        Ok(Self { migrations: graph::sort(migrations)? })
    }

    /// The migrations, parents before children; where the graph leaves a choice, by tag.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The migration of this id.
    pub fn get(&self, id: &str) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.id == id)
    }

    /// The migrations that are nobody's parent: one, unless the history is empty or has diverged.
    pub fn heads(&self) -> Vec<&Migration> {
        let is_parent = |id: &String| self.migrations.iter().any(|migration| migration.parents.contains(id));
        self.migrations.iter().filter(|migration| !is_parent(&migration.id)).collect()
    }

    /// The one head, or nothing in an empty history. Several are [`HistoryError::Diverged`].
    pub fn head(&self) -> Result<Option<&Migration>, HistoryError> {
        let mut heads = self.heads();
        match heads.len() {
            0 | 1 => Ok(heads.pop()),
            _ => Err(HistoryError::Diverged {
                heads: heads.into_iter().map(|head| head.tag.clone()).collect(),
            }),
        }
    }
}

impl Migration {
    /// Builds a migration from its parts. `sql` is the file's text in any line endings.
    fn new(tag: MigrationTag, sql: &str, snapshot_head: &str) -> Result<Self, HistoryError> {
        let place = read::snapshot_head(&tag, snapshot_head)?;
        let sql = file::normalise(sql).into_owned();
        let parsed = file::parse(&sql).map_err(|source| HistoryError::Format { tag: tag.clone(), source })?;
        Ok(Self {
            tag,
            id: place.id,
            parents: place.parents,
            file: parsed.file,
            checksum: file::checksum(&sql),
            sql,
            offsets: parsed.offsets,
        })
    }
}
