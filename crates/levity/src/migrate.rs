//! Applying migrations: the file format, the history graph and the runner.
//!
//! Generating migrations is the work of `levity-kit`; this module only reads and applies what is committed, so that a
//! service can do it at start.
//!
//! - [`file`](mod@file) specifies `migration.sql`.
//! - [`History`] is a project's migrations, from a directory or from the binary itself.
//! - [`Migrator`] compares them with a database, and applies those that are pending.
//! - [`Marker`] says what a database is for, to commands that delete.

mod apply;
mod error;
pub mod file;
mod hazard;
pub mod history;
mod lock;
mod marker;
mod migrator;
mod options;
mod partitions;
mod progress;
mod session;
mod status;
mod store;

pub use apply::{DatabaseState, StatementError};
pub use error::MigrateError;
pub use hazard::UnacknowledgedStage;
pub use history::{EmbeddedMigration, History, HistoryError, Migration, MigrationTag};
pub use lock::{Backend, lock, unlock};
pub use marker::{Marker, MarkerState, read_marker, write_marker};
pub use migrator::{Applied, Migrator, PlannedStage, PlannedStatement};
pub use options::MigrateOptions;
pub use partitions::{PartitionTask, PartitionTaskError, build_on_partitions, partition_tasks};
pub use progress::{Progress, StageId};
pub use status::{AppliedMigration, PendingMigration, Problem, Status};
pub use store::{NAMESPACE, forget};
