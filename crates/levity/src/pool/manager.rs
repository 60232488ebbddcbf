use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool::managed::{Metrics, RecycleError, RecycleResult};
use tokio::{
    sync::watch,
    task::{self, JoinHandle},
    time,
};

use super::counters::Counters;
use crate::{Error, connect::Connector, connection::Connection, error::Kind};

/// Opens connections, and decides whether one that was given back can be used again.
pub(crate) struct Manager {
    connector: Arc<Connector>,
    /// Each connection keeps a copy for as long as it is open.
    alive: Mutex<Option<watch::Receiver<()>>>,
    counters: Arc<Counters>,
}

/// For as long as a connection is open.
struct Alive {
    _pool: watch::Receiver<()>,
    counters: Arc<Counters>,
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.counters.closed.add_one();
    }
}

/// A place in the pool.
pub(crate) enum Slot {
    Ready(Box<Connection>),
    /// The last user left something unfinished. The task gives the connection back when that has ended.
    Cleaning {
        task: JoinHandle<Option<Connection>>,
        since: Instant,
        /// Until when it is worth to wait for it.
        deadline: Instant,
    },
    Empty,
}

/// The longest that anybody waits for a connection which is being cleaned.
const PATIENCE: Duration = Duration::from_millis(10);

/// How long a connection must have been unused for a look at its socket to be worth it.
const LONG: Duration = Duration::from_millis(50);

impl Manager {
    pub(super) fn new(
        connector: Arc<Connector>,
        alive: watch::Receiver<()>,
        counters: Arc<Counters>,
    ) -> Self {
        Self { connector, alive: Mutex::new(Some(alive)), counters }
    }

    /// Opens nothing from now on.
    pub(super) fn release(&self) {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl deadpool::managed::Manager for Manager {
    type Type = Slot;
    type Error = Error;

    async fn create(&self) -> Result<Slot, Error> {
        let alive = self.alive.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let alive = alive.ok_or_else(|| Error::new(Kind::PoolClosed))?;
        // In a box, because every query would carry it.
        let connected = Box::pin(self.connector.connect()).await?;
        self.counters.opened.add_one();
        let alive = Alive { _pool: alive, counters: self.counters.clone() };
        Ok(Slot::Ready(Box::new(Connection::new(connected, self.connector.clone(), alive))))
    }

    async fn recycle(&self, slot: &mut Slot, _: &Metrics) -> RecycleResult<Error> {
        if let Slot::Cleaning { task, deadline, .. } = slot {
            // No longer than a new connection would take: then another one is used, and the task closes this one. Counted
            // from the moment it was given back, so that the delays of several do not add up.
            let cleaned = time::timeout_at((*deadline).into(), task).await;
            *slot = match cleaned {
                Ok(Ok(Some(connection))) => Slot::Ready(Box::new(connection)),
                _ => Slot::Empty,
            };
        }
        if slot.connection().is_some_and(|connection| connection.idle_since.elapsed() > LONG) {
            // Lets the runtime see what has arrived meanwhile, and the connection's task read it: that the server has closed
            // the connection. One pause is for the one, one for the other.
            task::yield_now().await;
            task::yield_now().await;
        }
        match slot.connection() {
            Some(connection) if connection.is_usable() => Ok(()),
            _ => Err(RecycleError::message("the connection is closed, or still busy for its last user")),
        }
    }
}

impl Slot {
    pub(super) fn connection(&self) -> Option<&Connection> {
        match self {
            Self::Ready(connection) => Some(connection),
            Self::Cleaning { .. } | Self::Empty => None,
        }
    }

    pub(super) fn connection_mut(&mut self) -> Option<&mut Connection> {
        match self {
            Self::Ready(connection) => Some(connection),
            Self::Cleaning { .. } | Self::Empty => None,
        }
    }

    /// Ends in the background what the last user left unfinished.
    pub(super) fn clean(&mut self) {
        if let Self::Ready(connection) = mem::replace(self, Self::Empty) {
            let since = connection.idle_since;
            let deadline = since + connection.took.min(PATIENCE);
            *self = Self::Cleaning { task: connection.clean(), since, deadline };
        }
    }

    pub(super) fn idle_since(&self) -> Option<Instant> {
        match self {
            Self::Ready(connection) => Some(connection.idle_since),
            Self::Cleaning { since, .. } => Some(*since),
            Self::Empty => None,
        }
    }
}
