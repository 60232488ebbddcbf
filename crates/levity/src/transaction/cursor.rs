//! A result that is read some rows at a time, so that other statements of the transaction can run in between.

use std::{
    marker::PhantomData,
    panic::resume_unwind,
    sync::Arc,
    task::{Context, Poll, ready},
    vec,
};

use futures_util::{FutureExt, future};
use tokio::task::JoinHandle;
use tokio_postgres::{Row, error::SqlState};

use super::{Transaction, session::Session};
use crate::{Error, sql::Statement};

/// How many rows are asked for at first.
const FIRST: usize = 64;

/// The most rows that are asked for at once.
const MOST: usize = 4096;

/// About how many bytes are asked for at once.
const PORTION: usize = 256 * 1024;

/// A cursor is planned for reading a tenth of its rows; ours are read to their end. What the setting was is kept for a
/// moment in one of our own.
const PLAN_FOR_ALL: &str = "SELECT \
    pg_catalog.set_config('levity.tuple_fraction', pg_catalog.current_setting('cursor_tuple_fraction'), true), \
    pg_catalog.set_config('cursor_tuple_fraction', '1', true)";

const PLAN_AS_BEFORE: &str = "SELECT \
    pg_catalog.set_config('cursor_tuple_fraction', pg_catalog.current_setting('levity.tuple_fraction'), true)";

/// A cursor of the server, and the rows that have come.
pub(crate) struct Cursor<'a> {
    declared: Declared,
    rows: vec::IntoIter<Row>,
    next: Next,
    transaction: PhantomData<&'a Transaction>,
}

enum Next {
    /// So many rows are to be asked for.
    Ask(usize),
    Coming(Fetch),
    End,
}

type Portion = Result<Vec<Row>, Error>;

/// The answer to a request for so many rows. A task reads it: an answer that nobody reads, because the stream is not
/// polled now, would hold up the answers to all other statements.
struct Fetch {
    asked: usize,
    task: JoinHandle<Portion>,
}

/// The driver discards what nobody reads.
impl Drop for Fetch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The cursor's place on the server. It is closed when this is dropped.
struct Declared {
    session: Arc<Session>,
    level: u32,
    number: u32,
    sql: Arc<str>,
    exists: bool,
}

impl Cursor<'_> {
    pub(super) async fn open(
        session: &Arc<Session>,
        level: u32,
        statement: &Statement,
    ) -> Result<Self, Error> {
        let connection = &session.connection;
        let mut cursor = Declared::new(session.clone(), level, &statement.sql);
        let declare = format!("DECLARE {} NO SCROLL CURSOR FOR {}", name(cursor.number), statement.sql);
        // The statement by itself as well, so that its faults are told in its own words.
        let (plain, described) =
            future::join(connection.describe(&statement.sql), connection.describe(&declare)).await;
        plain?;
        let described = described.map_err(|error| error.into_not_streamable(&statement.sql))?;

        // All of them are sent at once. Asking for no rows makes the driver know the types of the columns.
        cursor.exists = true;
        let opened = future::try_join4(
            connection.batch_unseen(PLAN_FOR_ALL),
            connection.execute_described(&described, &declare, statement),
            connection.batch_unseen(PLAN_AS_BEFORE),
            fetch(session.clone(), cursor.number, 0, cursor.sql.clone()),
        );
        if let Err(error) = opened.await {
            cursor.exists = false;
            if error.code().is_none() {
                // A value could not be sent, so that the transaction has not failed.
                connection.send(PLAN_AS_BEFORE);
            }
            return Err(error.on_behalf_of(&statement.sql));
        }
        let rows = fetch(session.clone(), cursor.number, FIRST, cursor.sql.clone()).await;
        cursor.exists = rows.is_ok();
        let mut cursor = Self {
            declared: cursor,
            rows: vec::IntoIter::default(),
            next: Next::End,
            transaction: PhantomData,
        };
        cursor.receive(FIRST, rows?);
        Ok(cursor)
    }

    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Row, Error>>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            let received = match &mut self.next {
                Next::End => return Poll::Ready(None),
                Next::Ask(asked) => {
                    let asked = *asked;
                    self.ask(asked).map(|rows| (asked, rows))
                }
                Next::Coming(fetch) => {
                    let asked = fetch.asked;
                    joined(ready!(fetch.task.poll_unpin(context))).map(|rows| (asked, Some(rows)))
                }
            };
            match received {
                Ok((asked, Some(rows))) => self.receive(asked, rows),
                Ok((_, None)) => {}
                Err(error) => {
                    // Where the server refused it, the transaction has failed, and the cursor gone.
                    self.declared.exists = error.code().is_none();
                    self.end();
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    /// Asks for rows. The request is sent now: a task could send it after the cursor has been closed.
    fn ask(&mut self, asked: usize) -> Result<Option<Vec<Row>>, Error> {
        let Declared { session, level, number, sql, .. } = &self.declared;
        session.check(*level)?;
        let mut request = Box::pin(fetch(session.clone(), *number, asked, sql.clone()));
        if let Some(result) = (&mut request).now_or_never() {
            return result.map(Some);
        }
        self.next = Next::Coming(Fetch { asked, task: session.connection.spawn(request) });
        Ok(None)
    }

    fn receive(&mut self, asked: usize, rows: Vec<Row>) {
        if rows.len() < asked {
            self.end();
        } else {
            let bytes = rows.iter().map(Row::raw_size_bytes).sum::<usize>();
            self.next = Next::Ask((PORTION / (bytes / asked).max(1)).clamp(1, MOST.min(asked * 4)));
        }
        self.rows = rows.into_iter();
    }

    fn end(&mut self) {
        self.next = Next::End;
        self.declared.close();
    }
}

async fn fetch(session: Arc<Session>, number: u32, rows: usize, sql: Arc<str>) -> Portion {
    session.connection.query_unprepared(&format!("FETCH FORWARD {rows} FROM {}", name(number)), &sql).await
}

fn joined(result: Result<Portion, tokio::task::JoinError>) -> Portion {
    result.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => Err(Error::invalid("the runtime shut down before the rows had come")),
    })
}

fn name(number: u32) -> String {
    format!("levity_stream_{number}")
}

impl Declared {
    fn new(session: Arc<Session>, level: u32, sql: &str) -> Self {
        let number = session.levels().take_cursor();
        Self { session, level, number, sql: sql.into(), exists: false }
    }

    /// Without waiting: whatever is sent later runs after it.
    fn close(&mut self) {
        if self.exists {
            self.exists = false;
            self.session.connection.send(&format!("CLOSE {}", name(self.number)));
        }
    }
}

impl Drop for Declared {
    fn drop(&mut self) {
        self.close();
        let mut levels = self.session.levels();
        // A nested transaction can have failed, and then the cursor could not be closed.
        if levels.is_innermost(self.level) {
            levels.free_cursor(self.number);
        }
    }
}

impl Error {
    /// The statement is sound, but the server has refused to make a cursor of it.
    fn into_not_streamable(self, sql: &str) -> Self {
        let refused =
            [SqlState::SYNTAX_ERROR, SqlState::FEATURE_NOT_SUPPORTED, SqlState::INVALID_CURSOR_DEFINITION];
        if self.code().is_some_and(|code| refused.contains(code)) && !self.is_stale_statement() {
            return Self::invalid(
                "in a transaction only a `SELECT` or `VALUES` that changes nothing can be streamed: run the statement \
                 at once, or stream it outside of the transaction",
            )
            .with_statement(sql);
        }
        self
    }
}
