//! One connection: its prepared statements, and what is unfinished on it.

mod clean;
mod prepare;
mod step;
mod stream;

use std::{
    borrow::Cow,
    mem,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{FutureExt, TryStreamExt};
use lru::LruCache;
use tokio::{runtime::Handle, task::JoinHandle};
use tokio_postgres::{Client, Row, error::SqlState};
use tracing::Instrument;

use crate::{
    Error,
    connect::{Canceller, Connected, Connector, Ending},
    observe::{Observation, Outcome},
    sql::{Parameter, Statement},
    types::BoundValue,
};
pub(crate) use stream::Answer;

pub(crate) struct Connection {
    client: Client,
    io: JoinHandle<()>,
    ending: Ending,
    canceller: Canceller,
    /// Where the connection lives: a guard can be dropped outside of any runtime.
    runtime: Handle,
    connector: Arc<Connector>,
    /// How long it took to open.
    pub(crate) took: Duration,
    statements: Option<Mutex<LruCache<String, tokio_postgres::Statement>>>,
    /// Whether a request was sent whose answer nobody has read to its end.
    unread: AtomicBool,
    in_transaction: AtomicBool,
    /// Whether the transaction has failed in a way that can succeed when it is done again.
    conflict: AtomicBool,
    /// How often the transaction has been tried, when this is the last time.
    tried: AtomicU32,
    /// Not to be used again: the server is closing it, or the driver's own statements are gone from the server.
    spoiled: AtomicBool,
    /// Whether somebody had the bare client, and can have left anything behind.
    lent: bool,
    step: step::Step,
    pub(crate) idle_since: Instant,
}

impl Connection {
    /// The value `alive` is dropped when the connection has been closed.
    pub(crate) fn new(connected: Connected, connector: Arc<Connector>, alive: impl Send + 'static) -> Self {
        let cache = NonZeroUsize::new(connector.config().statement_cache_size);
        Self {
            client: connected.client,
            io: tokio::spawn(async move {
                connected.io.await;
                drop(alive);
            }),
            ending: connected.ending,
            canceller: connected.canceller,
            runtime: Handle::current(),
            took: connected.took,
            statements: cache.map(|size| Mutex::new(LruCache::new(size))),
            connector,
            unread: AtomicBool::new(false),
            in_transaction: AtomicBool::new(false),
            conflict: AtomicBool::new(false),
            tried: AtomicU32::new(0),
            spoiled: AtomicBool::new(false),
            lent: false,
            step: step::Step::default(),
            idle_since: Instant::now(),
        }
    }

    /// Shows a statement to whoever listens.
    pub(crate) fn observe<'a>(
        &self,
        sql: impl Into<Cow<'a, str>>,
        parameters: &[Parameter],
    ) -> Observation<'a> {
        Observation::begin(self.connector.config(), sql, parameters)
    }

    pub(crate) async fn query(&self, statement: &Statement) -> Result<Vec<Row>, Error> {
        let mut observation = self.observe(&statement.sql, &statement.parameters);
        let result = self.rows(statement).instrument(observation.span()).await;
        observation.finish(&result, |rows| Outcome::Returned(rows.len() as u64));
        result
    }

    pub(crate) async fn execute(&self, statement: &Statement) -> Result<u64, Error> {
        let mut observation = self.observe(&statement.sql, &statement.parameters);
        let result = self.count(statement).instrument(observation.span()).await;
        observation.finish(&result, |count| Outcome::Affected(*count));
        result
    }

    async fn rows(&self, statement: &Statement) -> Result<Vec<Row>, Error> {
        let mut prepared = self.prepared(&statement.sql).await?;
        loop {
            let rows = self.track(async {
                let rows = self.client.query_raw(&prepared.statement, values(statement)).await?;
                rows.try_collect().await
            });
            match rows.await {
                Ok(rows) => return Ok(rows),
                Err(error) => prepared = self.prepared_again(&statement.sql, &prepared, error).await?,
            }
        }
    }

    async fn count(&self, statement: &Statement) -> Result<u64, Error> {
        let mut prepared = self.prepared(&statement.sql).await?;
        loop {
            match self.track(self.client.execute_raw(&prepared.statement, values(statement))).await {
                Ok(count) => return Ok(count),
                Err(error) => prepared = self.prepared_again(&statement.sql, &prepared, error).await?,
            }
        }
    }

    /// A lost connection is told with the server's reason, where it gave one before it closed.
    pub(crate) fn failure(&self, sql: &str, error: tokio_postgres::Error) -> Error {
        let error = Error::database(sql, error).or_ending(self.ending.get());
        // A server that refuses writes where they are expected has been demoted: the next connection finds its successor.
        let demoted = error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION)
            && self.connector.config().parts.session.target.wants_writes();
        // Somebody has left a transaction open that is none of ours, and it refuses everything.
        let blocked = error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION)
            && !self.in_transaction.load(Ordering::Relaxed);
        if error.is_connect() || demoted || blocked {
            self.spoiled.store(true, Ordering::Relaxed);
        }
        if error.is_retryable() {
            self.conflict.store(true, Ordering::Relaxed);
            let tried = self.tried.load(Ordering::Relaxed);
            if tried > 0 {
                return error.with_hint(format!("the transaction was tried {tried} times"));
            }
        }
        error
    }

    /// Awaits a request. When the future is dropped before its end, an answer is still to come.
    ///
    /// No `async fn`, which would have room for the request twice.
    fn track<'a, T>(&'a self, request: impl Future<Output = T> + 'a) -> impl Future<Output = T> + 'a {
        let pending = Pending(self);
        request.map(move |answer| {
            mem::forget(pending);
            answer
        })
    }

    /// Says that an answer is still to come.
    pub(crate) fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    /// Runs a statement that was described before, and so sends it at once.
    pub(crate) async fn execute_described(
        &self,
        described: &tokio_postgres::Statement,
        sql: &str,
        statement: &Statement,
    ) -> Result<u64, Error> {
        let count = self.track(self.client.execute_raw(described, values(statement))).await;
        count.map_err(|error| self.refused(sql, error))
    }

    /// Runs a text of ours without parameters, on behalf of the statement `sql`. Sends it at once.
    ///
    /// Types of columns that the driver does not know are looked up while the rows wait to be read. Where there are many,
    /// that never ends.
    pub(crate) async fn query_unprepared(&self, text: &str, sql: &str) -> Result<Vec<Row>, Error> {
        self.track(self.client.query_typed(text, &[])).await.map_err(|error| self.failure(sql, error))
    }

    /// Runs a task where the connection lives.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.runtime.spawn(work)
    }

    /// Runs statements without parameters, and reads no rows.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), Error> {
        let mut observation = self.observe(sql, &[]);
        let result = self.batch_unseen(sql).instrument(observation.span()).await;
        observation.finish(&result, |()| Outcome::Nothing);
        result
    }

    /// The same for a text that is no statement of the caller's.
    pub(crate) async fn batch_unseen(&self, sql: &str) -> Result<(), Error> {
        self.track(self.client.batch_execute(sql)).await.map_err(|error| self.failure(sql, error))
    }

    /// Puts statements on the wire now, and waits for nothing: whatever is sent later runs after them.
    pub(crate) fn send(&self, sql: &str) {
        // The first poll sends.
        let _ = self.client.batch_execute(sql).now_or_never();
    }

    /// Runs something of ours with the bare client, under the same accounting as a statement.
    pub(crate) async fn with_client<T>(&self, work: impl AsyncFnOnce(&Client) -> T) -> T {
        self.track(work(&self.client)).await
    }

    /// The bare client, for somebody who can leave anything behind.
    pub(crate) fn lend(&mut self) {
        self.lent = true;
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    pub(crate) fn enter_transaction(&self) {
        self.clear_conflict();
        self.tried.store(0, Ordering::Relaxed);
        self.in_transaction.store(true, Ordering::Relaxed);
    }

    /// Says whether there was one.
    pub(crate) fn leave_transaction(&self) -> bool {
        self.in_transaction.swap(false, Ordering::Relaxed)
    }

    /// Whether the transaction has failed, and can succeed when it is done again.
    pub(crate) fn has_conflict(&self) -> bool {
        self.conflict.load(Ordering::Relaxed)
    }

    /// Says that what has failed was undone, and that the transaction goes on.
    pub(crate) fn clear_conflict(&self) {
        self.conflict.store(false, Ordering::Relaxed);
    }

    /// Lets a failure for which the transaction would be tried again say how often it was.
    pub(crate) fn set_last_attempt(&self, tried: u32) {
        self.tried.store(tried, Ordering::Relaxed);
    }

    /// Says that everything that was sent has been answered: the answer to something sent later has been read.
    pub(crate) fn settle(&self) {
        self.unread.store(false, Ordering::Relaxed);
    }

    pub(crate) fn is_usable(&self) -> bool {
        !self.client.is_closed() && !self.spoiled.load(Ordering::Relaxed)
    }

    pub(crate) fn needs_cleaning(&self) -> bool {
        self.lent || self.unread.load(Ordering::Relaxed) || self.is_step_doubted()
    }
}

/// A request that was sent and has not been answered.
struct Pending<'a>(&'a Connection);

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.0.leave_unread();
    }
}

/// The values of a statement, as they are sent.
fn values(statement: &Statement) -> impl ExactSizeIterator<Item = BoundValue<'_>> {
    statement.parameters.iter().enumerate().map(|(position, value)| BoundValue::new(value, position + 1))
}
