//! The connection that a process holds for as long as it has temporary databases on a server.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::{self, ThreadId},
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::oneshot,
};
use tokio_postgres::{Client, Config};

use crate::{
    LocalError,
    session::{connect, is_shutdown},
    url, watchdog,
};

/// What names of temporary databases begin with. The run's number and a counter follow.
pub(crate) const PREFIX: &str = "levity_temp_";
/// How long a value that is being dropped waits for the server.
const DROP_PATIENCE: Duration = Duration::from_secs(20);

/// A session that proves that this process is alive, and the thread that serves it.
///
/// The session holds the advisory lock of this run's random number, which is part of the name of every
/// database that the run makes. When the process ends, however it ends, the server closes the session and
/// releases the lock, and any other process can tell that the databases have no owner. No process ids are
/// involved, so it holds across hosts and containers too.
///
/// All statements about databases run on this thread's own runtime: a test's runtime may be gone, blocked or
/// panicking when its database has to be dropped.
#[derive(Debug)]
pub(crate) struct Keeper {
    handle: Handle,
    client: Arc<Client>,
    config: Config,
    url: String,
    private: bool,
    thread: ThreadId,
    run: u64,
    counter: AtomicU64,
    /// Dropped with the keeper, which ends the thread.
    _end: oneshot::Sender<()>,
}

impl Keeper {
    /// Connects and takes the run's lock; on a private server also registers as a user of it. `None`: the
    /// private server is shutting down.
    pub(crate) fn start(config: &Config, url: &str, private: bool) -> Result<Option<Self>, LocalError> {
        let run = getrandom::u64().expect("the system has random numbers");
        let (ready, is_ready) = mpsc::channel();
        let thread_config = config.clone();
        let serve = move || {
            let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(source) => {
                    let _ = ready.send(Err(LocalError::Spawn {
                        program: "an asynchronous runtime".to_owned(),
                        source,
                    }));
                    return;
                }
            };
            runtime.block_on(async move {
                let (end, ended) = oneshot::channel();
                match open(&thread_config, run, private).await {
                    Ok(Some(client)) => {
                        let client = Arc::new(client);
                        let _ = ready.send(Ok(Some((Handle::current(), client, end))));
                        // Best effort: what stays is swept by the next run.
                        let _ = sweep(&thread_config).await;
                        let _ = ended.await;
                    }
                    Ok(None) => drop(ready.send(Ok(None))),
                    Err(error) => drop(ready.send(Err(error))),
                }
            });
        };
        let thread = thread::Builder::new()
            .name("levity-local".to_owned())
            .spawn(serve)
            .map_err(|source| LocalError::Spawn { program: "thread `levity-local`".to_owned(), source })?;
        let started = is_ready.recv().expect("the thread answers once before it ends")?;
        Ok(started.map(|(handle, client, end)| Self {
            handle,
            client,
            config: config.clone(),
            url: url.to_owned(),
            private,
            thread: thread.thread().id(),
            run,
            counter: AtomicU64::new(0),
            _end: end,
        }))
    }

    /// Whether the session is gone, and with it the claim on this run's databases.
    pub(crate) fn is_lost(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The URL of another database of the server.
    pub(crate) fn url(&self, database: &str) -> String {
        url::with_database(&self.url, database)
    }

    /// A name that no other database has.
    pub(crate) fn next_name(&self) -> String {
        format!("{PREFIX}{:016x}_{}", self.run, self.counter.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether the server is one of this crate's own.
    pub(crate) fn is_private(&self) -> bool {
        self.private
    }

    /// Runs something on the keeper's thread; the caller may be on any runtime. When the caller loses
    /// interest, the work is finished nevertheless and its result dropped.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, LocalError>> + Send + 'static,
    ) -> Result<T, LocalError> {
        let lost = || LocalError::Lost { server: url::describe(&self.config) };
        if self.is_lost() {
            return Err(lost());
        }
        self.handle.spawn(work).await.map_err(|_| lost())?
    }

    /// Drops a database whatever is connected to it, and waits for it. Failures stay unreported: this runs in
    /// destructors, and a later run sweeps what is left.
    pub(crate) fn drop_database(&self, name: &str) {
        let (done, is_done) = mpsc::channel();
        let client = Arc::clone(&self.client);
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        self.handle.spawn(async move {
            let _ = client.batch_execute(&statement).await;
            let _ = done.send(());
        });
        // This very thread drops what nobody waited for; it must go on to serve the statement.
        if thread::current().id() != self.thread {
            let _ = is_done.recv_timeout(DROP_PATIENCE);
        }
    }
}

async fn open(config: &Config, run: u64, private: bool) -> Result<Option<Client>, LocalError> {
    let server = url::describe(config);
    let client = match connect(config, "make temporary databases").await {
        Err(LocalError::Connect { source, .. }) if private && is_shutdown(&source) => return Ok(None),
        other => other?,
    };
    let user = if private { watchdog::USE } else { "" };
    let locks = format!("SELECT pg_advisory_lock({}); {user}", run.cast_signed());
    match client.batch_execute(&locks).await {
        Ok(()) => {}
        Err(source) if private && is_shutdown(&source) => return Ok(None),
        Err(source) => {
            return Err(LocalError::Statement { action: "take an advisory lock".to_owned(), server, source });
        }
    }
    if private {
        watchdog::arm(config, watchdog::INTERVAL, watchdog::PATIENCE).await?;
    }
    Ok(Some(client))
}

/// Drops databases whose number nobody holds the lock of: those of runs that were killed, and templates that
/// were never finished.
async fn sweep(config: &Config) -> Result<(), LocalError> {
    // A session of its own: nobody who drops a database has to wait for it.
    let client = connect(config, "drop databases of killed processes").await?;
    // `pg_locks` shows the locks of all databases, to everybody. A bigint key is shown as its two halves.
    let orphans = client
        .query(
            "SELECT datname::text FROM pg_database \
             WHERE datname ~ '^levity_(temp_[0-9a-f]{16}_[0-9]+|building_[0-9a-f]{16})$' AND NOT EXISTS ( \
                 SELECT FROM pg_locks \
                 WHERE locktype = 'advisory' AND objsubid = 1 AND substring(datname FROM '_([0-9a-f]{16})') = \
                     lpad(to_hex(classid::bigint), 8, '0') || lpad(to_hex(objid::bigint), 8, '0'))",
            &[],
        )
        .await
        .map_err(|source| LocalError::Statement {
            action: "find databases of killed processes".to_owned(),
            server: url::describe(config),
            source,
        })?;
    for orphan in orphans {
        let name: String = orphan.get(0);
        // It may have been dropped by another sweep, or belong to another role: neither concerns the next one.
        let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
    Ok(())
}
