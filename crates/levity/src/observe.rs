//! What a program can see of its statements, through `tracing`.

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use tracing::{Level, Span, field::Empty};

use crate::{Config, Error, sql::Parameter};

/// One statement, from its beginning to its end. One that is dropped before has been cancelled.
///
/// Where nobody listens and there is no limit for slow statements, it costs two comparisons.
pub(crate) struct Observation<'a> {
    span: Span,
    sql: Cow<'a, str>,
    /// Unless nobody wants to know.
    started: Option<Instant>,
    slow: Option<Duration>,
    ended: bool,
}

/// What came of it.
pub(crate) enum Outcome<'a> {
    Returned(u64),
    Affected(u64),
    Nothing,
    Failed(&'a Error),
    Cancelled,
}

impl<'a> Observation<'a> {
    pub(crate) fn begin(config: &Config, sql: impl Into<Cow<'a, str>>, parameters: &[Parameter]) -> Self {
        let sql = sql.into();
        let span = tracing::debug_span!(
            target: "levity",
            "levity.query",
            otel.kind = "client",
            otel.status_code = Empty,
            db.system.name = "postgresql",
            db.namespace = config.parts().database(),
            db.query.text = &*sql,
            db.query.parameters = Empty,
            db.response.returned_rows = Empty,
            db.response.affected_rows = Empty,
            db.response.status_code = Empty,
            db.client.operation.duration = Empty,
            "error.type" = Empty,
        );
        let slow = config.slow_statement;
        if config.log_parameters && !span.is_disabled() && !parameters.is_empty() {
            span.record("db.query.parameters", tracing::field::debug(parameters));
        }
        let started = (slow.is_some() || !span.is_disabled()).then(Instant::now);
        Self { span, sql, started, slow, ended: false }
    }

    /// To be entered for whatever is done for the statement.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Says what came of the whole statement.
    pub(crate) fn finish<T>(
        &mut self,
        result: &Result<T, Error>,
        outcome: impl FnOnce(&T) -> Outcome<'static>,
    ) {
        match result {
            Ok(value) => self.end(&outcome(value)),
            Err(error) => self.end(&Outcome::Failed(error)),
        }
    }

    /// Says that from here on the caller takes or gives what is left: it is no longer the statement that is slow.
    pub(crate) fn hand_over<T>(&mut self, result: &Result<T, Error>) {
        match result {
            Ok(_) => self.tell_if_slow(None),
            Err(error) => self.end(&Outcome::Failed(error)),
        }
    }

    pub(crate) fn end(&mut self, outcome: &Outcome<'_>) {
        if self.ended {
            return;
        }
        self.ended = true;
        let rows = match outcome {
            Outcome::Returned(rows) | Outcome::Affected(rows) => Some(*rows),
            Outcome::Nothing | Outcome::Failed(_) | Outcome::Cancelled => None,
        };
        if let Some(started) = self.started.filter(|_| !self.span.is_disabled()) {
            self.span.record("db.client.operation.duration", started.elapsed().as_secs_f64());
            self.record(outcome);
        }
        self.tell_if_slow(rows);
    }

    fn record(&self, outcome: &Outcome<'_>) {
        let span = &self.span;
        match outcome {
            Outcome::Returned(rows) => _ = span.record("db.response.returned_rows", rows),
            Outcome::Affected(rows) => _ = span.record("db.response.affected_rows", rows),
            Outcome::Nothing => {}
            // Not its message: that can hold a value.
            Outcome::Failed(error) => {
                span.record("otel.status_code", "ERROR");
                if let Some(code) = error.code() {
                    span.record("db.response.status_code", code.code());
                }
                span.record("error.type", error.type_name());
            }
            Outcome::Cancelled => {
                span.record("otel.status_code", "ERROR");
                span.record("error.type", "cancelled");
            }
        }
    }

    /// Once for a statement.
    fn tell_if_slow(&mut self, rows: Option<u64>) {
        let Some((started, limit)) = self.started.zip(self.slow.take()) else { return };
        let elapsed = started.elapsed();
        if elapsed >= limit {
            self.span.in_scope(|| {
                tracing::event!(
                    target: "levity",
                    Level::WARN,
                    db.query.text = &*self.sql,
                    db.client.operation.duration = elapsed.as_secs_f64(),
                    rows,
                    ?limit,
                    "slow statement"
                );
            });
        }
    }
}

impl Drop for Observation<'_> {
    fn drop(&mut self) {
        self.end(&Outcome::Cancelled);
    }
}
