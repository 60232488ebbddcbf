//! One address: negotiating TLS, the login, and whether the server will do.

use std::time::Instant;

use futures_util::FutureExt;
use tokio_postgres::{config::SslMode as Negotiation, config::SslNegotiation, error::SqlState};

use super::{Connected, Connector, Ending, role::Role};
use crate::{
    config::{Endpoint, SslMode, TargetSession},
    error::Refusal,
};

/// The oldest server that is supported.
const OLDEST_SERVER: u32 = 15;

impl Connector {
    pub(super) async fn attempts(
        &self,
        endpoint: &Endpoint,
        target: TargetSession,
    ) -> Result<Connected, Refusal> {
        let (first, fallback) = negotiations(endpoint, self.config.parts.tls.mode);
        match (self.attempt(endpoint, first, target).await, fallback) {
            (Err(refusal), Some(fallback)) if depends_on_tls(&refusal) => {
                self.attempt(endpoint, fallback, target).await
            }
            (result, _) => result,
        }
    }

    async fn attempt(
        &self,
        endpoint: &Endpoint,
        negotiation: Negotiation,
        target: TargetSession,
    ) -> Result<Connected, Refusal> {
        let started = Instant::now();
        let config = self.settings(endpoint, negotiation);
        let (client, mut connection) = config.connect(self.tls.clone()).await.map_err(Refusal::classify)?;
        let version = connection.parameter("server_version").unwrap_or_default();
        let major =
            version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse::<u32>().ok());
        if let Some(found) = major.filter(|major| *major < OLDEST_SERVER) {
            return Err(Refusal::TooOld { found, oldest: OLDEST_SERVER });
        }
        if target != TargetSession::Any {
            let role = match Role::announced(&connection) {
                Some(role) => role,
                None => Role::asked(&client, &mut connection).await?,
            };
            role.check(target)?;
        }
        let ending = Ending::default();
        let io = {
            let ending = ending.clone();
            async move {
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
        config.channel_binding(session.channel_binding);
        config.keepalives(session.keepalives);
        session.keepalives_idle.map(|idle| config.keepalives_idle(idle));
        session.keepalives_interval.map(|interval| config.keepalives_interval(interval));
        session.keepalives_count.map(|count| config.keepalives_retries(count));
        session.tcp_user_timeout.map(|timeout| config.tcp_user_timeout(timeout));
        config
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
