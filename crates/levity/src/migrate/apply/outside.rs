//! A stage whose statement runs outside a transaction.
//!
//! Its row is written twice: before the statement, without `applied_at`, and after it. So a run that was interrupted
//! is known as such, and the next one goes on from there.

use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::{DatabaseState, StatementError, Work, index, not_recorded};
use crate::migrate::{
    MigrateError, Progress,
    session::Session,
    store::{self, Written},
};

/// How long the statement may wait for a lock before somebody is told who has it.
const FIRST_LOOK: Duration = Duration::from_millis(500);

pub(super) async fn apply(
    session: &Session<'_>,
    work: &Work<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let (client, options) = (&session.client, work.options());
    let unrecorded = |source| not_recorded(work, source);
    let not_begun = |source| MigrateError::Begin { stage: work.id(), source };
    // Without a limit, unless the stage has one: a concurrent index build that gives up leaves an invalid index behind.
    let settings = session.settings(options.lock_timeout.unwrap_or_default());
    client.batch_execute(&settings).await.map_err(not_begun)?;

    let index = match &options.builds_index {
        Some(name) => Some(index::qualify(session, work, name).await?),
        None => None,
    };
    if let Some(name) = &index {
        // What exists before the start is on record is not ours, and may never be dropped.
        if index::find(session, work, name).await?.is_some() {
            return Err(MigrateError::IndexExists { stage: work.id(), index: name.clone() });
        }
    }
    let started = Written::Started { builds_index: index.as_deref() };
    store::write(client, session.project, work, started).await.map_err(not_begun)?;

    let running = client.batch_execute(&work.statements()[0]);
    let (result, blocked_by) = session.watch(work, FIRST_LOOK, running, progress).await;
    if let Err(source) = result {
        if index.is_some() && source.code() == Some(&SqlState::DUPLICATE_TABLE) {
            // Somebody else took the name in between: again nothing of ours.
            store::forget_start(client, session.project, work).await.map_err(unrecorded)?;
        }
        let state = match source.as_db_error() {
            Some(_) => DatabaseState::Partial,
            None => DatabaseState::Unknown,
        };
        return Err(StatementError::new(work, Some(0), source, state).blocked_by(blocked_by).into());
    }
    if let Some(name) = index {
        // `IF NOT EXISTS`, or another name in the statement than in the option.
        if !index::find(session, work, &name).await?.is_some_and(index::Found::is_complete) {
            return Err(MigrateError::IndexNotBuilt { stage: work.id(), index: name });
        }
    }
    store::finish(client, session.project, work).await.map_err(unrecorded)
}
