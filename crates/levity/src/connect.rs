//! Opening one connection: the hosts in turn, TLS as asked for, within the connect timeout.

mod attempt;
mod cancel;
mod order;
mod pooler;
mod role;
mod tls;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{net, sync::mpsc, time};
use tokio_postgres::{
    Client,
    error::{DbError, SqlState},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    Config, Error,
    config::{ConfigError, Endpoint, TargetSession},
    error::Refusal,
};
pub(crate) use cancel::Canceller;

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
    pub(crate) canceller: Canceller,
    /// How long it took to open.
    pub(crate) took: Duration,
}

/// What a new connection has to be.
#[derive(Clone, Copy)]
struct Wish<'a> {
    target: TargetSession,
    password: Option<&'a str>,
    notifications: Option<&'a Notifications>,
}

/// Where what other sessions notify goes.
pub(crate) type Notifications = mpsc::UnboundedSender<tokio_postgres::Notification>;

/// What the server said when it closed a connection, once it has.
pub(crate) type Ending = Arc<OnceLock<DbError>>;

impl Connector {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let tls = tls::connector(&config.parts.tls).map_err(|error| Error::config(config.variable, error))?;
        if config.transaction_pooler
            && let Some(setting) = config.session.first_timeout()
        {
            return Err(Error::config(config.variable, ConfigError::PooledSetting { setting }));
        }
        Ok(Self { config: config.clone(), tls })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Tries the hosts until one will do; the error has the reason of each.
    pub(crate) async fn connect(&self) -> Result<Connected, Error> {
        self.connect_with(None).await
    }

    /// The same for a connection that listens.
    pub(crate) async fn connect_to_listen(&self, notifications: &Notifications) -> Result<Connected, Error> {
        self.connect_with(Some(notifications)).await
    }

    async fn connect_with(&self, notifications: Option<&Notifications>) -> Result<Connected, Error> {
        let connected = match self.password().await {
            Ok(password) => {
                let password = password.as_deref();
                self.connect_as_wanted(|target| Wish { target, password, notifications }).await
            }
            Err(refusal) => Err(refusal),
        };
        let provided = self.config.password_provider.is_some();
        connected.map_err(|refusal| match refusal {
            Refusal::Server(error) if provided && *error.code() == SqlState::INVALID_PASSWORD => {
                Error::connect(&self.config, Refusal::Provided(error))
            }
            refusal => Error::connect(&self.config, refusal),
        })
    }

    async fn password(&self) -> Result<Option<String>, Refusal> {
        let Some(provider) = &self.config.password_provider else {
            return Ok(self.config.parts.password().map(str::to_owned));
        };
        let limit = self.config.connect_timeout;
        match time::timeout(limit, provider.password()).await {
            Ok(password) => password.map(Some).map_err(Refusal::Password),
            Err(_) => Err(Refusal::Password(format!("no answer within {limit:?}").into())),
        }
    }

    async fn connect_as_wanted<'a>(
        &self,
        wish: impl Fn(TargetSession) -> Wish<'a>,
    ) -> Result<Connected, Refusal> {
        let to_any = |target| self.connect_to_any(wish(target));
        match self.config.parts.session.target {
            TargetSession::PreferStandby => match to_any(TargetSession::Standby).await {
                Ok(connected) => Ok(connected),
                Err(_) => to_any(TargetSession::Any).await,
            },
            target @ (TargetSession::Any
            | TargetSession::ReadWrite
            | TargetSession::ReadOnly
            | TargetSession::Primary
            | TargetSession::Standby) => to_any(target).await,
        }
    }

    async fn connect_to_any(&self, wish: Wish<'_>) -> Result<Connected, Refusal> {
        let mut refusals = Vec::new();
        for endpoint in self.in_order(&self.config.parts.endpoints) {
            // In a box, because it is large and every query can begin by opening a connection.
            match Box::pin(self.connect_to(endpoint, wish)).await {
                Ok(connected) => return Ok(connected),
                Err(refusal) => refusals.push((endpoint.to_string(), refusal)),
            }
        }
        match <[_; 1]>::try_from(refusals) {
            Ok([(_, refusal)]) => Err(refusal),
            Err(refusals) => Err(Refusal::Hosts(refusals)),
        }
    }

    /// Tries the addresses of a host. An answer tells more than the silence of another address.
    async fn connect_to(&self, endpoint: &Endpoint, wish: Wish<'_>) -> Result<Connected, Refusal> {
        if endpoint.is_socket() || endpoint.address.is_some() {
            return self.limited(self.attempts(endpoint, wish)).await;
        }
        let mut result = Err(Refusal::Unreachable(None));
        for address in self.in_order(&self.limited(resolve(endpoint)).await?) {
            let endpoint = Endpoint { address: Some(address.ip()), ..endpoint.clone() };
            match (self.limited(self.attempts(&endpoint, wish)).await, &result) {
                (Err(refusal), Err(earlier)) if earlier.is_answer() && !refusal.is_answer() => {}
                (Ok(connected), _) => return Ok(connected),
                (refused, _) => result = refused,
            }
        }
        result
    }

    async fn limited<T>(&self, work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
        let limit = self.config.connect_timeout;
        time::timeout(limit, work).await.unwrap_or(Err(Refusal::Timeout(limit)))
    }

    fn in_order<'a, T>(&self, candidates: &'a [T]) -> Vec<&'a T> {
        let mut candidates: Vec<_> = candidates.iter().collect();
        if self.config.parts.session.shuffled {
            order::shuffle(&mut candidates);
        }
        candidates
    }
}

async fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>, Refusal> {
    let addresses = net::lookup_host((&*endpoint.host, endpoint.port)).await.map_err(Refusal::Unresolved)?;
    let addresses: Vec<_> = addresses.collect();
    if addresses.is_empty() {
        return Err(Refusal::Unresolved(io::ErrorKind::NotFound.into()));
    }
    Ok(addresses)
}
