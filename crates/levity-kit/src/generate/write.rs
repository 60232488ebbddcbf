use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use levity::migrate::{History, HistoryError, file::FormatError};

use super::Generated;
use crate::snapshot::{self, Snapshot, random_id};

/// A migration that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its directory.
    pub path: PathBuf,
    /// The directory's name: `<UTC timestamp>_<name>`.
    pub tag: String,
    /// Its id in the history.
    pub id: String,
}

/// Why a migration could not be written. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A statement cannot stand in the file.
    #[error("the migration `{tag}` cannot be written as a file")]
    Format {
        /// The migration.
        tag: String,
        /// Why.
        source: FormatError,
    },
    /// There is one of the same second and name.
    #[error("the directory `{}` exists already; choose another name with `--name`", path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
    },
    /// Another migration was written after the parents were read.
    #[error(
        "the history in `{}` changed meanwhile: the migration `{tag}` would be a second last one; generate it again",
        directory.display()
    )]
    Overtaken {
        /// The migrations.
        directory: PathBuf,
        /// The migration.
        tag: String,
    },
    /// The history cannot be read, so it is not known whether it is still the one that was generated after.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The file system refused.
    #[error("cannot write `{}`", path.display())]
    Io {
        /// What was being written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Writes a migration as a new directory under `directory`, whole or not at all. `parents` are the ids of the
/// migrations that it was generated after; when one of them is no longer a last one, nothing is written.
pub fn write(
    directory: &Path,
    generated: &Generated,
    parents: Vec<String>,
    now: DateTime<Utc>,
) -> Result<Written, WriteError> {
    let tag = format!("{}_{}", now.format("%Y%m%d%H%M%S"), generated.name);
    let sql = generated.file.render().map_err(|source| WriteError::Format { tag: tag.clone(), source })?;
    let snapshot = Snapshot::new(parents, generated.schema.clone());
    let path = directory.join(&tag);
    create_directory(directory)?;
    let _lock = lock(directory);
    if path.exists() {
        return Err(WriteError::Exists { path });
    }
    let history = History::read(directory)?;
    let heads: BTreeSet<&str> = history.heads().iter().map(|head| head.id.as_str()).collect();
    if heads != snapshot.parents.iter().map(String::as_str).collect() {
        return Err(WriteError::Overtaken { directory: directory.to_owned(), tag });
    }

    // A name that begins with a dot is not read as a migration, should this process die half way.
    let temporary = directory.join(format!(".{tag}.{}", random_id()));
    let write = || {
        create_directory(&temporary)?;
        write_file(&temporary.join("migration.sql"), &sql)?;
        write_file(&temporary.join(snapshot::FILE_NAME), &snapshot.render())?;
        // Renaming fails if the directory appeared meanwhile, since it is not empty.
        fs::rename(&temporary, &path).map_err(|source| WriteError::Io { path: path.clone(), source })
    };
    let result = write();
    if result.is_err() {
        // The first error is the one to report.
        fs::remove_dir_all(&temporary).ok();
    }
    result?;
    Ok(Written { path, tag, id: snapshot.id })
}

/// Keeps two processes from writing at once, for as long as the value lives. The lock is on the directory itself, so that
/// no file of it is ever committed; where a file system has no such locks, the look at the history has to do.
fn lock(directory: &Path) -> Option<fs::File> {
    let directory = fs::File::open(directory).ok()?;
    directory.lock().ok()?;
    Some(directory)
}

fn create_directory(path: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(path).map_err(|source| WriteError::Io { path: path.to_owned(), source })
}

fn write_file(path: &Path, text: &str) -> Result<(), WriteError> {
    let write = || {
        let mut file = fs::File::create_new(path)?;
        io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|source| WriteError::Io { path: path.to_owned(), source })
}
