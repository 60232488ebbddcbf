//! A stage that is one transaction.

use std::time::Duration;

use super::{DatabaseState, StatementError, Work, not_recorded};
use crate::migrate::{
    MigrateError, Progress,
    session::Session,
    store::{self, Written},
};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

pub(super) async fn apply(
    session: &Session<'_>,
    work: &Work<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let mut pauses = Pauses::default();
    loop {
        let Err(error) = attempt_once(session, work, progress).await else { return Ok(()) };
        // Fails only on a connection that is lost, and the transaction is lost with it.
        let _ = session.client.batch_execute("ROLLBACK").await;
        match error {
            MigrateError::Statement(failure) => {
                pauses.wait_or_fail(session, work, *failure, progress).await?;
            }
            error => return Err(error),
        }
    }
}

/// The pauses between the attempts of a transaction.
pub(super) struct Pauses {
    next: Duration,
    attempt: u32,
}

impl Default for Pauses {
    fn default() -> Self {
        Self { next: FIRST_PAUSE, attempt: 1 }
    }
}

impl Pauses {
    /// Waits before the next attempt, unless the failure would only repeat itself or there were enough of them.
    pub(super) async fn wait_or_fail(
        &mut self,
        session: &Session<'_>,
        work: &Work<'_>,
        mut failure: StatementError,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), MigrateError> {
        if !failure.is_transient() || self.attempt >= session.options.attempts {
            failure.attempts = self.attempt;
            return Err(failure.into());
        }
        let (attempt, pause) = (self.attempt, self.next);
        progress(Progress::Retrying { stage: work.id(), attempt, pause, blocked_by: failure.blocked_by });
        tokio::time::sleep(pause).await;
        self.next = (pause * 2).min(LONGEST_PAUSE);
        self.attempt += 1;
        Ok(())
    }
}

async fn attempt_once(
    session: &Session<'_>,
    work: &Work<'_>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), MigrateError> {
    let client = &session.client;
    let lock_timeout = work.options().lock_timeout.unwrap_or(session.options.lock_timeout);
    let settings = session.settings(lock_timeout);
    let not_begun = |source| MigrateError::Begin { stage: work.id(), source };
    client
        .batch_execute(&format!("BEGIN ISOLATION LEVEL READ COMMITTED;{settings}"))
        .await
        .map_err(not_begun)?;
    // Again, and inside: a pooler may have moved this session to another connection between two transactions.
    session.check_lock(work).await?;
    let id = client.query_typed_one("SELECT pg_catalog.pg_current_xact_id()::text", &[]).await;
    let id: String = id.and_then(|row| row.try_get(0)).map_err(not_begun)?;

    for (number, statement) in work.statements().iter().enumerate() {
        let running = client.batch_execute(statement);
        let (result, blocked_by) = session.watch(work, lock_timeout / 2, running, progress).await;
        if let Err(source) = result {
            let state = DatabaseState::RolledBack { applied: work.number - 1, stages: work.stages() };
            return Err(StatementError::new(work, Some(number), source, state).blocked_by(blocked_by).into());
        }
    }

    // A statement may have changed the role or the path.
    let unrecorded = |source| not_recorded(work, source);
    client.batch_execute(&settings).await.map_err(unrecorded)?;
    if !store::write(client, session.project, work, Written::InTransaction(&id)).await.map_err(unrecorded)? {
        return Err(MigrateError::EndedTransaction { stage: work.id() });
    }
    client.batch_execute("COMMIT").await.map_err(|source| {
        let state = match source.as_db_error() {
            Some(_) => DatabaseState::RolledBack { applied: work.number - 1, stages: work.stages() },
            None => DatabaseState::Unknown,
        };
        StatementError::new(work, None, source, state).into()
    })
}
