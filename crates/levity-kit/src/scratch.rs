//! Databases that exist for the length of a proof.

mod template;

use levity::{Config, sql::quote_ident};
use tokio_postgres::Client;

use crate::snapshot::random_id;
pub(crate) use template::{keep, prune, touch};

/// Why a scratch database could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScratchError {
    /// The scratch server does not answer.
    #[error("cannot connect to the scratch server")]
    Connect {
        /// Why.
        source: levity::Error,
    },
    /// The databases of the server could not be listed.
    #[error("cannot look for forgotten scratch databases")]
    Forgotten {
        /// Why.
        source: tokio_postgres::Error,
    },
    /// The databases of the server could not be listed.
    #[error("cannot look for the templates of earlier proofs")]
    Templates {
        /// Why.
        source: tokio_postgres::Error,
    },
    /// A database could not be created, prepared, kept or dropped.
    #[error("cannot {action} the scratch database `{database}`; its role needs the right CREATEDB")]
    Database {
        /// `create`, `prepare`, `keep` or `drop`.
        action: &'static str,
        /// The database.
        database: String,
        /// Why.
        source: tokio_postgres::Error,
    },
}

/// What is older than this is no longer in use: it was left behind by a process that was killed.
const STALE_SECONDS: i64 = 3600;

/// The database of PostgreSQL that nobody has put anything into: what somebody put into `template1` would count as a
/// difference.
pub(crate) const EMPTY: &str = "template0";

/// Runs `work` on a session of a new database, a copy of `template`, which is dropped afterwards, also when the work
/// failed.
pub(crate) async fn with_scratch<T, E: From<ScratchError>>(
    server: &Config,
    template: &str,
    work: impl AsyncFnOnce(&Client) -> Result<T, E>,
) -> Result<T, E> {
    let maintenance = connect(server).await?;
    let prepared = async |database: &str| work(&prepare(server, database).await?).await;
    with_database(&maintenance, template, prepared).await
}

/// [`with_scratch`] for work that opens its own sessions. It gets the name of the database, and may rename it: then it
/// stays.
pub(crate) async fn with_database<T, E: From<ScratchError>>(
    maintenance: &Client,
    template: &str,
    work: impl AsyncFnOnce(&str) -> Result<T, E>,
) -> Result<T, E> {
    let database = create(maintenance, template).await?;
    let result = work(&database).await;
    let dropped = run(maintenance, "drop", &database, "DROP DATABASE IF EXISTS", " WITH (FORCE)").await;
    let value = result?;
    dropped?;
    Ok(value)
}

/// Creates a database whose name tells when that was, and drops those that were forgotten.
async fn create(maintenance: &Client, template: &str) -> Result<String, ScratchError> {
    let now = "SELECT extract(epoch FROM now())::bigint";
    let failed = |source| ScratchError::Forgotten { source };
    let now: i64 = maintenance.query_one(now, &[]).await.and_then(|row| row.try_get(0)).map_err(failed)?;
    let stale = "SELECT d.datname::text FROM pg_database d \
                 WHERE d.datname ~ '^levity_scratch_[0-9]{10}_[0-9a-f]{32}$' \
                 AND split_part(d.datname, '_', 3)::bigint < $1 \
                 AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)";
    for row in maintenance.query(stale, &[&(now - STALE_SECONDS)]).await.map_err(failed)? {
        // Another process can be doing the same, and another role can own it.
        run(maintenance, "drop", row.get(0), "DROP DATABASE IF EXISTS", "").await.ok();
    }
    let database = format!("levity_scratch_{now}_{}", random_id());
    let options = format!(" TEMPLATE {} ENCODING 'UTF8'", quote_ident(template));
    run(maintenance, "create", &database, "CREATE DATABASE", &options).await?;
    Ok(database)
}

/// Connects, and makes sure that what a role or a server sets for its sessions decides neither where things are created
/// nor how values are read: the settings are those of the runner.
async fn prepare(server: &Config, database: &str) -> Result<Client, ScratchError> {
    let client = connect(&server.clone().database(database)).await?;
    let settings = "SET search_path = public; SET statement_timeout = 0; SET lock_timeout = 0; \
                    SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; \
                    SET bytea_output = 'hex'; SET extra_float_digits = 1";
    let failed = |source| ScratchError::Database { action: "prepare", database: database.to_owned(), source };
    client.batch_execute(settings).await.map_err(failed)?;
    Ok(client)
}

pub(crate) async fn connect(config: &Config) -> Result<Client, ScratchError> {
    config.connect().await.map_err(|source| ScratchError::Connect { source })
}

async fn run(
    maintenance: &Client,
    action: &'static str,
    database: &str,
    command: &str,
    options: &str,
) -> Result<(), ScratchError> {
    let sql = format!("{command} {}{options}", quote_ident(database));
    let failed = |source| ScratchError::Database { action, database: database.to_owned(), source };
    maintenance.batch_execute(&sql).await.map_err(failed)
}
