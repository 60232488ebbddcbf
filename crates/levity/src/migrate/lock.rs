//! The advisory lock that keeps two runners of one project apart.

use std::{
    fmt,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use tokio_postgres::{Client, types::Type};

use super::{MigrateError, Progress};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Condition on `pg_locks` for the lock of key `$1` in this database.
const IS_OURS: &str = "l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted \
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) \
     AND l.classid::bigint = (($1 >> 32) & 4294967295) AND l.objid::bigint = ($1 & 4294967295)";

/// Another session of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// Its process id.
    pub pid: i32,
    /// The user it logged in as.
    pub user: Option<String>,
    /// The name its program gave itself.
    pub application_name: Option<String>,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {}", self.pid)?;
        if let Some(user) = &self.user {
            write!(f, " of user `{user}`")?;
        }
        match self.application_name.as_deref() {
            None | Some("") => Ok(()),
            Some(name) => write!(f, " (`{name}`)"),
        }
    }
}

/// The lock's key: it depends on the project alone, since advisory locks are per database already.
///
/// It must never change: runners of different builds have to agree on it.
pub(crate) fn key(project: &str) -> i64 {
    let hash = Sha256::digest(format!("levity:migrate:{project}"));
    i64::from_be_bytes(hash[..8].try_into().expect("a hash of 32 bytes has 8"))
}

/// Takes the migration lock of a project for this session, so that nobody migrates it meanwhile: for commands that work
/// on what migrations have created. [`unlock`] gives it back, and so does the end of the connection.
///
/// `wait` is how long to wait for another session that has it.
pub async fn lock(
    client: &Client,
    project: &str,
    wait: Duration,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let failed = |source| MigrateError::Query { attempt: "take the migration lock", source };
    let key = key(project);
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut reported = None;
    // By asking again and again: a session that waits in `pg_advisory_lock` holds a snapshot, on which a
    // `CREATE INDEX CONCURRENTLY` of the lock's holder would wait, for ever.
    loop {
        let row = client
            .query_typed_one("SELECT pg_catalog.pg_try_advisory_lock($1)", &[(&key, Type::INT8)])
            .await
            .map_err(failed)?;
        if row.try_get(0).map_err(failed)? {
            return Ok(());
        }
        let holder = holder(client, key).await.map_err(failed)?;
        if began.elapsed() >= wait {
            return Err(MigrateError::Locked { project: project.to_owned(), waited: wait, holder });
        }
        if reported.as_ref() != Some(&holder) {
            progress(Progress::WaitingForRunner { holder: holder.clone() });
            reported = Some(holder);
        }
        tokio::time::sleep(pause.min(wait.saturating_sub(began.elapsed()))).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Gives the lock back. A failure means that the connection is gone, and the lock with it.
pub async fn unlock(client: &Client, project: &str) {
    let _ =
        client.query_typed("SELECT pg_catalog.pg_advisory_unlock($1)", &[(&key(project), Type::INT8)]).await;
}

/// Whether this session has the lock, and the process id that serves it.
pub(crate) async fn held(client: &Client, project: &str) -> Result<(bool, i32), tokio_postgres::Error> {
    let sql = format!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE {IS_OURS} AND l.pid = pg_catalog.pg_backend_pid()), \
         pg_catalog.pg_backend_pid()"
    );
    let row = client.query_typed_one(&sql, &[(&key(project), Type::INT8)]).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

async fn holder(client: &Client, key: i64) -> Result<Option<Backend>, tokio_postgres::Error> {
    let sql = format!(
        "SELECT l.pid, a.usename::text, a.application_name FROM pg_catalog.pg_locks l \
         LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE {IS_OURS}"
    );
    client.query_typed_opt(&sql, &[(&key, Type::INT8)]).await?.map(|row| backend(&row)).transpose()
}

/// A backend from columns `pid`, `usename`, `application_name`.
pub(crate) fn backend(row: &tokio_postgres::Row) -> Result<Backend, tokio_postgres::Error> {
    Ok(Backend { pid: row.try_get(0)?, user: row.try_get(1)?, application_name: row.try_get(2)? })
}
