//! TLS with the meaning that `libpq` gives `sslmode`.

use std::{path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::{ConfigError, Roots, SslMode, TlsOptions};

type Result<T, E = ConfigError> = std::result::Result<T, E>;

pub(super) fn connector(options: &TlsOptions) -> Result<MakeRustlsConnect> {
    // Our own provider, not the process-wide one: a library must not depend on what the application installed.
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier { trust: trust(options, &provider)?, provider: provider.clone() };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|source| ConfigError::Tls { what: "TLS versions", source })?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &options.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = read_certificates(certificate, "client certificate")?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|source| ConfigError::ReadPem {
                what: "client key",
                path: key.clone(),
                source,
            })?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|source| ConfigError::Tls { what: "client certificate and key", source })?
        }
    };
    if options.direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn trust(options: &TlsOptions, provider: &Arc<CryptoProvider>) -> Result<Trust> {
    let host = match options.mode {
        SslMode::Disable | SslMode::Allow | SslMode::Prefer | SslMode::Require => return Ok(Trust::Anyone),
        SslMode::VerifyCa => false,
        SslMode::VerifyFull => true,
    };
    let (roots, pinned) = match &options.roots {
        Roots::Default | Roots::System => (system_roots()?, Vec::new()),
        Roots::File(path) => {
            let certificates = read_certificates(path, "root certificate (`sslrootcert`)")?;
            let mut roots = RootCertStore::empty();
            for certificate in &certificates {
                let added = roots.add(certificate.clone());
                added.map_err(|source| ConfigError::Tls {
                    what: "root certificate (`sslrootcert`)",
                    source,
                })?;
            }
            (roots, certificates)
        }
    };
    let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|_| ConfigError::NoSystemRoots)?;
    Ok(Trust::Roots { chain, pinned, host })
}

fn system_roots() -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 { Err(ConfigError::NoSystemRoots) } else { Ok(roots) }
}

fn read_certificates(path: &Path, what: &'static str) -> Result<Vec<CertificateDer<'static>>> {
    let read = |source| ConfigError::ReadPem { what, path: path.to_owned(), source };
    let certificates = CertificateDer::pem_file_iter(path).map_err(read)?;
    let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(read)?;
    if certificates.is_empty() {
        return Err(ConfigError::NoCertificate { path: path.to_owned() });
    }
    Ok(certificates)
}

#[derive(Debug)]
enum Trust {
    /// Encrypts only.
    Anyone,
    Roots {
        chain: Arc<WebPkiServerVerifier>,
        /// The certificates of the root file. A server that presents one of them itself is trusted, as OpenSSL does;
        /// webpki refuses a root in that place, and self-signed certificates usually are roots.
        pinned: Vec<CertificateDer<'static>>,
        /// Whether the certificate must be for the host that was asked for.
        host: bool,
    },
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Trust::Roots { chain, pinned, host } = &self.trust else {
            return Ok(ServerCertVerified::assertion());
        };
        if pinned.contains(certificate) {
            if *host {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match chain.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            // The name is checked last: whoever gets this far has a valid chain.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !host => Ok(ServerCertVerified::assertion()),
            result => result,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
