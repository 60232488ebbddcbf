//! The index that a stage builds concurrently, and what an interrupted build has left of it.

use std::time::Duration;

use tokio_postgres::types::Type;

use super::Work;
use crate::{
    migrate::{MigrateError, Progress, session::Session, store::StageRow},
    schema::ObjectName,
    sql::quote_name,
};

/// A relation that has the name of a stage's index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    is_index: bool,
    is_partitioned: bool,
    valid: bool,
    being_built: bool,
}

impl Found {
    pub(super) fn is_complete(self) -> bool {
        self.is_index && self.valid
    }
}

/// The index's name, quoted and with its namespace.
pub(super) async fn qualify(
    session: &Session<'_>,
    work: &Work<'_>,
    name: &ObjectName,
) -> Result<String, MigrateError> {
    if name.namespace.is_some() {
        return Ok(quote_name(name));
    }
    let row = session.client.query_typed_one("SELECT pg_catalog.current_schema()::text", &[]).await;
    let namespace = row.and_then(|row| row.try_get(0)).map_err(|source| failed(work, source))?;
    Ok(quote_name(&ObjectName { namespace, name: name.name.clone() }))
}

/// Looks for a relation by its quoted name.
pub(super) async fn find(
    session: &Session<'_>,
    work: &Work<'_>,
    name: &str,
) -> Result<Option<Found>, MigrateError> {
    // Of other users' builds the server may hide which index it is; then the lock on the table says so.
    let sql = "SELECT i.indexrelid IS NOT NULL, COALESCE(i.indisvalid AND i.indisready, false), EXISTS ( \
                 SELECT FROM pg_catalog.pg_stat_progress_create_index p \
                 WHERE p.datid = (SELECT d.oid FROM pg_catalog.pg_database d \
                                  WHERE d.datname = pg_catalog.current_database()) \
                 AND (p.index_relid = c.oid OR (COALESCE(p.index_relid, 0::oid) = 0 AND EXISTS ( \
                   SELECT FROM pg_catalog.pg_locks l WHERE l.pid = p.pid AND l.granted \
                   AND l.relation = i.indrelid AND l.mode = 'ShareUpdateExclusiveLock')))), c.relkind = 'I' \
               FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid \
               WHERE c.oid = pg_catalog.to_regclass($1)";
    let row = session.client.query_typed_opt(sql, &[(&name, Type::TEXT)]).await;
    let found = row.and_then(|row| {
        row.map(|row| {
            Ok(Found {
                is_index: row.try_get(0)?,
                is_partitioned: row.try_get(3)?,
                valid: row.try_get(1)?,
                being_built: row.try_get(2)?,
            })
        })
        .transpose()
    });
    found.map_err(|source| failed(work, source))
}

/// Looks after what an interrupted run of a stage has left, and returns whether the stage is finished by that.
///
/// The row says that the index's name was free when the stage started. So an index of that name is the one that it
/// built, or one that a person made since, under the very name that the stage is about to use:
/// - invalid, and nobody is building it: it is dropped, to be built again;
/// - valid, and the stage is still word for word the one that started: the build ended before that could be recorded;
/// - of a partitioned table, invalid, and the stage is still the one that started: it goes on where that was;
/// - valid, and the stage was edited since: it cannot be known whether it is the index that is wanted now. Refused.
pub(super) async fn settle(
    session: &Session<'_>,
    work: &Work<'_>,
    row: &StageRow,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<bool, MigrateError> {
    let Some(name) = &row.builds_index else { return Ok(false) };
    let Some(found) = find(session, work, name).await? else { return Ok(false) };
    let (stage, index) = (work.id(), name.clone());
    if !found.is_index {
        return Err(MigrateError::IndexExists { stage, index });
    }
    if found.being_built {
        return Err(MigrateError::IndexBeingBuilt { stage, index });
    }
    if found.valid || found.is_partitioned {
        if row.stage_checksum != work.checksum() {
            return Err(MigrateError::IndexOfEditedStage { stage, index });
        }
        if !found.valid {
            return Ok(false);
        }
        progress(Progress::FoundIndex { stage, index });
        return Ok(true);
    }
    progress(Progress::DroppingInvalidIndex { stage, index });
    let client = &session.client;
    client.batch_execute(&session.settings(Duration::ZERO)).await.map_err(|source| failed(work, source))?;
    let statement = format!("DROP INDEX CONCURRENTLY IF EXISTS {name}");
    let running = client.batch_execute(&statement);
    let (result, _) = session.watch(work, Duration::from_millis(500), running, progress).await;
    result.map_err(|source| MigrateError::DropIndex { stage: work.id(), index: name.clone(), source })?;
    Ok(false)
}

fn failed(work: &Work<'_>, source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Begin { stage: work.id(), source }
}
