use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// What has happened since the pool was made.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) opened: Counter,
    pub(super) closed: Counter,
    pub(super) waited: Counter,
    pub(super) timeouts: Counter,
    wait_nanos: AtomicU64,
}

#[derive(Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Somebody who waits for a connection. Those who give up have waited as well.
pub(super) struct Wait<'a> {
    counters: &'a Counters,
    since: Instant,
}

impl Counters {
    pub(super) fn wait(&self) -> Wait<'_> {
        self.waited.add_one();
        Wait { counters: self, since: Instant::now() }
    }

    pub(super) fn wait_time(&self) -> Duration {
        Duration::from_nanos(self.wait_nanos.load(Ordering::Relaxed))
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let nanos = u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.counters.wait_nanos.fetch_add(nanos, Ordering::Relaxed);
    }
}
