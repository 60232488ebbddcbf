//! What a connection string means.

use std::{collections::BTreeMap, fmt, net::IpAddr, path::PathBuf, time::Duration};

use tokio_postgres::config::{ChannelBinding, TargetSessionAttrs};

use super::{ConfigError, parse::parse};

type Result<T, E = ConfigError> = std::result::Result<T, E>;

/// A parsed connection string: the text, and every parameter of it decoded.
///
/// `Debug` and everything else that is made to be shown leave out the password; [`ConnectionParts::raw`] and
/// [`ConnectionParts::password`] are the only ways to it.
#[derive(Clone)]
pub struct ConnectionParts {
    raw: String,
    parameters: BTreeMap<String, String>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) tls: TlsOptions,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) session: SessionOptions,
}

/// One server to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// A name, an address, or the directory of a socket (it starts with `/`).
    pub(crate) host: String,
    pub(crate) address: Option<IpAddr>,
    pub(crate) port: u16,
}

impl Endpoint {
    pub(crate) fn is_socket(&self) -> bool {
        self.address.is_none() && self.host.starts_with('/')
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, .. } = self;
        if self.is_socket() {
            write!(f, "{}/.s.PGSQL.{port}", host.trim_end_matches('/'))
        } else if host.contains(':') {
            write!(f, "[{host}]:{port}")
        } else {
            write!(f, "{host}:{port}")
        }
    }
}

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

#[derive(Clone, Debug)]
pub(crate) struct SessionOptions {
    pub(crate) target: TargetSessionAttrs,
    pub(crate) channel_binding: ChannelBinding,
    pub(crate) keepalives: bool,
    pub(crate) keepalives_idle: Option<Duration>,
    pub(crate) keepalives_interval: Option<Duration>,
    pub(crate) keepalives_count: Option<u32>,
    pub(crate) tcp_user_timeout: Option<Duration>,
}

const KNOWN: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

impl ConnectionParts {
    pub(crate) fn parse(raw: &str) -> Result<Self> {
        let parameters: BTreeMap<String, String> = parse(raw)?.into_iter().collect();
        if parameters.keys().any(|key| !KNOWN.contains(&key.as_str())) {
            return Err(ConfigError::UnknownParameter { known: KNOWN });
        }
        let get = |key: &str| parameters.get(key).map(String::as_str);
        // Not ours to do: what is left out silently would be believed to work.
        refuse_unless(
            "client_encoding",
            get("client_encoding"),
            &["UTF8", "utf8", "UTF-8", "utf-8", "auto"],
        )?;
        refuse_unless("gssencmode", get("gssencmode"), &["disable", "prefer"])?;
        refuse_unless("load_balance_hosts", get("load_balance_hosts"), &["disable"])?;

        Ok(Self {
            endpoints: endpoints(get("host"), get("hostaddr"), get("port"))?,
            tls: tls(&get)?,
            // As in `libpq`, zero means without limit.
            connect_timeout: number("connect_timeout", get("connect_timeout"))?.map(|seconds| {
                if seconds == 0 { Duration::MAX } else { Duration::from_secs(seconds.into()) }
            }),
            session: SessionOptions {
                target: choice(
                    "target_session_attrs",
                    get("target_session_attrs"),
                    "`any`, `read-write` or `read-only`",
                    |name| {
                        Some(match name {
                            "any" => TargetSessionAttrs::Any,
                            "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
                            "read-only" | "standby" => TargetSessionAttrs::ReadOnly,
                            _ => return None,
                        })
                    },
                )?
                .unwrap_or(TargetSessionAttrs::Any),
                channel_binding: choice(
                    "channel_binding",
                    get("channel_binding"),
                    "`disable`, `prefer` or `require`",
                    |name| {
                        Some(match name {
                            "disable" => ChannelBinding::Disable,
                            "prefer" => ChannelBinding::Prefer,
                            "require" => ChannelBinding::Require,
                            _ => return None,
                        })
                    },
                )?
                .unwrap_or(ChannelBinding::Prefer),
                keepalives: number("keepalives", get("keepalives"))? != Some(0),
                keepalives_idle: seconds("keepalives_idle", get("keepalives_idle"))?,
                keepalives_interval: seconds("keepalives_interval", get("keepalives_interval"))?,
                keepalives_count: number("keepalives_count", get("keepalives_count"))?,
                tcp_user_timeout: number("tcp_user_timeout", get("tcp_user_timeout"))?
                    .map(|milliseconds| Duration::from_millis(milliseconds.into())),
            },
            raw: raw.to_owned(),
            parameters,
        })
    }

    /// The text as it was given, password included.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Every parameter by the name that `libpq` gives it (`host`, `hostaddr`, `dbname`, `user`, `options`, …), decoded,
    /// without the password. Several hosts are one value with commas.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self.parameters.iter().filter(|(key, _)| *key != "password");
        parameters.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// One parameter by its name in `libpq`, as it was given: `get("dbname")`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The password.
    pub fn password(&self) -> Option<&str> {
        self.get("password")
    }

    /// The user to log in as; when the text names none, the operating system's user.
    pub fn user(&self) -> Option<&str> {
        self.get("user")
    }

    /// The database; when the text names none, the one that is named as the user.
    pub fn database(&self) -> Option<&str> {
        self.get("dbname").or_else(|| self.user())
    }

    /// How much TLS is asked for.
    pub fn ssl_mode(&self) -> SslMode {
        self.tls.mode
    }

    pub(super) fn set(&mut self, key: &str, value: String) {
        self.parameters.insert(key.to_owned(), value);
    }
}

impl fmt::Debug for ConnectionParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        map.entries(self.parameters());
        if self.password().is_some() {
            map.entry(&"password", &"***");
        }
        map.finish()
    }
}

fn endpoints(hosts: Option<&str>, addresses: Option<&str>, ports: Option<&str>) -> Result<Vec<Endpoint>> {
    let split = |list: Option<&str>| -> Vec<String> {
        list.map(|list| list.split(',').map(str::to_owned).collect()).unwrap_or_default()
    };
    let (hosts, addresses, ports) = (split(hosts), split(addresses), split(ports));
    let count = hosts.len().max(addresses.len());
    if count == 0 {
        return Err(ConfigError::NoHost);
    }
    if !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len() {
        return Err(ConfigError::Counts { first: "host", second: "hostaddr" });
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(ConfigError::Counts { first: "host", second: "port" });
    }
    (0..count)
        .map(|index| {
            let address: Option<IpAddr> = match addresses.get(index).map(String::as_str) {
                None | Some("") => None,
                Some(address) => Some(
                    address
                        .parse()
                        .map_err(|_| ConfigError::Value { key: "hostaddr", expected: "IP addresses" })?,
                ),
            };
            let host = match (hosts.get(index).map(String::as_str), address) {
                (None | Some(""), Some(address)) => address.to_string(),
                (None | Some(""), None) => return Err(ConfigError::NoHost),
                (Some(host), _) => host.to_owned(),
            };
            let port = match ports.get(index).or(ports.first()).map(String::as_str) {
                None | Some("") => 5432,
                Some(port) => port.trim().parse().ok().filter(|port| *port > 0).ok_or(ConfigError::Port)?,
            };
            Ok(Endpoint { host, address, port })
        })
        .collect()
}

fn tls<'a>(get: &impl Fn(&str) -> Option<&'a str>) -> Result<TlsOptions> {
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

fn refuse_unless(key: &'static str, value: Option<&str>, accepted: &[&str]) -> Result<()> {
    match value {
        Some(value) if !accepted.contains(&value) => Err(ConfigError::Unsupported { key }),
        _ => Ok(()),
    }
}

fn choice<T>(
    key: &'static str,
    value: Option<&str>,
    expected: &'static str,
    find: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    value.map(|value| find(value).ok_or(ConfigError::Value { key, expected })).transpose()
}

fn number(key: &'static str, value: Option<&str>) -> Result<Option<u32>> {
    let parse = |value: &str| {
        value.trim().parse().map_err(|_| ConfigError::Value { key, expected: "the numbers from 0" })
    };
    value.map(parse).transpose()
}

fn seconds(key: &'static str, value: Option<&str>) -> Result<Option<Duration>> {
    Ok(number(key, value)?.map(|seconds| Duration::from_secs(seconds.into())))
}
