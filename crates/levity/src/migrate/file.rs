//! The text of `migration.sql`: a header for people, then stages of statements.

use std::time::Duration;

use crate::schema::ObjectName;

/// The line between two statements of a stage.
pub const STATEMENT_BREAKPOINT: &str = "--> statement-breakpoint";

/// A migration as its SQL file holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationFile {
    /// Comment lines for the reviewer, without the leading `-- `; the runner ignores them.
    pub header: Vec<String>,
    /// The stages, applied in order.
    pub stages: Vec<Stage>,
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
    /// The hazards that a person has acknowledged, by name.
    pub acknowledged: Vec<String>,
}

impl Default for StageOptions {
    fn default() -> Self {
        Self { transaction: true, lock_timeout: None, builds_index: None, acknowledged: Vec::new() }
    }
}
