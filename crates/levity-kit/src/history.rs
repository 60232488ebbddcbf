//! What the next migration is generated after.

use std::path::Path;

use levity::migrate::{History, HistoryError, MigrationTag};

use crate::snapshot::{FILE_NAME, Snapshot, SnapshotError};

/// The last migration of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its directory's name.
    pub tag: MigrationTag,
    /// The schema after it. Its id is the parent of the next migration.
    pub snapshot: Snapshot,
}

/// Why the last migration could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeadError {
    /// The history is broken, or has diverged: then there are several last ones.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Its snapshot is broken.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// Reads the last migration of a directory of migrations; nothing if there is none, or no such directory.
pub fn head(directory: &Path) -> Result<Option<Head>, HeadError> {
    if !directory.exists() {
        return Ok(None);
    }
    let history = History::read(directory)?;
    let Some(migration) = history.head()? else { return Ok(None) };
    let snapshot = Snapshot::read(&directory.join(migration.tag.as_str()).join(FILE_NAME))?;
    Ok(Some(Head { tag: migration.tag.clone(), snapshot }))
}
