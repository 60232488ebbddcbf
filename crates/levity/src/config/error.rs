use std::path::PathBuf;

/// Why a configuration cannot be used. No message repeats the value: it can hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ConfigError {
    #[error("it is empty")]
    Empty,
    #[error("it begins with a scheme that is not `postgres://` or `postgresql://`")]
    Scheme,
    #[error("it is neither a URL (`postgres://…`) nor a list of `key=value`")]
    Form,
    #[error("a parameter after `?` has no `=`")]
    Query,
    #[error("an address in `[…]` is not closed, or is followed by something that is not a port")]
    Brackets,
    #[error("the {part} part is not valid percent-encoding of UTF-8 text: write `%25` for a percent sign")]
    Percent { part: &'static str },
    #[error("a `key=value` pair has no `=` or no key: put values that contain spaces into single quotes")]
    Pair,
    #[error("a quoted value has no closing quote")]
    Quote,
    // The name is not repeated: in a malformed string it can be a piece of the password.
    #[error("it contains a parameter that is not one of {}", known.join(", "))]
    UnknownParameter { known: &'static [&'static str] },
    #[error("its parameter `{key}` is not supported")]
    Unsupported { key: &'static str },
    #[error("the value of `{key}` is not one of {expected}")]
    Value { key: &'static str, expected: &'static str },
    #[error(
        "a port is not a number from 1 to 65535: `/`, `:`, `@`, `?`, `#` and `%` in a user name or password \
         must be percent-encoded"
    )]
    Port,
    #[error(
        "the name of the database contains `@` or `/`: `/`, `:`, `@`, `?`, `#` and `%` in a user name, password or \
         database name must be percent-encoded"
    )]
    Database,
    #[error("it names no host: for a local socket, write `host=/directory`")]
    NoHost,
    #[error("the numbers of `{first}` and `{second}` differ")]
    Counts { first: &'static str, second: &'static str },
    #[error(
        "`sslrootcert=system` checks the host name too: write `sslmode=verify-full`, or leave `sslmode` out"
    )]
    WeakSystemRoots,
    #[error("`sslcert` and `sslkey` belong together, and one of them is missing")]
    ClientCertificate,
    #[error("it is not a number from {min} to {max}")]
    Range { min: usize, max: usize },
    #[error(
        "`{setting}` cannot be set through a transaction pooler, which shares its sessions: set it for the role (`ALTER \
         ROLE … SET {setting} = …`), or in a transaction (`SET LOCAL`)"
    )]
    PooledSetting { setting: &'static str },
    #[error("it is not set")]
    Missing,
    #[error("it is not valid UTF-8")]
    NotUtf8,
    #[error("`{}` holds no certificate", path.display())]
    NoCertificate { path: PathBuf },
    #[error("cannot read the {what} `{}`", path.display())]
    ReadPem { what: &'static str, path: PathBuf, source: rustls::pki_types::pem::Error },
    #[error("cannot use the {what}")]
    Tls { what: &'static str, source: rustls::Error },
    #[error("the system has no trusted certificates that can be read: name a file with `sslrootcert`")]
    NoSystemRoots,
}
