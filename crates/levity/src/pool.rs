//! The pool: waiting for a connection, giving it back in a clean state, closing what is idle.

mod counters;
mod manager;
mod reaper;
mod rotation;

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::{Duration, Instant},
};

use deadpool::{
    Runtime,
    managed::{self, Object, PoolConfig, PoolError, QueueMode, TimeoutType, Timeouts},
};
use tokio::sync::watch;

use crate::{Error, connect::Connector, connection::Connection, error::Kind};
use counters::Counters;
use manager::{Manager, Slot};
use reaper::Reaper;
pub(crate) use rotation::Rotation;

pub(crate) struct Pool {
    inner: managed::Pool<Manager>,
    counters: Arc<Counters>,
    acquire_timeout: Duration,
    reaper: Reaper,
    /// Closed when no connection of the pool is open any more.
    open: watch::Sender<()>,
}

/// How busy a pool is at one moment, and what has happened since it was made.
///
/// The numbers are read one after the other while others use the pool, so they need not add up. Those of what has
/// happened only grow: a program that watches them looks at the differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// The most connections that it may have.
    pub max_size: usize,
    /// The connections that it has.
    pub size: usize,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// Those of them that somebody uses.
    pub in_use: usize,
    /// The callers that wait for one.
    pub waiting: usize,
    /// How many connections were opened.
    pub opened: u64,
    /// How many of them were closed, by whichever side.
    pub closed: u64,
    /// How many callers found all connections in use, and waited for one.
    pub waited: u64,
    /// How many of them got none within the acquire timeout.
    pub timeouts: u64,
    /// How long they have waited in all, also those who gave up.
    pub wait_time: Duration,
}

impl PoolStatus {
    /// That of both pools together.
    fn plus(self, other: Self) -> Self {
        Self {
            max_size: self.max_size + other.max_size,
            size: self.size + other.size,
            idle: self.idle + other.idle,
            in_use: self.in_use + other.in_use,
            waiting: self.waiting + other.waiting,
            opened: self.opened + other.opened,
            closed: self.closed + other.closed,
            waited: self.waited + other.waited,
            timeouts: self.timeouts + other.timeouts,
            wait_time: self.wait_time + other.wait_time,
        }
    }
}

impl Pool {
    pub(crate) fn new(connector: Connector) -> Self {
        let config = connector.config();
        let reaper = Reaper::new(config.idle_timeout);
        let acquire_timeout = config.acquire_timeout;
        let pool_config = PoolConfig {
            max_size: config.pool_size.get(),
            timeouts: Timeouts::default(),
            // The most recently used first, so that those that are not needed become idle and go.
            queue_mode: QueueMode::Lifo,
        };
        let (open, alive) = watch::channel(());
        let counters = Arc::<Counters>::default();
        let inner = managed::Pool::builder(Manager::new(Arc::new(connector), alive, counters.clone()))
            .config(pool_config)
            .runtime(Runtime::Tokio1)
            .build()
            .expect("a pool with timeouts has been given its runtime");
        Self { inner, counters, acquire_timeout, reaper, open }
    }

    /// A connection that is in no transaction and on which nothing runs.
    pub(crate) async fn acquire(&self) -> Result<PooledConnection, Error> {
        match self.get(Duration::ZERO).await {
            Err(PoolError::Timeout(TimeoutType::Wait)) => {}
            result => return self.acquired(result),
        }
        let result = {
            let _wait = self.counters.wait();
            // In a box, because every query would carry it.
            Box::pin(self.get(self.acquire_timeout)).await
        };
        if let Err(PoolError::Timeout(TimeoutType::Wait)) = result {
            self.counters.timeouts.add_one();
        }
        self.acquired(result)
    }

    /// A connection, if there is one without waiting for another user.
    pub(crate) async fn try_acquire(&self) -> Result<PooledConnection, Error> {
        self.acquired(self.get(Duration::ZERO).await)
    }

    async fn get(&self, wait: Duration) -> Result<Object<Manager>, PoolError<Error>> {
        self.inner.timeout_get(&Timeouts { wait: Some(wait), create: None, recycle: None }).await
    }

    fn acquired(&self, result: Result<Object<Manager>, PoolError<Error>>) -> Result<PooledConnection, Error> {
        let object = result.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Closed => Error::new(Kind::PoolClosed),
            PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                let status = self.inner.status();
                Error::new(Kind::AcquireTimeout {
                    waited: self.acquire_timeout,
                    size: status.max_size,
                    waiting: status.waiting,
                })
            }
        })?;
        if Object::metrics(&object).recycle_count == 0 {
            self.reaper.keep_running(&self.inner);
        }
        Ok(PooledConnection { object: Some(object) })
    }

    pub(crate) fn status(&self) -> PoolStatus {
        let status = self.inner.status();
        PoolStatus {
            max_size: status.max_size,
            size: status.size,
            idle: status.available,
            in_use: status.size.saturating_sub(status.available),
            waiting: status.waiting,
            opened: self.counters.opened.get(),
            closed: self.counters.closed.get(),
            waited: self.counters.waited.get(),
            timeouts: self.counters.timeouts.get(),
            wait_time: self.counters.wait_time(),
        }
    }

    pub(crate) async fn close(&self) {
        self.inner.close();
        self.inner.manager().release();
        self.open.closed().await;
    }
}

/// A connection in use. Dropping it gives it back: what is unfinished on it is ended in the background, and its place
/// in the pool is free at once.
pub(crate) struct PooledConnection {
    object: Option<Object<Manager>>,
}

impl Deref for PooledConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.object.as_deref().and_then(Slot::connection).expect("a connection in use is in its slot")
    }
}

impl DerefMut for PooledConnection {
    fn deref_mut(&mut self) -> &mut Connection {
        self.object.as_deref_mut().and_then(Slot::connection_mut).expect("a connection in use is in its slot")
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        self.idle_since = Instant::now();
        let Some(mut object) = self.object.take() else { return };
        let Some(connection) = object.connection() else { return };
        if !connection.is_usable() {
            let pool = Object::pool(&object);
            drop(Object::take(object));
            // What ended this connection has often ended others: a server that died, a network that is gone.
            pool.map(|pool| pool.retain(|slot, _| slot.connection().is_none_or(Connection::is_usable)));
        } else if connection.needs_cleaning() {
            object.clean();
        }
    }
}
