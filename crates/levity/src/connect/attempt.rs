//! One address: negotiating TLS, the login, and whether the server will do.

use std::{future, time::Instant};

use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{
    AsyncMessage, Client, Connection, NoTls, config::SslMode as Negotiation, config::SslNegotiation,
    error::SqlState,
};

use super::{
    Connected, Connector, Ending, Notifications, Wish,
    cancel::{Canceller, Route},
    pooler::{self, Translate},
    role::Role,
};
use crate::{
    config::{Endpoint, SslMode, TargetSession},
    error::Refusal,
};

/// The oldest server that is supported.
const OLDEST_SERVER: u32 = 15;

impl Connector {
    pub(super) async fn attempts(&self, endpoint: &Endpoint, wish: Wish<'_>) -> Result<Connected, Refusal> {
        let (first, fallback) =
            negotiations(endpoint, self.config.parts.tls.mode, self.config.transaction_pooler);
        match (self.attempt(endpoint, first, wish).await, fallback) {
            (Err(refusal), Some(fallback)) if depends_on_tls(&refusal) => {
                self.attempt(endpoint, fallback, wish).await
            }
            (result, _) => result,
        }
    }

    async fn attempt(
        &self,
        endpoint: &Endpoint,
        negotiation: Negotiation,
        wish: Wish<'_>,
    ) -> Result<Connected, Refusal> {
        let started = Instant::now();
        let mut config = self.settings(endpoint, negotiation);
        wish.password.map(|password| config.password(password));
        if !self.config.transaction_pooler {
            let opened = config.connect(self.tls.clone()).await.map_err(Refusal::classify)?;
            return self.accept(opened, Route::Server(self.tls.clone()), wish, started).await;
        }
        if endpoint.is_socket() {
            let socket = pooler::open_socket(endpoint).await;
            let socket = socket.map_err(|error| Refusal::Unreachable(Some(error)))?;
            let opened = config.connect_raw(socket, NoTls).await.map_err(Refusal::classify)?;
            return self.accept(opened, Route::Socket(endpoint.clone()), wish, started).await;
        }
        let encrypted = negotiation != Negotiation::Disable;
        let translate = Translate { tls: encrypted.then(|| self.tls.clone()) };
        if !encrypted {
            config.ssl_mode(Negotiation::Require).ssl_negotiation(SslNegotiation::Direct);
        }
        let opened = config.connect(translate.clone()).await.map_err(Refusal::classify)?;
        self.accept(opened, Route::Pooler(translate), wish, started).await
    }

    /// A connection that is logged in, if the server will do.
    async fn accept<S, T>(
        &self,
        (client, mut connection): (Client, Connection<S, T>),
        route: Route,
        wish: Wish<'_>,
        started: Instant,
    ) -> Result<Connected, Refusal>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let version = connection.parameter("server_version").unwrap_or_default();
        let major =
            version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse::<u32>().ok());
        if let Some(found) = major.filter(|major| *major < OLDEST_SERVER) {
            return Err(Refusal::TooOld { found, oldest: OLDEST_SERVER });
        }
        if wish.target != TargetSession::Any {
            let announced = Role::announced(&connection).filter(|_| !self.config.transaction_pooler);
            let role = match announced {
                Some(role) => role,
                None => Role::asked(&client, &mut connection).await?,
            };
            role.check(wish.target)?;
        }
        let ending = Ending::default();
        let io = {
            let ending = ending.clone();
            let notifications = wish.notifications.cloned();
            async move {
                let ended = match notifications {
                    None => (&mut connection).await,
                    Some(notifications) => deliver(&mut connection, &notifications).await,
                };
                if let Err(error) = ended
                    && let Some(reason) = error.as_db_error()
                {
                    let _ = ending.set(reason.clone());
                }
                // Only now, because it wakes those who wait for an answer, and they ask for the reason.
                drop(connection);
            }
            .boxed()
        };
        let canceller = Canceller::new(client.cancel_token(), route);
        Ok(Connected { client, io, ending, canceller, took: started.elapsed() })
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
        parts.get("dbname").map(|database| config.dbname(database));
        self.config.session.options(parts.get("options")).map(|options| config.options(options));
        let name = parts.get("application_name").or(parts.get("fallback_application_name"));
        name.map(|name| config.application_name(name));
        config.channel_binding(session.channel_binding);
        config.keepalives(session.keepalives);
        session.keepalives_idle.map(|idle| config.keepalives_idle(idle));
        session.keepalives_interval.map(|interval| config.keepalives_interval(interval));
        session.keepalives_count.map(|count| config.keepalives_retries(count));
        session.tcp_user_timeout.map(|timeout| config.tcp_user_timeout(timeout));
        config
    }
}

/// Moves the bytes of a connection, and passes on what other sessions notify.
async fn deliver<S, T>(
    connection: &mut Connection<S, T>,
    notifications: &Notifications,
) -> Result<(), tokio_postgres::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = future::poll_fn(|cx| connection.poll_message(cx)).await.transpose()? {
        if let AsyncMessage::Notification(notification) = message {
            // Whoever listened is gone, and so will be the connection.
            let _ = notifications.send(notification);
        }
    }
    Ok(())
}

/// What to try, and what to try when that fails.
fn negotiations(
    endpoint: &Endpoint,
    mode: SslMode,
    transaction_pooler: bool,
) -> (Negotiation, Option<Negotiation>) {
    match mode {
        // A socket does not leave the machine; the server has no TLS there.
        _ if endpoint.is_socket() => (Negotiation::Disable, None),
        SslMode::Disable => (Negotiation::Disable, None),
        SslMode::Allow => (Negotiation::Disable, Some(Negotiation::Require)),
        // Where the driver alone knows whether TLS came about, nobody can translate what it says.
        SslMode::Prefer if transaction_pooler => (Negotiation::Require, Some(Negotiation::Disable)),
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
