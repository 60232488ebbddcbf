use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use super::{Pool, PoolStatus, PooledConnection};
use crate::{Error, connect::Connector};

/// How long a server that could not be reached is passed over, while another one can be.
const REST: Duration = Duration::from_secs(5);

/// The pools of one or several servers, which take turns.
pub(crate) struct Rotation {
    members: Vec<Member>,
    turn: AtomicUsize,
}

struct Member {
    pool: Pool,
    /// When it last could not be reached.
    failed: Mutex<Option<Instant>>,
}

impl Rotation {
    pub(crate) fn new(connectors: impl IntoIterator<Item = Connector>) -> Self {
        let member = |connector| Member { pool: Pool::new(connector), failed: Mutex::new(None) };
        Self { members: connectors.into_iter().map(member).collect(), turn: AtomicUsize::new(0) }
    }

    /// A connection to the server whose turn it is, or to the next one that can be reached.
    pub(crate) async fn acquire(&self) -> Result<PooledConnection, Error> {
        if let [only] = &*self.members {
            return only.pool.acquire().await;
        }
        let mut failure = None;
        for member in self.in_order() {
            match member.pool.acquire().await {
                Ok(connection) => {
                    member.set_failed(None);
                    return Ok(connection);
                }
                Err(error) if error.is_connect() => {
                    member.set_failed(Some(Instant::now()));
                    failure = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(failure.expect("there is at least one server"))
    }

    /// A connection, if there is one without waiting for another user.
    pub(crate) async fn try_acquire(&self) -> Result<PooledConnection, Error> {
        self.in_order()[0].pool.try_acquire().await
    }

    /// Beginning with the one whose turn it is; those that could not be reached come last.
    fn in_order(&self) -> Vec<&Member> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.members.len();
        let (later, sooner) = self.members.split_at(turn);
        let mut members: Vec<_> = sooner.iter().chain(later).collect();
        members.sort_by_key(|member| member.rests());
        members
    }

    pub(crate) fn status(&self) -> PoolStatus {
        self.members.iter().map(|member| member.pool.status()).fold(PoolStatus::default(), PoolStatus::plus)
    }

    pub(crate) async fn close(&self) {
        join_all(self.members.iter().map(|member| member.pool.close())).await;
    }
}

impl Member {
    fn rests(&self) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.is_some_and(|failed| failed.elapsed() < REST)
    }

    fn set_failed(&self, failed: Option<Instant>) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status().fmt(f)
    }
}
