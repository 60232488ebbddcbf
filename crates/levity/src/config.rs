//! How to reach a database, and how large its pool is.

mod endpoint;
mod error;
mod parse;
mod parts;
mod password;
mod replicas;
mod session;
mod show;
mod ssl;
mod target;
mod target_session;

use std::{env, ffi::OsString, num::NonZeroUsize, time::Duration};

use tokio_postgres::Client;

use crate::{Error, connect::Connector};

pub(crate) use endpoint::Endpoint;
pub(crate) use error::ConfigError;
pub use parts::ConnectionParts;
use password::PasswordProvider;
use replicas::Replica;
use session::SessionSettings;
pub(crate) use session::milliseconds;
pub use ssl::SslMode;
pub(crate) use ssl::{Roots, TlsOptions};
pub use target::Target;
pub(crate) use target_session::TargetSession;

/// How to reach a database, and how its pool behaves.
///
/// | Setting | Default | In the environment |
/// |---|---|---|
/// | connection string | none | `DATABASE_URL` |
/// | replicas | none | `DATABASE_REPLICA_URLS` |
/// | pool size | 10, from 1 to 10,000 | `DB_POOL_SIZE` |
/// | idle timeout | 20 s | |
/// | connect timeout | 10 s for each address, to the end of the login | `connect_timeout=` in the string |
/// | acquire timeout | 10 s of waiting for a connection of the pool to become free | |
/// | statement cache | 256 prepared statements for each connection | |
/// | heartbeat of listeners | 30 s | |
/// | transaction pooler | no | `pgbouncer=true` in the string |
/// | statement timeout, lock timeout, timeout of idle transactions | the server's | `options=` in the string |
/// | slow statements | not told | |
/// | parameters in spans | no | |
///
/// The string is what PostgreSQL's own tools take: `postgres://user:password@host:port/database?parameter=value`, or
/// `host=… dbname=…`. `sslmode` means what it means to `libpq`; `verify-ca` and `verify-full` trust the roots of the
/// system unless `sslrootcert` names a file.
///
/// It can name several hosts. They are tried in their order (in random order with `load_balance_hosts=random`), until one
/// works and is what `target_session_attrs` asks for. When none is, the error says why for each of them. When a server
/// dies, the pool opens its next connections to the next host that fits. With `target_session_attrs=read-write` or
/// `primary`, a connection on which a statement was refused because the server takes no writes any more is not used again.
///
/// `Debug` and `Display` never show the password.
#[derive(Clone)]
pub struct Config {
    pub(crate) parts: ConnectionParts,
    direct: Option<ConnectionParts>,
    replicas: Vec<Replica>,
    /// The variable that the string came from, for messages.
    pub(crate) variable: Option<&'static str>,
    pub(crate) pool_size: NonZeroUsize,
    pub(crate) idle_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) acquire_timeout: Duration,
    pub(crate) statement_cache_size: usize,
    pub(crate) session: SessionSettings,
    pub(crate) transaction_pooler: bool,
    pub(crate) password_provider: Option<PasswordProvider>,
    pub(crate) slow_statement: Option<Duration>,
    pub(crate) log_parameters: bool,
    pub(crate) listen_heartbeat: Duration,
}

const DATABASE_URL: &str = "DATABASE_URL";
const DATABASE_DIRECT_URL: &str = "DATABASE_DIRECT_URL";
const DATABASE_REPLICA_URLS: &str = "DATABASE_REPLICA_URLS";
const DB_POOL_SIZE: &str = "DB_POOL_SIZE";

const POOL_SIZES: std::ops::RangeInclusive<usize> = 1..=10_000;

impl Config {
    /// Reads `DATABASE_URL`, `DB_POOL_SIZE`, `DATABASE_DIRECT_URL` (see [`Config::direct`]) and `DATABASE_REPLICA_URLS`: the
    /// URLs of [`Config::replica`], with white space between them.
    ///
    /// # Errors
    ///
    /// When `DATABASE_URL` is missing, or one of them is malformed. The message names the variable, never its value.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| env::var_os(name))
    }

    /// Reads the variables of [`Config::from_env`] from somewhere else.
    ///
    /// # Errors
    ///
    /// Those of [`Config::from_env`].
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let text = |variable| match lookup(variable).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(_)) => Err(Error::config(Some(variable), ConfigError::NotUtf8)),
        };
        let url =
            text(DATABASE_URL)?.ok_or_else(|| Error::config(Some(DATABASE_URL), ConfigError::Missing))?;
        let mut config = Self::new(&url, Some(DATABASE_URL))?;
        if let Some(direct) = text(DATABASE_DIRECT_URL)?.filter(|url| !url.trim().is_empty()) {
            let parts = ConnectionParts::parse(&direct);
            config.direct = Some(parts.map_err(|error| Error::config(Some(DATABASE_DIRECT_URL), error))?);
        }
        if let Some(urls) = text(DATABASE_REPLICA_URLS)? {
            config.add_replicas(&urls)?;
        }
        if let Some(size) = text(DB_POOL_SIZE)? {
            // What is not a number is out of range as well.
            config.set_pool_size(size.trim().parse().unwrap_or(0), Some(DB_POOL_SIZE))?;
        }
        Ok(config)
    }

    /// Reads a connection string.
    ///
    /// # Errors
    ///
    /// When it is malformed. The message does not repeat it.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        Self::new(url, None)
    }

    /// Reads a connection string that came from an environment variable of this name, which messages then mention.
    ///
    /// # Errors
    ///
    /// When it is malformed. The message does not repeat it.
    pub fn from_variable(variable: &'static str, url: &str) -> Result<Self, Error> {
        Self::new(url, Some(variable))
    }

    fn new(url: &str, variable: Option<&'static str>) -> Result<Self, Error> {
        let parts = ConnectionParts::parse(url).map_err(|error| Error::config(variable, error))?;
        let transaction_pooler = parts.transaction_pooler;
        Ok(Self {
            connect_timeout: parts.connect_timeout.unwrap_or(Duration::from_secs(10)),
            parts,
            direct: None,
            replicas: Vec::new(),
            variable,
            pool_size: NonZeroUsize::new(10).expect("ten is not zero"),
            idle_timeout: Duration::from_secs(20),
            acquire_timeout: Duration::from_secs(10),
            statement_cache_size: 256,
            session: SessionSettings::default(),
            transaction_pooler,
            password_provider: None,
            slow_statement: None,
            log_parameters: false,
            listen_heartbeat: Duration::from_secs(30),
        })
    }

    /// How many connections the pool may have. For as long as it takes to cancel a statement whose future was dropped,
    /// the server can see one more for each of these.
    ///
    /// # Errors
    ///
    /// When it is not from 1 to 10,000.
    pub fn pool_size(mut self, size: usize) -> Result<Self, Error> {
        self.set_pool_size(size, None)?;
        Ok(self)
    }

    fn set_pool_size(&mut self, size: usize, variable: Option<&'static str>) -> Result<(), Error> {
        let size = NonZeroUsize::new(size).filter(|size| POOL_SIZES.contains(&size.get()));
        self.pool_size = size.ok_or_else(|| {
            let error = ConfigError::Range { min: *POOL_SIZES.start(), max: *POOL_SIZES.end() };
            Error::config(variable.or(Some("pool_size")), error)
        })?;
        Ok(())
    }

    /// How long a connection of the pool may be unused before it is closed; the last one too.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How long connecting to one address may take, to the end of the login; a name can have several. Resolving the name
    /// has the same limit.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long to wait for a connection of the pool while all are busy. Opening a new one has its own limit,
    /// [`Config::connect_timeout`].
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// How many prepared statements each connection keeps; the least recently used one goes first. With 0 none is kept:
    /// every statement is prepared, run and closed.
    #[must_use]
    pub fn statement_cache_size(mut self, size: usize) -> Self {
        self.statement_cache_size = size;
        self
    }

    /// How often the connection of a [`Listener`](crate::Listener) is asked whether it is still there. The answer has as
    /// long as that, and 10 s at most. Never longer than what stands between here and the server lets an idle connection live.
    #[must_use]
    pub fn listen_heartbeat(mut self, interval: Duration) -> Self {
        self.listen_heartbeat = interval;
        self
    }

    /// The name that the server shows for these connections (`pg_stat_activity`).
    #[must_use]
    pub fn application_name(mut self, name: &str) -> Self {
        self.set("application_name", name);
        self
    }

    /// Whether the string leads to a pooler that gives each transaction another connection of the server: PgBouncer with
    /// `pool_mode = transaction`, and others like it. `pgbouncer=true` in the string says the same.
    ///
    /// No prepared statement outlives its message then, whatever the pooler can do about them. It costs the server the
    /// planning of each statement, and no round trip: a statement that this connection knows takes one, a new one takes two,
    /// as without a pooler.
    ///
    /// What belongs to a session does not last from one transaction to the next: settings (except `SET LOCAL`), advisory
    /// locks of the session, temporary tables, `LISTEN`. Timeouts of sessions are refused when connecting. What
    /// [`Database::client`](crate::Database::client) leaves behind is not undone, except for an open transaction. A change
    /// of the schema that gives a known statement other columns ends each connection that knows it, with an error.
    /// Migrations need [`Config::direct`].
    #[must_use]
    pub fn transaction_pooler(mut self, is_one: bool) -> Self {
        self.transaction_pooler = is_one;
        self
    }

    /// The same servers and users, another database.
    #[must_use]
    pub fn database(mut self, name: &str) -> Self {
        self.set("dbname", name);
        self
    }

    /// Sets a parameter of all connection strings.
    fn set(&mut self, key: &str, value: &str) {
        let replicas = self.replicas.iter_mut().map(|replica| &mut replica.parts);
        for parts in [&mut self.parts].into_iter().chain(&mut self.direct).chain(replicas) {
            parts.set(key, value.to_owned());
        }
    }

    /// The configuration for migrations: that of `DATABASE_DIRECT_URL` where it was given, else this one; without the
    /// timeouts of statements, locks and idle transactions, which are made for short work.
    ///
    /// A pooler between here and the server (PgBouncer in transaction mode) breaks what a migration needs: session locks
    /// and settings. There, `DATABASE_DIRECT_URL` names the server itself.
    #[must_use]
    pub fn direct(&self) -> Self {
        let session = SessionSettings::default();
        let unlimited = Self { session, replicas: Vec::new(), ..self.clone() };
        let Some(parts) = self.direct.clone() else { return unlimited };
        let connect_timeout = parts.connect_timeout.unwrap_or(self.connect_timeout);
        let transaction_pooler = parts.transaction_pooler;
        let variable = Some(DATABASE_DIRECT_URL);
        Self { parts, connect_timeout, direct: None, variable, transaction_pooler, ..unlimited }
    }

    /// The connection string and its decoded parts.
    pub fn parts(&self) -> &ConnectionParts {
        &self.parts
    }

    /// Where connections go, to show to people.
    pub fn target(&self) -> Target {
        Target::new(&self.parts)
    }

    /// Opens one connection that belongs to no pool. It closes when the client is dropped.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached within [`Config::connect_timeout`], refuses the login, or is older than
    /// PostgreSQL 15. The message says which and what to do.
    pub async fn connect(&self) -> Result<Client, Error> {
        let connected = Connector::new(self)?.connect().await?;
        tokio::spawn(connected.io);
        Ok(connected.client)
    }

    /// From which duration on a statement is told as slow: a `tracing` event of level `WARN` with its text, without its
    /// values. For a stream of rows, what counts is the time until its first row. By default none is.
    #[must_use]
    pub fn slow_statement(mut self, limit: Duration) -> Self {
        self.slow_statement = Some(limit);
        self
    }

    /// Whether the spans of statements have the values that they were sent with, as their `Debug` shows them. Values can
    /// be secret or personal; by default they are left out.
    ///
    /// The driver has a log of its own, in which they always are: target `tokio_postgres`, level `DEBUG`, through the
    /// crate `log`. Leave that level out.
    #[must_use]
    pub fn log_parameters(mut self, log: bool) -> Self {
        self.log_parameters = log;
        self
    }
}
