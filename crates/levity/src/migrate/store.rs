//! The history in the database: one row for each stage, in `levity.history`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, GenericClient, types::Type};

use super::{MigrateError, apply::Work, lock};

/// The PostgreSQL namespace of everything that levity keeps in a database for itself.
pub const NAMESPACE: &str = "levity";

/// What is written into the history as the tool that applied a stage.
const TOOL: &str = concat!("levity ", env!("CARGO_PKG_VERSION"));

const BOOTSTRAP: &str = include_str!("store/bootstrap.sql");

/// A stage as the history has it.
#[derive(Debug, Clone)]
pub(crate) struct StageRow {
    pub(crate) migration_id: String,
    pub(crate) tag: String,
    pub(crate) parents: Vec<String>,
    /// From 1.
    pub(crate) stage: usize,
    /// How many stages the migration had when this one was applied.
    pub(crate) stages: usize,
    pub(crate) checksum: String,
    pub(crate) stage_checksum: String,
    /// The quoted name of the index that the stage builds concurrently.
    pub(crate) builds_index: Option<String>,
    pub(crate) started_at: DateTime<Utc>,
    /// None while a stage without a transaction runs, or when that was interrupted.
    pub(crate) applied_at: Option<DateTime<Utc>>,
    pub(crate) applied_by: String,
}

impl StageRow {
    pub(crate) fn duration(&self) -> Duration {
        self.applied_at.and_then(|applied| (applied - self.started_at).to_std().ok()).unwrap_or_default()
    }
}

/// Whether a table of ours exists. Works for every role, whatever it may do.
pub(crate) async fn exists(client: &impl GenericClient, table: &str) -> Result<bool, tokio_postgres::Error> {
    let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'r')";
    let row = client.query_typed_one(sql, &[(&NAMESPACE, Type::TEXT), (&table, Type::TEXT)]).await?;
    row.try_get(0)
}

/// Creates the namespace and its tables where they are missing.
pub(crate) async fn bootstrap(client: &mut Client) -> Result<(), MigrateError> {
    let failed = |source| MigrateError::Bootstrap { source };
    let missing = !exists(client, "history").await.map_err(failed)?
        || !exists(client, "marker").await.map_err(failed)?;
    if missing {
        // `IF NOT EXISTS` alone fails when two sessions get there at once. Projects that share a database have locks of
        // their own, so this one is for all of them. Waiting in the server is fine: its holder builds no index.
        let transaction = client.transaction().await.map_err(failed)?;
        let key = lock::key("");
        let wait = "SELECT pg_catalog.pg_advisory_xact_lock($1)";
        transaction.query_typed(wait, &[(&key, Type::INT8)]).await.map_err(failed)?;
        transaction.batch_execute(BOOTSTRAP).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
    }
    Ok(())
}

/// The stages of a project, each migration's in order; none where the table does not exist.
pub(crate) async fn read(
    client: &impl GenericClient,
    project: &str,
) -> Result<Vec<StageRow>, tokio_postgres::Error> {
    if !exists(client, "history").await? {
        return Ok(Vec::new());
    }
    let sql = "SELECT migration_id, tag, parents, stage, stages, checksum, stage_checksum, builds_index, started_at, \
               applied_at, applied_by FROM levity.history WHERE project = $1 ORDER BY migration_id, stage";
    let rows = client.query_typed(sql, &[(&project, Type::TEXT)]).await?;
    rows.iter()
        .map(|row| {
            let number =
                |column| row.try_get::<_, i32>(column).map(|number| usize::try_from(number).unwrap_or(0));
            Ok(StageRow {
                migration_id: row.try_get("migration_id")?,
                tag: row.try_get("tag")?,
                parents: row.try_get("parents")?,
                stage: number("stage")?,
                stages: number("stages")?,
                checksum: row.try_get("checksum")?,
                stage_checksum: row.try_get("stage_checksum")?,
                builds_index: row.try_get("builds_index")?,
                started_at: row.try_get("started_at")?,
                applied_at: row.try_get("applied_at")?,
                applied_by: row.try_get("applied_by")?,
            })
        })
        .collect()
}

/// Whether a row is about work that is done, or about to be done outside a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written<'a> {
    /// Done, in the transaction of this id: the row is written only if that is still open.
    InTransaction(&'a str),
    /// About to start.
    Started { builds_index: Option<&'a str> },
}

/// Writes the row of a stage; false when the transaction that it belongs to has ended.
pub(crate) async fn write(
    client: &impl GenericClient,
    project: &str,
    work: &Work<'_>,
    written: Written<'_>,
) -> Result<bool, tokio_postgres::Error> {
    let (transaction, builds_index) = match written {
        Written::InTransaction(id) => (Some(id), None),
        Written::Started { builds_index } => (None, builds_index),
    };
    let sql = "INSERT INTO levity.history AS h (project, migration_id, tag, parents, stage, stages, checksum, \
               stage_checksum, builds_index, started_at, applied_at, applied_by, tool) \
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, now(), CASE WHEN $10 IS NOT NULL THEN clock_timestamp() END, \
               session_user, $11 \
               WHERE $10 IS NULL OR pg_catalog.pg_current_xact_id_if_assigned()::text = $10 \
               ON CONFLICT (project, migration_id, stage) DO UPDATE SET tag = excluded.tag, parents = excluded.parents, \
               stages = excluded.stages, checksum = excluded.checksum, stage_checksum = excluded.stage_checksum, \
               builds_index = excluded.builds_index, started_at = excluded.started_at, \
               applied_at = excluded.applied_at, applied_by = excluded.applied_by, tool = excluded.tool \
               WHERE h.applied_at IS NULL";
    let migration = work.migration;
    let rows = client
        .execute_typed(
            sql,
            &[
                (&project, Type::TEXT),
                (&migration.id, Type::TEXT),
                (&migration.tag.as_str(), Type::TEXT),
                (&migration.parents, Type::TEXT_ARRAY),
                (&small(work.number), Type::INT4),
                (&small(work.stages()), Type::INT4),
                (&migration.checksum, Type::TEXT),
                (&work.checksum(), Type::TEXT),
                (&builds_index, Type::TEXT),
                (&transaction, Type::TEXT),
                (&TOOL, Type::TEXT),
            ],
        )
        .await?;
    Ok(rows == 1)
}

/// Marks a started stage as applied.
pub(crate) async fn finish(
    client: &impl GenericClient,
    project: &str,
    work: &Work<'_>,
) -> Result<(), tokio_postgres::Error> {
    on_started(client, "UPDATE levity.history SET applied_at = clock_timestamp()", project, work).await
}

/// Takes back that a stage was started: nothing of it happened.
pub(crate) async fn forget_start(
    client: &impl GenericClient,
    project: &str,
    work: &Work<'_>,
) -> Result<(), tokio_postgres::Error> {
    on_started(client, "DELETE FROM levity.history", project, work).await
}

/// Does something to the row of a stage that was started and is not applied.
async fn on_started(
    client: &impl GenericClient,
    action: &str,
    project: &str,
    work: &Work<'_>,
) -> Result<(), tokio_postgres::Error> {
    let sql =
        format!("{action} WHERE project = $1 AND migration_id = $2 AND stage = $3 AND applied_at IS NULL");
    let migration = &work.migration.id;
    let stage = small(work.number);
    client
        .execute_typed(&sql, &[(&project, Type::TEXT), (migration, Type::TEXT), (&stage, Type::INT4)])
        .await?;
    Ok(())
}

/// Records that a migration ends with a stage that was applied when it had more.
pub(crate) async fn close(
    client: &impl GenericClient,
    project: &str,
    work: &Work<'_>,
) -> Result<(), tokio_postgres::Error> {
    let sql = "WITH dropped AS (DELETE FROM levity.history \
               WHERE project = $1 AND migration_id = $2 AND stage > $3 AND applied_at IS NULL) \
               UPDATE levity.history SET stages = $3, checksum = $4 \
               WHERE project = $1 AND migration_id = $2 AND stage = $3";
    let migration = work.migration;
    let stage = small(work.stages());
    client
        .execute_typed(
            sql,
            &[
                (&project, Type::TEXT),
                (&migration.id, Type::TEXT),
                (&stage, Type::INT4),
                (&migration.checksum, Type::TEXT),
            ],
        )
        .await?;
    Ok(())
}

/// Deletes a project's history: the database forgets that any of its migrations was applied.
///
/// This is for a caller that drops, in the same transaction, all that those migrations created. Returns the number of
/// stages that were on record.
pub async fn forget(client: &impl GenericClient, project: &str) -> Result<u64, tokio_postgres::Error> {
    if !exists(client, "history").await? {
        return Ok(0);
    }
    client.execute_typed("DELETE FROM levity.history WHERE project = $1", &[(&project, Type::TEXT)]).await
}

fn small(number: usize) -> i32 {
    i32::try_from(number).expect("a file of two billion stages does not fit in memory")
}
