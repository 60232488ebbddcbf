//! The text of `migration.sql`: a header for people, then stages of statements.
//!
//! This is a permanent file format: files of it are committed to repositories and recorded in databases by checksum.
//!
//! ```sql
//! -- Adds the customer's region.
//! -- Drops the zone.
//!
//! --> stage lock_timeout=3s
//! ALTER TABLE "orders" ADD COLUMN "region" text;
//! --> statement-breakpoint
//! COMMENT ON COLUMN "orders"."region" IS 'two letters';
//!
//! --> stage transaction=off index=orders_region_idx
//! CREATE INDEX CONCURRENTLY "orders_region_idx" ON "orders" ("region");
//!
//! --> stage lock_timeout=3s hazards=data-loss acknowledged=data-loss reason="unused since release 12"
//! ALTER TABLE "orders" DROP COLUMN "zone";
//! ```
//!
//! # Specification
//!
//! **Text.** A file is UTF-8. It is *normalised* before it is read or hashed: a leading byte order mark is removed, and
//! each CR LF becomes LF; so a checkout with other line endings is the same migration. Any other CR, and NUL, are
//! errors. A line ends at LF or at the end of the file. The *checksum* of a migration is the SHA-256 of the normalised
//! text in lower-case hexadecimal: header and comments count.
//!
//! **Header.** The lines from the first line of the file on that begin with `--` and are not markers. One space after
//! the dashes belongs to the comment sign. A file that begins with anything else, such as an empty line, has no header.
//! The runner ignores the header.
//!
//! **Markers.** A line whose first three characters are `-->` is a marker, wherever it stands: the SQL around it is not
//! read, so such a line cannot be part of a string or of a function's body. Spaces and tabs at its end are ignored.
//! There are two, and any other one is an error:
//!
//! - `--> statement-breakpoint` separates two statements of a stage.
//! - `--> stage`, then options, begins a stage. Statements before the first of these lines form a stage of their own
//!   with every option at its default; so a file without any such line is one transactional stage.
//!
//! **Statements.** What stands between two markers (or the header, or the end of the file), without the white space
//! (space, tab, LF, form feed) around it, is one statement, and is sent to the server as it is. It is not parsed: it may
//! hold comments, and in a transactional stage several SQL commands. A stage without a statement, and a breakpoint that
//! lacks a statement on either side, are errors. A file without statements and without `--> stage` lines has no stages;
//! it is applied by being recorded.
//!
//! **Options** are `key=value` pairs after spaces or tabs, each key at most once, in any order. An unknown key is an
//! error. A value ends at the first space or tab outside double quotes. It is a word; where a list is meant, words
//! separated by commas; in a name, words separated by a dot. A word is bare, or in double quotes with `""` for a quote
//! character in it. It is not empty and contains no control characters; a bare word contains no white space, no comma
//! and no quote.
//!
//! | Key | Value | Default |
//! |---|---|---|
//! | `transaction` | `on`: the stage is one transaction. `off`: its only statement runs outside one. | `on` |
//! | `lock_timeout` | How long a statement waits for a lock: a whole number followed by `ms`, `s` or `min`, at least 1 ms, at most 2147483647 ms. | the runner's; none with `transaction=off` |
//! | `index` | The index that the stage builds concurrently: `name` or `namespace.name`. A part that is not lower-case letters, digits and underscores, beginning with a letter or underscore, is quoted as in SQL. Needs `transaction=off`. | none |
//! | `partitions` | `concurrently`: the statement makes the index of a partitioned table alone (`ON ONLY`, or `ALTER TABLE ONLY … ADD CONSTRAINT`). The runner then builds it on each partition that there is, concurrently, and attaches it; a partition's index is called `<partition>_<index>`, cut and hashed where that is too long. `lock_timeout` is for all but the builds. Needs `index`. | the statement is all |
//! | `hazards` | What the stage risks and a person has to accept: a list of words. | none |
//! | `acknowledged` | The hazards that a person has accepted: a list of words. Needs `reason`. | none |
//! | `reason` | Why they are accepted: a word. Needs `acknowledged`. | none |
//!
//! A stage with `transaction=off` has exactly one statement.
//!
//! A hazard of a stage that its `acknowledged` does not list keeps the migration from being applied, unless the runner is
//! told otherwise; a person who reviews the file accepts it by adding `acknowledged` and `reason` to the line of the
//! stage. Which words there are is not part of the format: a migration that is written by hand may have its own.
//!
//! The *checksum of a stage* is the SHA-256 of its canonical text: `--> stage` with its options as
//! [`MigrationFile::render`] writes them, a line break, and its statements, with a breakpoint line between two of them.

mod error;
mod options;
mod parse;
mod render;
#[cfg(test)]
mod tests;

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::schema::ObjectName;

pub use error::{FormatError, OptionProblem};
pub(crate) use parse::{normalise, parse};

/// The line between two statements of a stage.
pub const STATEMENT_BREAKPOINT: &str = "--> statement-breakpoint";

/// How the line that begins a stage begins.
pub const STAGE: &str = "--> stage";

/// What makes a line a marker.
const MARKER: &str = "-->";

/// What the server takes for `lock_timeout`: a positive `integer` of milliseconds.
const MAX_LOCK_TIMEOUT: Duration = Duration::from_millis(2_147_483_647);

/// A migration as its SQL file holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationFile {
    /// Comment lines for the reviewer, without the leading `-- `; the runner ignores them.
    pub header: Vec<String>,
    /// The stages, applied in order.
    pub stages: Vec<Stage>,
}

impl MigrationFile {
    /// Reads a file's text, in any line endings. The error names the line.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        Ok(parse(&normalise(text))?.file)
    }

    /// Writes the file's text. Reading it again gives an equal value.
    ///
    /// Refuses what the format cannot hold: a statement with a marker line, a carriage return or white space around it,
    /// an empty stage, a non-transactional stage of several statements.
    ///
    /// A single stage whose options are all at their default gets no `--> stage` line.
    pub fn render(&self) -> Result<String, FormatError> {
        render::file(self)
    }
}

/// Statements that are applied, and recorded in the history, together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stage {
    /// How the runner applies the stage.
    pub options: StageOptions,
    /// The statements, each without a trailing breakpoint line.
    pub statements: Vec<String>,
}

/// What the `--> stage` line of a stage says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageOptions {
    /// Whether the stage is one transaction. `false` is for the one statement that refuses to run in one.
    pub transaction: bool,
    /// How long a statement waits for a lock before the stage is retried. `None` is the runner's own default.
    pub lock_timeout: Option<Duration>,
    /// The index that this stage builds concurrently: what may be dropped when an interrupted run left it invalid.
    pub builds_index: Option<ObjectName>,
    /// Whether the index is one of a partitioned table, to be built on each partition after the statement.
    pub on_partitions: bool,
    /// The hazards that a person has to acknowledge, by name.
    pub hazards: Vec<String>,
    /// The hazards that a person has acknowledged, by name.
    pub acknowledged: Vec<String>,
    /// Why they are acknowledged: something where one is, nothing where none is.
    pub reason: Option<String>,
}

impl Default for StageOptions {
    fn default() -> Self {
        Self {
            transaction: true,
            lock_timeout: None,
            builds_index: None,
            on_partitions: false,
            hazards: Vec::new(),
            acknowledged: Vec::new(),
            reason: None,
        }
    }
}

impl StageOptions {
    /// The hazards that nobody has acknowledged.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &str> {
        self.hazards.iter().filter(|hazard| !self.acknowledged.contains(hazard)).map(String::as_str)
    }
}

/// The SHA-256 of a text in lower-case hexadecimal.
pub(crate) fn checksum(text: &str) -> String {
    use std::fmt::Write;

    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The checksum of a stage, as the module's documentation defines it.
pub(crate) fn stage_checksum(stage: &Stage) -> Result<String, FormatError> {
    Ok(checksum(&render::stage(stage, 1)?))
}
