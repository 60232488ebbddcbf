use std::path::PathBuf;

use super::{ConfigError, parts::choice};

/// How much TLS is asked for, with the meaning that `libpq` gives the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    /// Never.
    Disable,
    /// Only when the server refuses a connection without.
    Allow,
    /// When the server can, without verifying it. The default.
    Prefer,
    /// Always, without verifying the server; with a root certificate, like [`SslMode::VerifyCa`].
    Require,
    /// Always, and the server's certificate must be signed by a trusted root.
    VerifyCa,
    /// Always, and the certificate must also be for the host that was asked for.
    VerifyFull,
}

#[derive(Clone, Debug)]
pub(crate) struct TlsOptions {
    pub(crate) mode: SslMode,
    pub(crate) roots: Roots,
    /// Certificate and key files of the client.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
    pub(crate) direct: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    Default,
    System,
    File(PathBuf),
}

/// What the parameters that begin with `ssl` mean together.
pub(super) fn options<'a>(get: &impl Fn(&str) -> Option<&'a str>) -> Result<TlsOptions, ConfigError> {
    let mode = choice(
        "sslmode",
        get("sslmode"),
        "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`",
        |name| {
            Some(match name {
                "disable" => SslMode::Disable,
                "allow" => SslMode::Allow,
                "prefer" => SslMode::Prefer,
                "require" => SslMode::Require,
                "verify-ca" => SslMode::VerifyCa,
                "verify-full" => SslMode::VerifyFull,
                _ => return None,
            })
        },
    )?;
    let roots = match get("sslrootcert") {
        None => Roots::Default,
        Some("system") => Roots::System,
        Some(path) => Roots::File(path.into()),
    };
    let mode = match (mode, &roots) {
        (Some(SslMode::VerifyFull) | None, Roots::System) => SslMode::VerifyFull,
        (Some(_), Roots::System) => return Err(ConfigError::WeakSystemRoots),
        (Some(SslMode::Require), Roots::File(_)) => SslMode::VerifyCa,
        (mode, _) => mode.unwrap_or(SslMode::Prefer),
    };
    let identity = match (get("sslcert"), get("sslkey")) {
        (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
        (None, None) => None,
        _ => return Err(ConfigError::ClientCertificate),
    };
    let direct = match get("sslnegotiation") {
        None | Some("postgres") => false,
        Some("direct") => true,
        Some(_) => {
            return Err(ConfigError::Value { key: "sslnegotiation", expected: "`postgres` or `direct`" });
        }
    };
    Ok(TlsOptions { mode, roots, identity, direct })
}
