//! Reading a directory of migrations.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    path::Path,
};

use serde::Deserialize;

use super::{HistoryError, MIGRATION_FILE, Migration, MigrationTag, SNAPSHOT_FILE, SNAPSHOT_VERSION};

/// The first line of `snapshot.jsonl`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SnapshotHead {
    #[serde(rename = "version")]
    _version: u32,
    pub(super) id: String,
    pub(super) parents: Vec<String>,
}

/// The part of the first line that every version has.
#[derive(Deserialize)]
struct SnapshotVersion {
    version: u32,
}

pub(super) fn directory(directory: &Path) -> Result<Vec<Migration>, HistoryError> {
    let failed = |source| HistoryError::Read { path: directory.to_owned(), source };
    let mut migrations = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if !path.is_dir() {
            if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
                return Err(HistoryError::StrayFile { path });
            }
            continue;
        }
        match name.parse::<MigrationTag>() {
            Ok(tag) => migrations.push(migration(tag, &path)?),
            Err(source) if path.join(MIGRATION_FILE).exists() || path.join(SNAPSHOT_FILE).exists() => {
                return Err(HistoryError::Tag { source });
            }
            Err(_) => {}
        }
    }
    Ok(migrations)
}

fn migration(tag: MigrationTag, directory: &Path) -> Result<Migration, HistoryError> {
    let read_failed = |file: &'static str| {
        let (tag, path) = (tag.clone(), directory.join(file));
        move |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => HistoryError::MissingFile { tag, file },
            _ => HistoryError::Read { path, source },
        }
    };
    let sql = fs::read_to_string(directory.join(MIGRATION_FILE)).map_err(read_failed(MIGRATION_FILE))?;
    let mut head = String::new();
    fs::File::open(directory.join(SNAPSHOT_FILE))
        .and_then(|file| BufReader::new(file).read_line(&mut head))
        .map_err(read_failed(SNAPSHOT_FILE))?;
    Migration::new(tag, &sql, &head)
}

/// Reads the first line of `snapshot.jsonl`.
pub(super) fn snapshot_head(tag: &MigrationTag, line: &str) -> Result<SnapshotHead, HistoryError> {
    let invalid = |source| HistoryError::SnapshotHead { tag: tag.clone(), source };
    // The version comes first: a newer one may have fields that this build does not know.
    let SnapshotVersion { version } = serde_json::from_str(line).map_err(invalid)?;
    if version != SNAPSHOT_VERSION {
        return Err(HistoryError::SnapshotVersion { tag: tag.clone(), version });
    }
    serde_json::from_str(line).map_err(invalid)
}
