//! A TCP port that leads to the test server, with TLS or without: private servers listen on sockets only.

use std::{
    io::{Read, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use levity::Config;
use rustls::{
    RootCertStore, ServerConfig, ServerConnection,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
};

use super::certificates::file;

/// The request for TLS, as it stands in the protocol.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

pub(crate) struct Proxy {
    pub(crate) port: u16,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    handshakes: AtomicUsize,
    round_trips: AtomicUsize,
}

impl Proxy {
    /// Passes everything on; the server behind it has no TLS.
    pub(crate) async fn plain(server: &Config) -> Self {
        Self::start(server, None).await
    }

    /// Speaks TLS with a certificate of `support/certificates.rs`.
    pub(crate) async fn tls(server: &Config, certificate: &str) -> Self {
        Self::encrypting(server, certificate, WebPkiClientVerifier::no_client_auth()).await
    }

    /// The same with the server's certificate, for clients that have one of `ca`.
    pub(crate) async fn tls_for_known_clients(server: &Config) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(file("ca.pem")).unwrap()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        Self::encrypting(server, "server", verifier).await
    }

    async fn encrypting(server: &Config, certificate: &str, clients: Arc<dyn ClientCertVerifier>) -> Self {
        let chain = CertificateDer::pem_file_iter(file(&format!("{certificate}.pem"))).unwrap();
        let key = PrivateKeyDer::from_pem_file(file(&format!("{certificate}.key"))).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(chain.map(Result::unwrap).collect(), key)
            .unwrap();
        Self::start(server, Some(Arc::new(config))).await
    }

    /// How many connections were encrypted.
    pub(crate) fn handshakes(&self) -> usize {
        self.counts.handshakes.load(Ordering::SeqCst)
    }

    /// How often a client has waited for the server: it has sent something after it had got an answer. Not counted where
    /// the connection is encrypted.
    pub(crate) fn round_trips(&self) -> usize {
        self.counts.round_trips.load(Ordering::SeqCst)
    }

    async fn start(server: &Config, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counts = Arc::new(Counts::default());
        let (server, counter) = (server.clone(), counts.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, tls, counter) = (server.clone(), tls.clone(), counter.clone());
                // Whatever goes wrong ends the connection, and that is what the tests look at.
                tokio::spawn(async move { serve(client, &server, tls, &counter).await.ok() });
            }
        });
        Self { port, counts }
    }
}

async fn serve(
    mut client: TcpStream,
    server: &Config,
    tls: Option<Arc<ServerConfig>>,
    counts: &Counts,
) -> std::io::Result<()> {
    let host = server.parts().get("host").unwrap_or("localhost");
    let port = server.parts().get("port").unwrap_or("5432");
    let server: Box<dyn Stream> = if host.starts_with('/') {
        Box::new(UnixStream::connect(format!("{host}/.s.PGSQL.{port}")).await?)
    } else {
        Box::new(TcpStream::connect(format!("{host}:{port}")).await?)
    };
    let mut peeked = [0; 8];
    client.peek(&mut peeked).await?;
    match tls {
        Some(tls) if peeked == SSL_REQUEST => {
            client.read_exact(&mut peeked).await?;
            client.write_all(b"S").await?;
            encrypted(client, server, tls, &counts.handshakes).await
        }
        _ => plain(client, server, &counts.round_trips).await,
    }
}

async fn plain(
    mut client: TcpStream,
    mut server: Box<dyn Stream>,
    round_trips: &AtomicUsize,
) -> std::io::Result<()> {
    let (mut from_client, mut from_server) = ([0; 4096], [0; 4096]);
    let mut answered = true;
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                if answered {
                    round_trips.fetch_add(1, Ordering::SeqCst);
                }
                answered = false;
                server.write_all(&from_client[..read]).await?;
            }
            read = server.read(&mut from_server) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                answered = true;
                client.write_all(&from_server[..read]).await?;
            }
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn encrypted(
    mut client: TcpStream,
    mut server: Box<dyn Stream>,
    tls: Arc<ServerConfig>,
    handshakes: &AtomicUsize,
) -> std::io::Result<()> {
    let mut session = ServerConnection::new(tls).unwrap();
    let (mut from_client, mut from_server) = ([0; 4096], [0; 4096]);
    let mut counted = false;
    loop {
        while session.wants_write() {
            let mut bytes = Vec::new();
            session.write_tls(&mut bytes)?;
            client.write_all(&bytes).await?;
        }
        tokio::select! {
            read = client.read(&mut from_client) => {
                let mut bytes = &from_client[..read?];
                if bytes.is_empty() {
                    return Ok(());
                }
                while !bytes.is_empty() {
                    session.read_tls(&mut bytes)?;
                    let state = session.process_new_packets().map_err(std::io::Error::other)?;
                    let mut plain = vec![0; state.plaintext_bytes_to_read()];
                    session.reader().read_exact(&mut plain)?;
                    server.write_all(&plain).await?;
                }
                if !session.is_handshaking() && !counted {
                    counted = true;
                    handshakes.fetch_add(1, Ordering::SeqCst);
                }
            }
            read = server.read(&mut from_server) => {
                match read? {
                    0 => return Ok(()),
                    read => session.writer().write_all(&from_server[..read])?,
                }
            }
        }
    }
}
