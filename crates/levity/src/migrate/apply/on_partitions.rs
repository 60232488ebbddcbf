//! A stage that builds an index of a partitioned table, partition by partition.
//!
//! Its statement makes the index of the table alone, which is not valid before it has one of every partition. What is left
//! to be done is asked of the server, so an interrupted run is taken up wherever it was.

use std::time::Duration;

use super::{DatabaseState, StatementError, Work, index, not_recorded, transaction::Pauses};
use crate::migrate::{
    MigrateError, Progress,
    partitions::{PartitionTask, tasks},
    session::Session,
    store::{self, StageRow, Written},
};
use crate::schema::ObjectName;

/// How long a build may wait for a lock before somebody is told who has it.
const FIRST_LOOK: Duration = Duration::from_millis(500);

/// `recorded` is the stage's row, when an earlier run started it.
pub(super) async fn apply(
    session: &Session<'_>,
    work: &Work<'_>,
    name: &ObjectName,
    recorded: Option<&StageRow>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let client = &session.client;
    let not_begun = |source| MigrateError::Begin { stage: work.id(), source };
    client.batch_execute(&session.settings(Duration::ZERO)).await.map_err(not_begun)?;
    let index = index::qualify(session, work, name).await?;
    if index::find(session, work, &index).await?.is_some() {
        // What exists before the start is on record is not ours.
        if recorded.is_none_or(|row| row.builds_index.as_ref() != Some(&index)) {
            return Err(MigrateError::IndexExists { stage: work.id(), index });
        }
    } else {
        let started = Written::Started { builds_index: Some(&index) };
        store::write(client, session.project, work, started).await.map_err(not_begun)?;
        brief(session, work, &work.statements()[..1], progress).await?;
    }
    loop {
        let tasks = tasks(client, &index)
            .await
            .map_err(|source| MigrateError::OnPartitions { stage: work.id(), source })?;
        if tasks.is_empty() {
            break;
        }
        for PartitionTask { partition, concurrent, statements } in tasks {
            session.check_lock(work).await?;
            let statement = statements[0].clone();
            progress(Progress::OnPartition { stage: work.id(), partition, statement });
            if concurrent {
                build(session, work, &statements[0], progress).await?;
            } else {
                brief(session, work, &statements, progress).await?;
            }
        }
    }
    if !index::find(session, work, &index).await?.is_some_and(index::Found::is_complete) {
        return Err(MigrateError::IndexNotBuilt { stage: work.id(), index });
    }
    store::finish(client, session.project, work).await.map_err(|source| not_recorded(work, source))
}

/// Without a limit: a concurrent index build that gives up leaves an invalid index behind.
async fn build(
    session: &Session<'_>,
    work: &Work<'_>,
    statement: &str,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let client = &session.client;
    let settings = session.settings(Duration::ZERO);
    client.batch_execute(&settings).await.map_err(|source| failed(work, statement, source))?;
    let running = client.batch_execute(statement);
    let (result, blocked_by) = session.watch(work, FIRST_LOOK, running, progress).await;
    result.map_err(|source| failed(work, statement, source).blocked_by(blocked_by).into())
}

/// One transaction of changes of the catalog, which is tried again when it does not get its locks.
async fn brief(
    session: &Session<'_>,
    work: &Work<'_>,
    statements: &[String],
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let client = &session.client;
    let lock_timeout = work.options().lock_timeout.unwrap_or(session.options.lock_timeout);
    let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED;{}", session.settings(lock_timeout));
    let mut pauses = Pauses::default();
    loop {
        let attempt = async {
            client.batch_execute(&begin).await.map_err(|source| failed(work, &statements[0], source))?;
            for statement in statements {
                let running = client.batch_execute(statement);
                let (result, blocked_by) = session.watch(work, lock_timeout / 2, running, progress).await;
                result.map_err(|source| failed(work, statement, source).blocked_by(blocked_by))?;
            }
            client.batch_execute("COMMIT").await.map_err(|source| failed(work, "COMMIT", source))
        };
        let Err(failure) = attempt.await else { return Ok(()) };
        // Fails only on a connection that is lost, and the transaction is lost with it.
        let _ = client.batch_execute("ROLLBACK").await;
        pauses.wait_or_fail(session, work, failure, progress).await?;
    }
}

fn failed(work: &Work<'_>, statement: &str, source: tokio_postgres::Error) -> StatementError {
    let state = match source.as_db_error() {
        Some(_) => DatabaseState::Partial,
        None => DatabaseState::Unknown,
    };
    StatementError::of_partition(work, statement, source, state)
}
