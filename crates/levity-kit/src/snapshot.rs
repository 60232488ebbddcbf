//! The schema beside a migration: `snapshot.jsonl`.
//!
//! One JSON object per line, in one canonical order, so that a change of one column is a change of one line and two
//! branches merge where they do not touch the same object. The first line is `{version, id, parents}`; the history
//! reads no more than that. The file has structs of its own: renaming a field of [`Schema`] must not change
//! files that users have committed.

mod column;
mod constraint;
mod domain;
mod enum_type;
mod exclusion;
mod extension;
mod index;
mod line;
mod namespace;
mod partition;
mod read;
mod sequence;
mod table;
mod view;
mod write;

use std::path::{Path, PathBuf};

use levity::schema::Schema;
use serde::{Deserialize, Serialize};

pub(crate) use write::object_lines;

/// The version of the format that this build reads and writes.
pub const VERSION: u32 = 1;

/// The name of the file in a migration's directory.
pub const FILE_NAME: &str = "snapshot.jsonl";

/// A migration's place in the history, and the schema after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The migration's identity. Random, so that two branches never generate the same one and editing the SQL in
    /// review does not break the children.
    pub id: String,
    /// The migrations that this one was generated on: none for the first, several for a merge.
    pub parents: Vec<String>,
    /// The schema after the migration.
    pub schema: Schema,
}

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file is missing or not readable.
    #[error("cannot read the snapshot `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file has another version of the format.
    #[error(
        "`{}`: the snapshot has version {found} and this build reads version {VERSION}; use the release of levity that \
         wrote it, or a newer one",
        path.display()
    )]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// The version in its first line.
        found: u32,
    },
    /// A line cannot be understood.
    #[error("`{}`, line {line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    version: u32,
    id: String,
    parents: Vec<String>,
}

impl Snapshot {
    /// A snapshot with a new random identity.
    pub fn new(parents: Vec<String>, schema: Schema) -> Self {
        Self { id: random_id(), parents, schema }
    }

    /// Reads a snapshot file.
    pub fn read(path: &Path) -> Result<Self, SnapshotError> {
        Self::parse(path, &text_of(path)?)
    }

    /// Reads a snapshot file that is likely to be of this schema. If it is, its lines are compared and not parsed, and the
    /// schema is a copy of this one, with its hints and places.
    pub fn read_expecting(path: &Path, expected: &Schema) -> Result<Self, SnapshotError> {
        read::parse(path, &text_of(path)?, Some(expected))
    }

    /// Reads the text of a snapshot; `path` is for the errors. Hints such as `renamed_from` are not part of it.
    pub fn parse(path: &Path, text: &str) -> Result<Self, SnapshotError> {
        read::parse(path, text, None)
    }

    /// The text of the file: the same bytes for the same snapshot, whatever the order of its tables.
    pub fn render(&self) -> String {
        let header = Header { version: VERSION, id: self.id.clone(), parents: self.parents.clone() };
        let mut text = write::json(&header);
        for line in object_lines(&self.schema) {
            text.push('\n');
            text.push_str(&line);
        }
        text.push('\n');
        text
    }
}

fn text_of(path: &Path) -> Result<String, SnapshotError> {
    std::fs::read_to_string(path).map_err(|source| SnapshotError::Read { path: path.to_owned(), source })
}

/// 128 random bits in hexadecimal.
pub(crate) fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    format!("{:032x}", u128::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests;
