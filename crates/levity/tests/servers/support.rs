#[path = "../client/support/certificates.rs"]
pub(crate) mod certificates;
pub(crate) mod cluster;
pub(crate) mod pgbouncer;
#[expect(dead_code, reason = "the tests of the client count with it too")]
#[path = "../client/support/proxy.rs"]
pub(crate) mod proxy;

use std::{future::Future, path::Path, process::Command, time::Duration};

use levity::{Error, Executor, sql::Statement};
use tokio_postgres::Row;

/// Fails instead of hanging.
pub(crate) async fn bounded<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), work).await.expect("it does not hang")
}

pub(crate) async fn rows(executor: impl Executor, sql: &str) -> Result<Vec<Row>, Error> {
    executor.query(&Statement { sql: sql.to_owned(), parameters: Vec::new() }).await
}

pub(crate) async fn run(executor: impl Executor, sql: &str) -> Result<u64, Error> {
    executor.execute(&Statement { sql: sql.to_owned(), parameters: Vec::new() }).await
}

pub(crate) async fn number(executor: impl Executor, sql: &str) -> Result<i64, Error> {
    Ok(rows(executor, sql).await?[0].get(0))
}

/// The message and everything behind it, as a reporter prints them.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// User and group for programs that refuse to run as root; `None` when the test is not root.
pub(crate) fn unprivileged() -> Option<(u32, u32)> {
    if id("-u", None)? != 0 {
        return None;
    }
    let account = ["postgres", "_postgres", "nobody"].into_iter().find(|name| id("-u", Some(name)).is_some());
    let account = account.expect("there is an unprivileged account");
    Some((id("-u", Some(account)).unwrap(), id("-g", Some(account)).unwrap()))
}

fn id(flag: &str, account: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(flag).args(account).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().ok()
}

/// A directory that the unprivileged account owns.
pub(crate) fn directory() -> tempfile::TempDir {
    // Not below the system's own, whose path can be too long for a socket.
    let directory = tempfile::Builder::new().prefix("levity-").tempdir_in("/tmp").unwrap();
    own(directory.path());
    directory
}

pub(crate) fn own(path: &Path) {
    if let Some((user, group)) = unprivileged() {
        std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
    }
}

/// A program that runs as the unprivileged account.
pub(crate) fn command(program: &Path, directory: &Path) -> Command {
    use std::os::unix::process::CommandExt;

    let mut command = Command::new(program);
    command.current_dir(directory).env_clear().env("LC_ALL", "C");
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    if let Some((user, group)) = unprivileged() {
        command.uid(user).gid(group);
    }
    command
}
