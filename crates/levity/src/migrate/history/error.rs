use std::{io, path::PathBuf};

use super::{MIGRATION_FILE, MigrationTag, SNAPSHOT_FILE, SNAPSHOT_VERSION, TagError};
use crate::migrate::file::FormatError;

/// Why the migrations of a project cannot be read, or do not form a history.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// A file or directory cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// What was read.
        path: PathBuf,
        /// Why that failed.
        source: io::Error,
    },
    /// A migration's directory lacks a file.
    #[error(
        "migration `{tag}` has no `{file}`: restore the file from version control; a directory that is no migration does \
         not belong here"
    )]
    MissingFile {
        /// The migration.
        tag: MigrationTag,
        /// The file's name.
        file: &'static str,
    },
    /// A `.sql` file lies beside the migrations' directories.
    #[error(
        "`{path}` would never be applied: a migration is a directory with `{MIGRATION_FILE}` and `{SNAPSHOT_FILE}`; move \
         the file elsewhere, or generate a custom migration and put its statements there"
    )]
    StrayFile {
        /// The file.
        path: PathBuf,
    },
    /// A directory with a migration's files is not named like one.
    #[error("a migration's directory is not named by a tag")]
    Tag {
        /// What is wrong with the name.
        source: TagError,
    },
    /// A `migration.sql` is malformed.
    #[error("`{tag}/{MIGRATION_FILE}` is malformed")]
    Format {
        /// The migration.
        tag: MigrationTag,
        /// Where, and what is wrong.
        source: FormatError,
    },
    /// The first line of a `snapshot.jsonl` is malformed.
    #[error(
        "the first line of `{tag}/{SNAPSHOT_FILE}` is not of the form {{\"version\":1,\"id\":\"…\",\"parents\":[\"…\"]}}; \
         restore the file from version control"
    )]
    SnapshotHead {
        /// The migration.
        tag: MigrationTag,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A snapshot has a version that this build does not read.
    #[error(
        "`{tag}/{SNAPSHOT_FILE}` has version {version}, this build reads version {SNAPSHOT_VERSION}; update levity"
    )]
    SnapshotVersion {
        /// The migration.
        tag: MigrationTag,
        /// The version that its snapshot has.
        version: u32,
    },
    /// Two migrations have one id.
    #[error(
        "migrations `{first}` and `{second}` have the same id `{id}`: one was copied from the other; delete it and generate \
         it anew"
    )]
    DuplicateId {
        /// The id.
        id: String,
        /// One migration.
        first: MigrationTag,
        /// The other one.
        second: MigrationTag,
    },
    /// A parent is not there.
    #[error(
        "the parent `{parent}` of migration `{tag}` is not among the migrations; restore its directory from version \
         control"
    )]
    MissingParent {
        /// The child.
        tag: MigrationTag,
        /// The id of the parent.
        parent: String,
    },
    /// Migrations are each other's ancestors.
    #[error(
        "migrations {} are part of a cycle, or come after one; restore their `{SNAPSHOT_FILE}` from version control",
        quoted(tags)
    )]
    Cycle {
        /// The migrations that have no place in an order.
        tags: Vec<MigrationTag>,
    },
    /// The history has several heads, as after a merge of two branches that each added a migration.
    #[error(
        "the history has diverged: migrations {} were made without knowing each other; pick one of them that no database \
         has applied, delete its directory, and generate it again on top of the other",
        quoted(heads)
    )]
    Diverged {
        /// The migrations that nothing comes after.
        heads: Vec<MigrationTag>,
    },
}

fn quoted(tags: &[MigrationTag]) -> String {
    tags.iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(" and ")
}
