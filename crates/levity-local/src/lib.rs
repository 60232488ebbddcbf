//! A private PostgreSQL server for development and tests: real PostgreSQL, found on the machine or fetched
//! once, with its data in the workspace and nothing to configure.
//!
//! ```no_run
//! # async fn example() -> Result<(), levity_local::LocalError> {
//! let database = levity_local::TestDatabase::empty().await?;
//! // Connect to `database.url()`. The database is dropped with the value; the server stops by itself.
//! # Ok(())
//! # }
//! ```
//!
//! # Where to find things
//!
//! - [`Workspace`] starts, finds and stops the development server of a directory.
//! - [`test_server`] gives the server for tests, [`TestDatabase`] a database on it.
//! - [`Event`] is what a start reports while it works. This crate never prints.
//!
//! # Environment
//!
//! | Variable | Effect |
//! |---|---|
//! | `LEVITY_PG_BIN` | directory of PostgreSQL's programs, or `packaged` for the ones that are fetched; nothing else is tried |
//! | `LEVITY_NO_DOWNLOAD` | `1`: never fetch PostgreSQL |
//! | `LEVITY_TEST_URL` | a server for [`test_server`] that somebody else runs |

#![cfg(unix)]

mod account;
mod binaries;
mod cluster;
mod error;
mod event;
mod install;
mod keeper;
mod layout;
mod postmaster;
mod server;
mod session;
mod template;
mod test_database;
mod test_server;
mod url;
mod watchdog;
mod wheel;

pub use crate::{
    binaries::Binaries,
    error::LocalError,
    event::Event,
    server::{Server, Workspace},
    test_database::TestDatabase,
    test_server::{TestServer, test_server},
};
