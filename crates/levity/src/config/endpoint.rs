use std::{fmt, net::IpAddr};

use super::ConfigError;

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

/// The lists of the parameters `host`, `hostaddr` and `port`, one by one.
pub(super) fn endpoints(
    hosts: Option<&str>,
    addresses: Option<&str>,
    ports: Option<&str>,
) -> Result<Vec<Endpoint>, ConfigError> {
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
