//! Applying migrations: the file format, the history graph and the runner.
//!
//! Generating migrations is the work of `levity-kit`; this module only reads and applies what is committed, so that a
//! service can do it at start.

pub mod file;
pub mod history;
