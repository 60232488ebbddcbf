//! The connection that a runner works on, and the one it looks around with.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_postgres::{Client, types::Type};

use super::{Backend, MigrateError, MigrateOptions, Progress, apply::Work, lock};
use crate::{Config, sql::quote_ident};

/// How often a long statement is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A connection that only migrates.
pub(crate) struct Session<'a> {
    pub(crate) client: Client,
    pub(crate) project: &'a str,
    pub(crate) options: &'a MigrateOptions,
    /// The process that serves `client`.
    pid: i32,
    server_version: i32,
    /// Sees what `client` waits for, while that is busy. None when the server has no connection to spare.
    observer: Option<Client>,
}

/// How values become text and back: a migration converts them the same way on every server.
const VALUE_SETTINGS: &str = "SET TimeZone = 'UTC';SET DateStyle = 'ISO, YMD';SET IntervalStyle = 'postgres';\
                              SET bytea_output = 'hex';SET extra_float_digits = 1";

impl<'a> Session<'a> {
    /// Connects, and refuses a server on which migrations cannot run.
    pub(crate) async fn open(
        config: &Config,
        project: &'a str,
        options: &'a MigrateOptions,
    ) -> Result<Session<'a>, MigrateError> {
        let failed = |source| MigrateError::Query { attempt: "prepare the connection", source };
        let config = config.direct();
        if config.transaction_pooler {
            return Err(MigrateError::Pooler);
        }
        let client = config.connect().await.map_err(|source| MigrateError::Connect { source })?;
        let row = client
            .query_typed_one(
                "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.pg_backend_pid(), \
                 pg_catalog.current_setting('server_version_num')::integer",
                &[],
            )
            .await
            .map_err(failed)?;
        if row.try_get(0).map_err(failed)? {
            return Err(MigrateError::Standby);
        }
        let mut session = Session {
            pid: row.try_get(1).map_err(failed)?,
            server_version: row.try_get(2).map_err(failed)?,
            client,
            project,
            options,
            observer: config.connect().await.ok(),
        };
        session.refuse_pooler().await?;
        // Whoever waits for the lock, or for a table, sees this name.
        let name = format!("levity migrate {project}");
        let named = "SELECT pg_catalog.set_config('application_name', $1, false) \
                     WHERE pg_catalog.current_setting('application_name') = ''";
        session.client.query_typed(named, &[(&name, Type::TEXT)]).await.map_err(failed)?;
        session.client.batch_execute(&session.settings(options.lock_timeout)).await.map_err(
            |source| match (&options.role, source.as_db_error()) {
                (Some(role), Some(_)) => MigrateError::Role { role: role.clone(), source },
                _ => failed(source),
            },
        )?;
        Ok(session)
    }

    /// Two connections that are served by one process go through a pooler that shares it between transactions.
    async fn refuse_pooler(&mut self) -> Result<(), MigrateError> {
        let Some(observer) = &self.observer else { return Ok(()) };
        let served_by = "SELECT pg_catalog.pg_backend_pid()";
        let other = observer.query_typed_one(served_by, &[]).await.and_then(|row| row.try_get::<_, i32>(0));
        let own = self.client.query_typed_one(served_by, &[]).await.and_then(|row| row.try_get::<_, i32>(0));
        let own = own.map_err(|source| MigrateError::Query { attempt: "prepare the connection", source })?;
        if own != self.pid || other.as_ref().is_ok_and(|&pid| pid == self.pid) {
            return Err(MigrateError::Pooler);
        }
        // Idle for as long as no statement has to wait.
        if observer.batch_execute("SET idle_session_timeout = 0").await.is_err() {
            self.observer = None;
        }
        Ok(())
    }

    /// The settings that every statement of a migration finds, whatever the server, the role or an earlier statement
    /// has set.
    pub(crate) fn settings(&self, lock_timeout: Duration) -> String {
        let path: Vec<_> = self.options.search_path.iter().map(|name| quote_ident(name)).collect();
        let path = if path.is_empty() { "''".to_owned() } else { path.join(", ") };
        let role = match &self.options.role {
            Some(role) => format!("SET ROLE {}", quote_ident(role)),
            None => "RESET ROLE".to_owned(),
        };
        // The setting is new in PostgreSQL 17.
        let transaction_timeout =
            if self.server_version >= 170_000 { "SET transaction_timeout = 0;" } else { "" };
        format!(
            "{role};SET search_path = {path};SET lock_timeout = {};SET statement_timeout = 0;\
             SET idle_session_timeout = 0;SET idle_in_transaction_session_timeout = 0;{transaction_timeout}\
             SET standard_conforming_strings = on;SET check_function_bodies = on;{VALUE_SETTINGS}",
            lock_timeout.as_millis()
        )
    }

    /// Refuses to go on without the migration lock.
    pub(crate) async fn check_lock(&self, work: &Work<'_>) -> Result<(), MigrateError> {
        let (held, pid) = lock::held(&self.client, self.project)
            .await
            .map_err(|source| MigrateError::Begin { stage: work.id(), source })?;
        match (pid == self.pid, held) {
            (true, true) => Ok(()),
            (true, false) => Err(MigrateError::LockLost { stage: work.id() }),
            (false, _) => Err(MigrateError::Pooler),
        }
    }

    /// Waits for a statement, and reports what it waits for itself. Returns who was last in its way.
    pub(crate) async fn watch<T>(
        &self,
        work: &Work<'_>,
        first_look: Duration,
        statement: impl Future<Output = T>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> (T, Vec<Backend>) {
        let mut statement = pin!(statement);
        let mut blocked_by = Vec::new();
        let Some(observer) = &self.observer else { return (statement.await, blocked_by) };
        let mut looks = interval_at(Instant::now() + first_look.min(LOOK), LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let look = async {
                looks.tick().await;
                look(observer, self.pid).await
            };
            let seen = tokio::select! {
                biased;
                result = &mut statement => return (result, blocked_by),
                seen = look => seen,
            };
            // What cannot be seen is not reported: the statement itself is not affected.
            let Ok((blockers, build)) = seen else { return (statement.await, blocked_by) };
            if !blockers.is_empty() && blockers != blocked_by {
                progress(Progress::Blocked { stage: work.id(), by: blockers.clone() });
            }
            blocked_by = blockers;
            if let Some((phase, done, total)) = build {
                progress(Progress::BuildingIndex { stage: work.id(), phase, done, total });
            }
        }
    }
}

type Build = (String, i64, i64);

/// Who blocks a process, and how far it is with an index.
async fn look(observer: &Client, pid: i32) -> Result<(Vec<Backend>, Option<Build>), tokio_postgres::Error> {
    let sql = "SELECT b.pid, a.usename::text, a.application_name \
               FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) AS b(pid) \
               LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid ORDER BY b.pid";
    let rows = observer.query_typed(sql, &[(&pid, Type::INT4)]).await?;
    let blockers = rows.iter().map(lock::backend).collect::<Result<_, _>>()?;
    let sql = "SELECT p.phase, p.blocks_done, p.blocks_total \
               FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid = $1 AND p.phase IS NOT NULL";
    let build = observer.query_typed_opt(sql, &[(&pid, Type::INT4)]).await?;
    let build = build
        .map(|row| {
            let count = |column| row.try_get::<_, Option<i64>>(column).map(Option::unwrap_or_default);
            Ok((row.try_get(0)?, count(1)?, count(2)?))
        })
        .transpose()?;
    Ok((blockers, build))
}
