//! What a connection string means.

use std::{collections::BTreeMap, fmt, time::Duration};

use tokio_postgres::config::ChannelBinding;

use super::{ConfigError, Endpoint, SslMode, TargetSession, TlsOptions, endpoint, parse::parse, ssl};

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
    pub(super) transaction_pooler: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct SessionOptions {
    pub(crate) target: TargetSession,
    /// Whether the hosts, and the addresses of each, are tried in random order.
    pub(crate) shuffled: bool,
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
    "pgbouncer",
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
        let mut parameters: BTreeMap<String, String> = parse(raw)?.into_iter().collect();
        // Not of `libpq`, whose tools are given the others.
        let pooler = parameters.remove("pgbouncer");
        let transaction_pooler =
            choice("pgbouncer", pooler.as_deref(), "`true` or `false`", |value| value.parse::<bool>().ok())?;
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

        Ok(Self {
            endpoints: endpoint::endpoints(get("host"), get("hostaddr"), get("port"))?,
            tls: ssl::options(&get)?,
            // As in `libpq`, zero means without limit.
            connect_timeout: number("connect_timeout", get("connect_timeout"))?.map(|seconds| {
                if seconds == 0 { Duration::MAX } else { Duration::from_secs(seconds.into()) }
            }),
            session: SessionOptions {
                target: TargetSession::parse(get("target_session_attrs"))?,
                shuffled: choice(
                    "load_balance_hosts",
                    get("load_balance_hosts"),
                    "`disable` or `random`",
                    |name| match name {
                        "disable" => Some(false),
                        "random" => Some(true),
                        _ => None,
                    },
                )?
                .unwrap_or(false),
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
                keepalives_count: number("keepalives_count", get("keepalives_count"))?
                    .filter(|count| *count > 0),
                tcp_user_timeout: number("tcp_user_timeout", get("tcp_user_timeout"))?
                    .filter(|milliseconds| *milliseconds > 0)
                    .map(|milliseconds| Duration::from_millis(milliseconds.into())),
            },
            transaction_pooler: transaction_pooler.unwrap_or(false),
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

fn refuse_unless(key: &'static str, value: Option<&str>, accepted: &[&str]) -> Result<()> {
    match value {
        Some(value) if !accepted.contains(&value) => Err(ConfigError::Unsupported { key }),
        _ => Ok(()),
    }
}

pub(super) fn choice<T>(
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

/// As in `libpq`, zero leaves it to the system.
fn seconds(key: &'static str, value: Option<&str>) -> Result<Option<Duration>> {
    Ok(number(key, value)?.filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The system refuses a zero.
    #[test]
    fn zero_leaves_keepalives_to_the_system() {
        let text = "host=h keepalives_idle=0 keepalives_interval=0 keepalives_count=0 tcp_user_timeout=0";
        let session = ConnectionParts::parse(text).unwrap().session;
        assert!(session.keepalives);
        assert_eq!((session.keepalives_idle, session.keepalives_interval), (None, None));
        assert_eq!((session.keepalives_count, session.tcp_user_timeout), (None, None));
    }
}
