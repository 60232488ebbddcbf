//! Connections to a pooler that hands the server to somebody else after each transaction, such as PgBouncer in transaction
//! mode.
//!
//! A prepared statement with a name belongs to one connection of the server, so it may not be there next time, and another
//! client's statement of the same name may be. The driver names every statement that it prepares, its own lookups of types
//! included. So the translation is done below the driver, on the bytes of the protocol: see [`rewrite`].

mod plain;
mod rewrite;
mod stream;

use std::io;

use futures_util::{FutureExt, TryFutureExt, future::BoxFuture};
use tokio::net::UnixStream;
use tokio_postgres::{
    Socket,
    tls::{MakeTlsConnect, TlsConnect},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::Endpoint;
use plain::Plain;
pub(super) use stream::Unnamed;

/// Stands where the driver expects TLS, which is the only place where it lets somebody wrap a connection that it has opened
/// itself. Without TLS below, the driver has to be told to begin with it directly.
#[derive(Clone)]
pub(super) struct Translate {
    pub(super) tls: Option<MakeRustlsConnect>,
}

type Handshake = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;

pub(super) struct TranslateOne {
    tls: Option<Handshake>,
}

impl MakeTlsConnect<Socket> for Translate {
    type Stream = Unnamed;
    type TlsConnect = TranslateOne;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<TranslateOne, Self::Error> {
        let handshake = self.tls.as_mut().map(|tls| MakeTlsConnect::<Socket>::make_tls_connect(tls, domain));
        Ok(TranslateOne { tls: handshake.transpose()? })
    }
}

impl TlsConnect<Socket> for TranslateOne {
    type Stream = Unnamed;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Unnamed>>;

    fn connect(self, socket: Socket) -> Self::Future {
        match self.tls {
            Some(tls) => tls.connect(socket).map_ok(Unnamed::new).boxed(),
            None => async move { Ok(Unnamed::new(Plain(socket))) }.boxed(),
        }
    }
}

/// The driver gives a local socket no place for TLS, so it is opened here.
pub(super) async fn open_socket(endpoint: &Endpoint) -> io::Result<Unnamed> {
    Ok(Unnamed::new(Plain(UnixStream::connect(endpoint.to_string()).await?)))
}
