use super::{Config, ConnectionParts, DATABASE_REPLICA_URLS, TargetSession};
use crate::Error;

/// A server that reads go to.
#[derive(Clone, Debug)]
pub(super) struct Replica {
    pub(super) parts: ConnectionParts,
    variable: Option<&'static str>,
}

impl Config {
    /// Adds a server for [`Database::replica`](crate::Database::replica), by its connection string. Each has a pool of its
    /// own, with the limits of this configuration.
    ///
    /// # Errors
    ///
    /// When the string is malformed. The message does not repeat it.
    pub fn replica(mut self, url: &str) -> Result<Self, Error> {
        self.add_replica(url, None)?;
        Ok(self)
    }

    /// What the variable holds: URLs with white space between them, because a URL that names several hosts has commas.
    pub(super) fn add_replicas(&mut self, urls: &str) -> Result<(), Error> {
        urls.split_whitespace().try_for_each(|url| self.add_replica(url, Some(DATABASE_REPLICA_URLS)))
    }

    fn add_replica(&mut self, url: &str, variable: Option<&'static str>) -> Result<(), Error> {
        let parts = ConnectionParts::parse(url).map_err(|error| Error::config(variable, error))?;
        self.replicas.push(Replica { parts, variable });
        Ok(())
    }

    /// One configuration for each server that reads go to, with sessions that are read only.
    pub(crate) fn for_reads(&self) -> Vec<Config> {
        let read_only = |mut config: Self| {
            // It is we who take the writes away, and that must not be what makes the server unfit.
            if config.parts.session.target == TargetSession::ReadWrite {
                config.parts.session.target = TargetSession::Primary;
            }
            config.session.read_only = !config.transaction_pooler;
            Self { direct: None, replicas: Vec::new(), ..config }
        };
        if self.replicas.is_empty() {
            return vec![read_only(self.clone())];
        }
        let replica = |Replica { parts, variable }: &Replica| {
            let parts = parts.clone();
            let connect_timeout = parts.connect_timeout.unwrap_or(self.connect_timeout);
            let transaction_pooler = parts.transaction_pooler;
            let variable = *variable;
            read_only(Self { parts, variable, connect_timeout, transaction_pooler, ..self.clone() })
        };
        self.replicas.iter().map(replica).collect()
    }
}
