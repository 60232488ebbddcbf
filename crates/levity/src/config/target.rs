use std::fmt;

use super::ConnectionParts;

/// Where a connection goes, for people to read. Never holds a password.
///
/// `Display` gives "database `app` on localhost:5432 as user `ann`".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `host:port`, or the path of the socket; several with commas.
    pub server: String,
    /// The database.
    pub database: Option<String>,
    /// The user.
    pub user: Option<String>,
}

impl Target {
    pub(super) fn new(parts: &ConnectionParts) -> Self {
        let servers: Vec<_> = parts.endpoints.iter().map(ToString::to_string).collect();
        Self {
            server: servers.join(", "),
            database: parts.database().map(str::to_owned),
            user: parts.user().map(str::to_owned),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.database {
            Some(database) => write!(f, "database `{database}` on {}", self.server)?,
            None => write!(f, "{}", self.server)?,
        }
        match &self.user {
            Some(user) => write!(f, " as user `{user}`"),
            None => Ok(()),
        }
    }
}
