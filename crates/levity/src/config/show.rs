//! A configuration as people may see it: without its password.

use std::{fmt, fmt::Write as _};

use super::Config;

impl Config {
    /// The connection as a URL whose password is `***`.
    pub fn masked_url(&self) -> String {
        let mut url = "postgres://".to_owned();
        if let Some(user) = self.parts.user() {
            encode(&mut url, user);
            if self.parts.password().is_some() {
                url.push_str(":***");
            }
            url.push('@');
        }
        for (index, endpoint) in self.parts.endpoints.iter().enumerate() {
            if index > 0 {
                url.push(',');
            }
            if endpoint.host.contains(':') {
                let _ = write!(url, "[{}]", endpoint.host);
            } else {
                encode(&mut url, &endpoint.host);
            }
            let _ = write!(url, ":{}", endpoint.port);
        }
        url.push('/');
        encode(&mut url, self.parts.get("dbname").unwrap_or_default());
        let elsewhere = ["user", "host", "port", "dbname"];
        let pooler = self.transaction_pooler.then_some(("pgbouncer", "true"));
        let parameters = self.parts.parameters().filter(|(key, _)| !elsewhere.contains(key)).chain(pooler);
        for (index, (key, value)) in parameters.enumerate() {
            let _ = write!(url, "{}{key}=", if index == 0 { '?' } else { '&' });
            encode(&mut url, value);
        }
        url
    }
}

/// Percent-encodes all but what is safe everywhere in a URL.
fn encode(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(byte.into());
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked_url())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("parts", &self.parts)
            .field("direct", &self.direct)
            .field("replicas", &self.replicas)
            .field("pool_size", &self.pool_size)
            .field("idle_timeout", &self.idle_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_cache_size", &self.statement_cache_size)
            .field("slow_statement", &self.slow_statement)
            .field("log_parameters", &self.log_parameters)
            .field("session", &self.session)
            .field("transaction_pooler", &self.transaction_pooler)
            .field("password_provider", &self.password_provider)
            .field("listen_heartbeat", &self.listen_heartbeat)
            .finish_non_exhaustive()
    }
}
