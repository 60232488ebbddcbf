//! Rows as they come.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::Stream;
use tokio_postgres::Row;

use crate::{
    Error,
    connection::Answer,
    observe::{Observation, Outcome},
    pool::PooledConnection,
    transaction::Cursor,
};

/// The rows of one statement, while they come: a result of any size takes little memory, and a slow reader slows the
/// server down.
///
/// On a [`Database`](crate::Database) the stream keeps a connection of the pool until its last row has been read, or
/// until it is dropped; what is left of the result is then discarded in the background. The rows of a statement that
/// writes are not final before the last one: dropped before, whether it took effect is not known.
///
/// In a [`Transaction`](crate::Transaction) it reads from a cursor, some rows at a time, so that other statements can run
/// while it is half read. It sees the data as they were when it began. Only a `SELECT` or `VALUES` can be read like that,
/// not the rows of an `INSERT`, `UPDATE` or `DELETE`. While a nested transaction or a `COPY` is open, asking for more rows
/// is refused, as any statement is.
///
/// After an error there are no more rows.
#[must_use = "rows are read by polling the stream"]
pub struct RowStream<'a> {
    source: Source<'a>,
    observation: Observation<'static>,
    /// How many rows were read.
    rows: u64,
}

enum Source<'a> {
    Pooled(Box<Pooled>),
    Cursor(Box<Cursor<'a>>),
}

impl RowStream<'static> {
    pub(crate) fn of_connection(
        connection: PooledConnection,
        sql: String,
        answer: Answer,
        observation: Observation<'static>,
    ) -> Self {
        let done = answer.first.is_none();
        let connection = (!done).then_some(connection);
        let source = Source::Pooled(Box::new(Pooled { answer, sql, connection }));
        Self { source, observation, rows: 0 }
    }
}

impl<'a> RowStream<'a> {
    pub(crate) fn of_cursor(cursor: Cursor<'a>, observation: Observation<'static>) -> Self {
        Self { source: Source::Cursor(Box::new(cursor)), observation, rows: 0 }
    }
}

impl Stream for RowStream<'_> {
    type Item = Result<Row, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let item = ready!(match &mut this.source {
            Source::Pooled(pooled) => pooled.poll_next(context),
            Source::Cursor(cursor) => cursor.poll_next(context),
        });
        match &item {
            Some(Ok(_)) => this.rows += 1,
            Some(Err(error)) => this.observation.end(&Outcome::Failed(error)),
            None => this.observation.end(&Outcome::Returned(this.rows)),
        }
        Poll::Ready(item)
    }
}

/// A reader that has seen enough is no failure.
impl Drop for RowStream<'_> {
    fn drop(&mut self) {
        self.observation.end(&Outcome::Returned(self.rows));
    }
}

impl fmt::Debug for RowStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}

/// The whole result is under way on a connection that nobody else uses.
struct Pooled {
    answer: Answer,
    sql: String,
    /// Until the end of the result. Dropped before, it is cleaned.
    connection: Option<PooledConnection>,
}

impl Pooled {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Row, Error>>> {
        if let Some(row) = self.answer.first.take() {
            return Poll::Ready(Some(Ok(row)));
        }
        let Some(connection) = &self.connection else { return Poll::Ready(None) };
        let item = match ready!(self.answer.rest.as_mut().poll_next(context)) {
            Some(Ok(row)) => return Poll::Ready(Some(Ok(row))),
            Some(Err(error)) => Some(Err(connection.failure(&self.sql, error))),
            None => None,
        };
        connection.settle();
        self.connection = None;
        Poll::Ready(item)
    }
}
