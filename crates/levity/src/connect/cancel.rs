use std::error::Error as StdError;

use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::pooler::{self, Translate};
use crate::config::Endpoint;

/// Asks the server to stop what a connection is doing, in the way in which the connection was opened.
pub(crate) struct Canceller {
    token: CancelToken,
    route: Route,
}

pub(super) enum Route {
    Server(MakeRustlsConnect),
    Pooler(Translate),
    Socket(Endpoint),
}

impl Canceller {
    pub(super) fn new(token: CancelToken, route: Route) -> Self {
        Self { token, route }
    }

    pub(crate) async fn cancel(&self) -> Result<(), Box<dyn StdError + Send + Sync>> {
        match &self.route {
            Route::Server(tls) => self.token.cancel_query(tls.clone()).await?,
            Route::Pooler(translate) => self.token.cancel_query(translate.clone()).await?,
            Route::Socket(endpoint) => {
                self.token.cancel_query_raw(pooler::open_socket(endpoint).await?, NoTls).await?;
            }
        }
        Ok(())
    }
}
