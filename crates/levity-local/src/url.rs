//! Reading, changing and writing PostgreSQL URLs.

use std::fmt::Write as _;

use tokio_postgres::{Config, config::Host};

use crate::LocalError;

/// Percent-encodes one part of a URL.
pub(crate) fn encode(part: &[u8]) -> String {
    let mut text = String::with_capacity(part.len());
    for byte in part {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(*byte));
            }
            _ => write!(text, "%{byte:02X}").expect("writing to a string does not fail"),
        }
    }
    text
}

/// The same URL, or list of `key=value` pairs, for another database. `database` is a plain identifier.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // The last of several values counts.
        return format!("{url} dbname={database}");
    };
    let authority = rest.find('@').map_or(0, |at| at + 1);
    let end = rest[authority..].find(['/', '?']).map_or(rest.len(), |end| authority + end);
    let (authority, rest) = rest.split_at(end);
    let parameters = rest.split_once('?').map_or("", |(_, parameters)| parameters);
    let parameters: Vec<_> = parameters
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !parameter.starts_with("dbname="))
        .collect();
    let question = if parameters.is_empty() { "" } else { "?" };
    format!("{scheme}://{authority}/{database}{question}{}", parameters.join("&"))
}

/// Host, port and database for a message, without user and password.
pub(crate) fn describe(config: &Config) -> String {
    let hosts: Vec<_> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let ports: Vec<_> = config.get_ports().iter().map(|port| format!(":{port}")).collect();
    let database = config.get_dbname().unwrap_or("the default database");
    format!("`{database}` at `{}{}`", hosts.join(","), ports.join(","))
}

/// Reads a URL that came from `variable`.
pub(crate) fn parse(url: &str, variable: &'static str) -> Result<Config, LocalError> {
    url.parse().map_err(|source| LocalError::Url { variable, source })
}

#[cfg(test)]
mod tests {
    use super::{encode, with_database};

    #[test]
    fn database_is_replaced_in_every_form_of_url() {
        let cases = [
            ("postgresql://u:p%40@h:1/a", "postgresql://u:p%40@h:1/x"),
            ("postgres://h", "postgres://h/x"),
            ("postgres://h?sslmode=disable", "postgres://h/x?sslmode=disable"),
            ("postgres:///a?host=/s&dbname=b&user=u", "postgres:///x?host=/s&user=u"),
            ("postgresql://u@%2Fvar%2Frun/a", "postgresql://u@%2Fvar%2Frun/x"),
            ("host=/s dbname=a user=u", "host=/s dbname=a user=u dbname=x"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "x"), expected);
        }
        assert_eq!(encode("/a b/ü".as_bytes()), "%2Fa%20b%2F%C3%BC");
    }
}
