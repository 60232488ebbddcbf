use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool::managed::{Pool, WeakPool};
use tokio::{task::JoinHandle, time};

use super::Manager;

/// Closes connections that were idle for too long. Its task exists only while the pool has connections.
pub(crate) struct Reaper {
    idle_timeout: Duration,
    task: Task,
}

type Task = Arc<Mutex<Option<JoinHandle<()>>>>;

impl Reaper {
    pub(super) fn new(idle_timeout: Duration) -> Self {
        Self { idle_timeout, task: Task::default() }
    }

    /// To be called after a connection was opened. The task can be gone because there was nothing left to reap, or with
    /// the runtime that it ran on.
    pub(super) fn keep_running(&self, pool: &Pool<Manager>) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_none_or(JoinHandle::is_finished) {
            *task = Some(tokio::spawn(reap(pool.weak(), self.task.clone(), self.idle_timeout)));
        }
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

async fn reap(pool: WeakPool<Manager>, task: Task, idle_timeout: Duration) {
    let mut pause = idle_timeout;
    loop {
        time::sleep(pause.max(Duration::from_millis(1))).await;
        let Some(pool) = pool.upgrade() else { return };
        let now = Instant::now();
        pause = idle_timeout;
        pool.retain(|slot, _| {
            let idle = slot.idle_since().map_or(idle_timeout, |since| now.saturating_duration_since(since));
            pause = pause.min(idle_timeout.saturating_sub(idle).max(Duration::from_millis(1)));
            idle < idle_timeout
        });
        // Under the lock, so that whoever opens a connection now finds either this task or its end.
        let mut task = task.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.status().size == 0 {
            *task = None;
            return;
        }
    }
}
