//! The error of everything this crate does.

use std::{io, path::PathBuf};

/// Why a private server could not be found, made, started or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalError {
    /// `LEVITY_PG_BIN` is set, and what it names cannot be used. Nothing else is tried.
    #[error(
        "`LEVITY_PG_BIN` is `{}`, which cannot be used: {reason}; set it to a directory with `postgres`, `initdb` and \
         `pg_ctl` of PostgreSQL 15 to 18, or unset it",
        directory.display()
    )]
    ConfiguredBinaries {
        /// The value of the variable.
        directory: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// There is no usable PostgreSQL on this machine, or none of the version that was asked for, and it could not be
    /// fetched.
    #[error(
        "found no PostgreSQL {wanted} on this machine: {reason}; install it with {install}, or set `LEVITY_PG_BIN` to \
         the directory of its binaries"
    )]
    NoBinaries {
        /// The major versions that would do, for people.
        wanted: String,
        /// Why the fallback did not help either.
        reason: String,
        /// What installs PostgreSQL on this system, for people.
        install: String,
    },

    /// A major version was asked for that this crate does not start.
    #[error("PostgreSQL {major} is not supported; ask for 15 to 18")]
    Unsupported {
        /// The version.
        major: u32,
    },

    /// The workspace has data directories, none of them of a major version that is installed.
    #[error(
        "the data directory `{}` was made by PostgreSQL {major}, and the versions found here are {found}; install \
         PostgreSQL {major}, or set `LEVITY_PG_BIN` to begin with an empty data directory of another version beside it",
        directory.display()
    )]
    NoBinariesForData {
        /// The newest data directory.
        directory: PathBuf,
        /// Its major version.
        major: u32,
        /// Major versions that were found, for people.
        found: String,
    },

    /// A program could not be run at all.
    #[error("could not run `{program}`")]
    Spawn {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },

    /// A program ran and failed.
    #[error("`{program}` failed on `{}`: {output}", directory.display())]
    Program {
        /// The program.
        program: &'static str,
        /// The directory it worked on.
        directory: PathBuf,
        /// The end of what it wrote.
        output: String,
    },

    /// The server did not start.
    #[error("PostgreSQL {major} did not start in `{}`: {log}", directory.display())]
    Start {
        /// Major version of the server.
        major: u32,
        /// Its data directory.
        directory: PathBuf,
        /// The end of the server's log.
        log: String,
    },

    /// A server that runs does not stop or does not answer.
    #[error("the server of `{}` (process {pid}) {problem}", directory.display())]
    Unresponsive {
        /// The data directory.
        directory: PathBuf,
        /// The process that `postmaster.pid` names.
        pid: i32,
        /// What it does not do.
        problem: &'static str,
    },

    /// A data directory is in use by a server that this process cannot see.
    #[error(
        "the data directory `{}` is in use by a server that is not visible from here, perhaps in another container; \
         stop it there",
        directory.display()
    )]
    InUse {
        /// The data directory.
        directory: PathBuf,
    },

    /// A file or directory could not be read or written.
    #[error("could not {action} `{}`", path.display())]
    File {
        /// What was attempted.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },

    /// A directory is not one that a server may be started in.
    #[error("`{}` cannot be used: {reason}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },

    /// PostgreSQL refuses to run as root, and there is no other account to run it as.
    #[error(
        "PostgreSQL does not run as root, and this system has no unprivileged account to run it as; create one, \
         for example with `useradd --system postgres`"
    )]
    NoAccount,

    /// A URL of a server is not one.
    #[error("{variable} is not a PostgreSQL URL")]
    Url {
        /// Where the URL came from.
        variable: &'static str,
        /// What the parser says. It does not quote the URL.
        source: tokio_postgres::Error,
    },

    /// The server could not be reached.
    #[error("could not connect to {server} to {purpose}")]
    Connect {
        /// Host and database, without a password.
        server: String,
        /// What the connection was for.
        purpose: &'static str,
        /// Why it failed.
        source: tokio_postgres::Error,
    },

    /// Something accepts connections and does not answer.
    #[error("{server} does not answer; is it PostgreSQL?")]
    NoAnswer {
        /// Host and database, without a password.
        server: String,
    },

    /// The server refused a statement.
    #[error("could not {action} on {server}")]
    Statement {
        /// What was attempted.
        action: String,
        /// Host and database, without a password.
        server: String,
        /// What the server answered.
        source: tokio_postgres::Error,
    },

    /// The connection that proves that this process is alive was lost.
    #[error("lost the connection to {server}, which keeps the databases of this process alive")]
    Lost {
        /// Host and database, without a password.
        server: String,
    },

    /// What fills a template database failed. The template will be built anew the next time.
    #[error("could not build the template database `{template}`")]
    BuildTemplate {
        /// Its name.
        template: String,
        /// The error of the caller's function.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl LocalError {
    /// For `map_err`: names the path and what was attempted on it.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
