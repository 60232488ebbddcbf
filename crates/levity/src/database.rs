//! The entry point: a pool of connections to one database.

mod executor;
mod raw_client;
mod transactions;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use futures_util::future::join;

use crate::{
    Config, Error, PoolStatus, Target, connect::Connector, connection::Connection, migrate::Migrator,
    pool::Rotation,
};
pub use raw_client::RawClient;

/// A database, reached through a pool of connections. A clone is another handle to the same pool.
///
/// Dropping the last handle closes the connections; [`Database::close`] also waits for it.
///
/// Each statement runs on whichever connection is free. What belongs to a session (`SET`, advisory locks, `LISTEN`,
/// temporary tables) needs [`Database::client`], or a transaction and its `SET LOCAL`. Statements that are joined run at the
/// same time, each on a connection of its own; those of a [`Transaction`](crate::Transaction) share one, and its round trips.
///
/// Any future of this library can be dropped at any time, by a timeout for example. What the server is doing for it is
/// left to finish for a moment, then cancelled; nobody waits for that, and no connection is used again before it is out
/// of its transaction and has delivered all that was asked of it.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Rotation,
    config: Config,
    migrator: OnceLock<Migrator>,
    /// For reads; a replica has none.
    replica: Option<Database>,
}

impl Database {
    /// Connects, and so finds out at once whether the configuration works.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached, refuses the login, or is older than PostgreSQL 15.
    pub async fn connect(config: Config) -> Result<Self, Error> {
        let pool = Rotation::new([Connector::new(&config)?]);
        drop(pool.acquire().await?);
        let replica = Self::for_reads(&config)?;
        let migrator = OnceLock::new();
        Ok(Self { inner: Arc::new(Inner { pool, config, migrator, replica: Some(replica) }) })
    }

    /// Connects when it is used: a replica that is away for the moment does not keep a service from starting.
    fn for_reads(config: &Config) -> Result<Self, Error> {
        let mut configs = config.for_reads();
        let connectors = configs.iter().map(Connector::new).collect::<Result<Vec<_>, _>>()?;
        let (pool, config) = (Rotation::new(connectors), configs.swap_remove(0));
        Ok(Self { inner: Arc::new(Inner { pool, config, migrator: OnceLock::new(), replica: None }) })
    }

    /// The servers of [`Config::replica`], for reads that may be a moment behind: a replica does not always have what was
    /// just written. It never runs anything unless it is asked to.
    ///
    /// With several, each statement and each transaction goes to the next one. One that cannot be reached is passed over,
    /// and then only tried last for 5 s. When none can be reached, that is the error: the primary is no fallback, because
    /// the load of all reads could take it down as well. Their pools begin without a connection.
    ///
    /// Without any replica in the configuration, it leads to the database itself by a second pool, so that a program reads
    /// the same way in development. Sessions are read only in either case: a statement that writes fails with SQLSTATE
    /// 25006. Behind a [transaction pooler](Config::transaction_pooler) only a server that is a standby refuses writes.
    pub fn replica(&self) -> &Self {
        self.inner.replica.as_ref().unwrap_or(self)
    }

    /// Connects as the environment says: [`Config::from_env`] and [`Database::connect`].
    ///
    /// # Errors
    ///
    /// Theirs.
    pub async fn connect_from_env() -> Result<Self, Error> {
        Self::connect(Config::from_env()?).await
    }

    /// Lends a connection of the pool as the client of `tokio-postgres`, for whatever is not covered here. Settings,
    /// locks, temporary tables and an open transaction that it leaves behind are undone when it is dropped.
    ///
    /// # Errors
    ///
    /// When there is no connection.
    pub async fn client(&self) -> Result<RawClient, Error> {
        Ok(RawClient::new(self.inner.pool.acquire().await?))
    }

    /// Closes the pool, and those of the replicas: idle connections at once, others when they are given back. Waits until all
    /// are closed, and so for streams and transactions that are open; whoever asks for a connection from now on gets an
    /// error. A [`Listener`](crate::Listener) has a connection of its own, and goes on.
    pub async fn close(&self) {
        let replica = async {
            if let Some(replica) = &self.inner.replica {
                replica.inner.pool.close().await;
            }
        };
        join(self.inner.pool.close(), replica).await;
    }

    /// How busy the pool is.
    pub fn status(&self) -> PoolStatus {
        self.inner.pool.status()
    }

    /// Where the connections go, to show to people.
    pub fn target(&self) -> Target {
        self.inner.config.target()
    }

    /// The configuration that this was connected with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Tells this handle and its clones which migrations the program has: from now on, an error about a missing table or
    /// column says when migrations are pending. The first call counts.
    pub fn know_migrations(&self, migrator: Migrator) {
        if let Some(replica) = &self.inner.replica {
            replica.know_migrations(migrator.clone());
        }
        let _ = self.inner.migrator.set(migrator);
    }

    /// Adds what to do, where the fault is a migration that has not been applied.
    async fn explain(&self, error: Error, connection: &Connection) -> Error {
        let Some(migrator) = self.inner.migrator.get().filter(|_| error.is_missing_object()) else {
            return error;
        };
        match Box::pin(connection.with_client(async |client| migrator.pending_hint(client).await)).await {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }

    /// The same for a statement in a transaction, where the failure has made its own connection deaf.
    pub(crate) async fn explain_elsewhere(&self, error: Error) -> Error {
        if self.inner.migrator.get().is_none() || !error.is_missing_object() {
            return error;
        }
        // In a box, because every statement of a transaction would carry it.
        Box::pin(async {
            match self.inner.pool.try_acquire().await {
                Ok(connection) => self.explain(error, &connection).await,
                Err(_) => error,
            }
        })
        .await
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("target", &self.target()).field("pool", &self.inner.pool).finish()
    }
}
