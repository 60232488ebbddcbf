use std::{error::Error as _, fmt::Write as _, io, time::Duration};

use tokio_postgres::error::{DbError, SqlState};

use super::Source;

/// Why a connection could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{}", unreachable_reason(_0.as_ref()))]
    Unreachable(#[source] Option<io::Error>),

    #[error("no answer within {_0:?}")]
    Timeout(Duration),

    #[error("TLS failed")]
    Tls(#[source] Source),

    #[error("the name cannot be resolved")]
    Unresolved(#[source] io::Error),

    #[error("the server {found}, and `target_session_attrs` asks for another one")]
    WrongRole { found: &'static str },

    #[error("{} (SQLSTATE {})", _0.message(), _0.code().code())]
    Server(Box<DbError>),

    #[error("the server is PostgreSQL {found}, and the oldest that is supported is {oldest}")]
    TooOld { found: u32, oldest: u32 },

    #[error("the login failed")]
    Login(#[source] Source),

    /// The server did not take what the password provider gave.
    #[error("{} (SQLSTATE {})", _0.message(), _0.code().code())]
    Provided(Box<DbError>),

    #[error("the password provider failed")]
    Password(#[source] Source),

    /// Each host with its reason.
    #[error("no host will do: {}", list(_0))]
    Hosts(Vec<(String, Refusal)>),
}

impl Refusal {
    pub(crate) fn classify(error: tokio_postgres::Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            return Self::Server(Box::new(answer.clone()));
        }
        // The driver's kinds are private; its messages are what tells them apart.
        let message = error.to_string();
        let source = error.into_source().unwrap_or_else(|| message.as_str().into());
        match message.as_str() {
            "error performing TLS handshake" => Self::Tls(source),
            "error connecting to server" | "error communicating with the server" | "connection closed" => {
                match source.downcast::<io::Error>() {
                    Ok(error) => Self::Unreachable(Some(*error)),
                    Err(_) => Self::Unreachable(None),
                }
            }
            _ => Self::Login(source),
        }
    }

    /// The answer of a server, as against silence.
    pub(crate) fn is_answer(&self) -> bool {
        match self {
            Self::Server(_)
            | Self::Provided(_)
            | Self::WrongRole { .. }
            | Self::TooOld { .. }
            | Self::Login(_) => true,
            Self::Unreachable(_)
            | Self::Unresolved(_)
            | Self::Timeout(_)
            | Self::Tls(_)
            | Self::Password(_) => false,
            Self::Hosts(hosts) => hosts.iter().any(|(_, refusal)| refusal.is_answer()),
        }
    }

    pub(super) fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout(_) => true,
            Self::Hosts(hosts) => hosts.iter().any(|(_, refusal)| refusal.is_timeout()),
            Self::Unreachable(_)
            | Self::Unresolved(_)
            | Self::Tls(_)
            | Self::WrongRole { .. }
            | Self::Server(_)
            | Self::TooOld { .. }
            | Self::Login(_)
            | Self::Provided(_)
            | Self::Password(_) => false,
        }
    }

    /// What the server said; of several hosts, the last one that said something.
    pub(super) fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Server(error) | Self::Provided(error) => Some(error),
            Self::Hosts(hosts) => hosts.iter().rev().find_map(|(_, refusal)| refusal.db_error()),
            Self::Unreachable(_)
            | Self::Unresolved(_)
            | Self::Timeout(_)
            | Self::Tls(_)
            | Self::WrongRole { .. }
            | Self::TooOld { .. }
            | Self::Login(_)
            | Self::Password(_) => None,
        }
    }

    /// What to do next, as the end of the sentence.
    pub(super) fn advice(&self, variable: Option<&str>) -> String {
        let setting = variable.map_or_else(|| "the connection string".to_owned(), |name| format!("`{name}`"));
        match self {
            Self::Unreachable(_) => {
                format!(
                    "; start the server, or correct the host and port in {setting} (`cargo db setup` gives you a server)"
                )
            }
            Self::Timeout(_) => {
                format!(
                    "; check that the host and port in {setting} are PostgreSQL's and that no firewall is in between"
                )
            }
            Self::Tls(source) if source.to_string() == "server does not support TLS" => {
                format!(
                    "; switch TLS on in the server, or write `sslmode=disable` into {setting} if the network is trusted"
                )
            }
            Self::Tls(_) => {
                format!("; check `sslmode` and `sslrootcert` in {setting}, and the server's certificate")
            }
            Self::Server(error) => match error.code() {
                code if *code == SqlState::INVALID_PASSWORD => {
                    format!(
                        "; correct the password in {setting} (special characters must be percent-encoded in a URL)"
                    )
                }
                code if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                    format!(
                        "; correct the user in {setting}, or let it in through the server's `pg_hba.conf`"
                    )
                }
                code if *code == SqlState::INVALID_CATALOG_NAME => {
                    format!("; create it (`cargo db setup` does), or correct its name in {setting}")
                }
                code if *code == SqlState::TOO_MANY_CONNECTIONS => {
                    "; lower `DB_POOL_SIZE`, or raise the server's `max_connections`".to_owned()
                }
                code if *code == SqlState::CANNOT_CONNECT_NOW => "; try again when it is ready".to_owned(),
                _ => String::new(),
            },
            Self::Unresolved(_) => format!("; correct the host in {setting}"),
            Self::WrongRole { .. } | Self::Hosts(_) => {
                format!("; start the server, or correct the hosts in {setting}")
            }
            Self::TooOld { .. } => "; upgrade the server".to_owned(),
            Self::Provided(_) => {
                "; check the password provider, and that the user is the one its passwords are for".to_owned()
            }
            Self::Password(_) => String::new(),
            Self::Login(_) => format!("; check the user and password in {setting}"),
        }
    }
}

/// The hosts with their reasons, down to the last cause: a list has no chain of sources.
fn list(hosts: &[(String, Refusal)]) -> String {
    let reason = |(host, refusal): &(String, Refusal)| {
        let mut text = format!("{host}: {refusal}");
        let mut source = refusal.source();
        while let Some(error) = source {
            let _ = write!(text, ": {error}");
            source = error.source();
        }
        text
    };
    hosts.iter().map(reason).collect::<Vec<_>>().join("; ")
}

fn unreachable_reason(error: Option<&io::Error>) -> &'static str {
    match error.map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "nothing is listening there",
        Some(io::ErrorKind::NotFound) => "there is no such socket",
        Some(io::ErrorKind::PermissionDenied) => "access was refused",
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) | None => {
            "the other side closed the connection during the login"
        }
        _ => "the host cannot be reached",
    }
}
