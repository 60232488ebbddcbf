//! The error of every query and connection.

/// What went wrong while connecting or running a statement.
#[derive(Debug, thiserror::Error)]
#[error("placeholder")]
pub struct Error;
