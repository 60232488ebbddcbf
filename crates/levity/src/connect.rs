//! Opening one connection: the hosts in turn, TLS as asked for, within the connect timeout.

mod tls;

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::time;
use tokio_postgres::{
    CancelToken, Client,
    config::SslMode as Negotiation,
    config::SslNegotiation,
    error::{DbError, SqlState},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    Config, Error,
    config::{Endpoint, SslMode},
    error::Refusal,
};

/// The oldest server that is supported.
const OLDEST_SERVER: u32 = 15;

/// Opens connections for one configuration. Certificates are read once, when it is made.
pub(crate) struct Connector {
    config: Config,
    tls: MakeRustlsConnect,
}

/// An open connection.
pub(crate) struct Connected {
    pub(crate) client: Client,
    /// Moves its bytes; to be spawned. It ends when the client is dropped.
    pub(crate) io: BoxFuture<'static, ()>,
    pub(crate) ending: Ending,
    /// How long it took to open.
    pub(crate) took: Duration,
}

/// What the server said when it closed a connection, once it has.
pub(crate) type Ending = Arc<OnceLock<DbError>>;

impl Connector {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let tls = tls::connector(&config.parts.tls).map_err(|error| Error::config(config.variable, error))?;
        Ok(Self { config: config.clone(), tls })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Tries the hosts in their order; the error is that of the last one.
    pub(crate) async fn connect(&self) -> Result<Connected, Error> {
        let mut result = Err(Refusal::Unreachable(None));
        for endpoint in &self.config.parts.endpoints {
            // In a box, because it is large and every query can begin by opening a connection.
            result = Box::pin(self.connect_to(endpoint)).await;
            if result.is_ok() {
                break;
            }
        }
        result.map_err(|refusal| Error::connect(&self.config, refusal))
    }

    async fn connect_to(&self, endpoint: &Endpoint) -> Result<Connected, Refusal> {
        let limit = self.config.connect_timeout;
        let attempts = async {
            let (first, fallback) = negotiations(endpoint, self.config.parts.tls.mode);
            match (self.attempt(endpoint, first).await, fallback) {
                (Err(refusal), Some(fallback)) if depends_on_tls(&refusal) => {
                    self.attempt(endpoint, fallback).await
                }
                (result, _) => result,
            }
        };
        time::timeout(limit, attempts).await.unwrap_or(Err(Refusal::Timeout(limit)))
    }

    async fn attempt(&self, endpoint: &Endpoint, negotiation: Negotiation) -> Result<Connected, Refusal> {
        let started = Instant::now();
        let config = self.settings(endpoint, negotiation);
        let (client, connection) = config.connect(self.tls.clone()).await.map_err(Refusal::classify)?;
        let version = connection.parameter("server_version").unwrap_or_default();
        let major =
            version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse::<u32>().ok());
        if let Some(found) = major.filter(|major| *major < OLDEST_SERVER) {
            return Err(Refusal::TooOld { found, oldest: OLDEST_SERVER });
        }
        let ending = Ending::default();
        let io = {
            let ending = ending.clone();
            async move {
                let mut connection = connection;
                if let Err(error) = (&mut connection).await
                    && let Some(reason) = error.as_db_error()
                {
                    let _ = ending.set(reason.clone());
                }
                // Only now, because it wakes those who wait for an answer, and they ask for the reason.
                drop(connection);
            }
            .boxed()
        };
        Ok(Connected { client, io, ending, took: started.elapsed() })
    }

    fn settings(&self, endpoint: &Endpoint, negotiation: Negotiation) -> tokio_postgres::Config {
        let parts = &self.config.parts;
        let session = &parts.session;
        let mut config = tokio_postgres::Config::new();
        config.host(&endpoint.host).port(endpoint.port).ssl_mode(negotiation);
        if let Some(address) = endpoint.address {
            config.hostaddr(address);
        }
        if parts.tls.direct && negotiation == Negotiation::Require {
            config.ssl_negotiation(SslNegotiation::Direct);
        }
        parts.user().map(|user| config.user(user));
        parts.password().map(|password| config.password(password));
        parts.get("dbname").map(|database| config.dbname(database));
        self.config.session.options(parts.get("options")).map(|options| config.options(options));
        let name = parts.get("application_name").or(parts.get("fallback_application_name"));
        name.map(|name| config.application_name(name));
        config.target_session_attrs(session.target).channel_binding(session.channel_binding);
        config.keepalives(session.keepalives);
        session.keepalives_idle.map(|idle| config.keepalives_idle(idle));
        session.keepalives_interval.map(|interval| config.keepalives_interval(interval));
        session.keepalives_count.map(|count| config.keepalives_retries(count));
        session.tcp_user_timeout.map(|timeout| config.tcp_user_timeout(timeout));
        config
    }

    /// Asks the server to stop what a connection is doing.
    pub(crate) async fn cancel(&self, token: &CancelToken) -> Result<(), tokio_postgres::Error> {
        token.cancel_query(self.tls.clone()).await
    }
}

/// What to try, and what to try when that fails.
fn negotiations(endpoint: &Endpoint, mode: SslMode) -> (Negotiation, Option<Negotiation>) {
    match mode {
        // A socket does not leave the machine; the server has no TLS there.
        _ if endpoint.is_socket() => (Negotiation::Disable, None),
        SslMode::Disable => (Negotiation::Disable, None),
        SslMode::Allow => (Negotiation::Disable, Some(Negotiation::Require)),
        SslMode::Prefer => (Negotiation::Prefer, Some(Negotiation::Disable)),
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => (Negotiation::Require, None),
    }
}

/// Whether the same login can succeed with TLS switched on or off: `pg_hba.conf` tells the two apart.
fn depends_on_tls(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Tls(_) => true,
        Refusal::Server(error) => *error.code() == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        _ => false,
    }
}
