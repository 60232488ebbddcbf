use std::ffi::OsString;

use levity::{Config, SslMode};

fn from(variables: &[(&str, &str)]) -> Result<Config, levity::Error> {
    let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
    Config::from_lookup(|name| find(name).map(|(_, value)| OsString::from(value)))
}

fn message(variables: &[(&str, &str)]) -> String {
    let error = from(variables).unwrap_err();
    assert!(error.is_config());
    crate::support::chain(&error)
}

#[test]
fn a_missing_or_malformed_variable_is_named_and_not_repeated() {
    insta::assert_snapshot!(message(&[]), @"cannot use `DATABASE_URL`: it is not set; set it to a connection string such as `postgres://user@localhost:5432/database`, or run `cargo db setup` to get a database of your own");
    insta::assert_snapshot!(message(&[("DATABASE_URL", " ")]), @"cannot use `DATABASE_URL`: it is empty; set it to a connection string such as `postgres://user@localhost:5432/database`, or run `cargo db setup` to get a database of your own");
    insta::assert_snapshot!(message(&[("DATABASE_URL", "hunter2")]), @"cannot use `DATABASE_URL`: it is neither a URL (`postgres://…`) nor a list of `key=value`; write it like `postgres://user@localhost:5432/database`");
    insta::assert_snapshot!(message(&[("DATABASE_URL", "mysql://u:hunter2@h/d")]), @"cannot use `DATABASE_URL`: it begins with a scheme that is not `postgres://` or `postgresql://`; write it like `postgres://user@localhost:5432/database`");
    insta::assert_snapshot!(message(&[("DATABASE_URL", "postgres://u:hunter2/x@h/d")]), @"cannot use `DATABASE_URL`: the name of the database contains `@` or `/`: `/`, `:`, `@`, `?`, `#` and `%` in a user name, password or database name must be percent-encoded");
    insta::assert_snapshot!(message(&[("DATABASE_URL", "postgres://u:hunter2#x@h:port")]), @"cannot use `DATABASE_URL`: a port is not a number from 1 to 65535: `/`, `:`, `@`, `?`, `#` and `%` in a user name or password must be percent-encoded");
    insta::assert_snapshot!(message(&[("DATABASE_URL", "postgres://u:hunter2@h/d?shema=hunter2")]), @"cannot use `DATABASE_URL`: it contains a parameter that is not one of application_name, channel_binding, client_encoding, connect_timeout, dbname, fallback_application_name, gssencmode, host, hostaddr, keepalives, keepalives_count, keepalives_idle, keepalives_interval, load_balance_hosts, options, password, pgbouncer, port, sslcert, sslkey, sslmode, sslnegotiation, sslrootcert, target_session_attrs, tcp_user_timeout, user");
    insta::assert_snapshot!(message(&[("DATABASE_URL", "postgres://u@h"), ("DATABASE_DIRECT_URL", "postgres:///d")]), @"cannot use `DATABASE_DIRECT_URL`: it names no host: for a local socket, write `host=/directory`");
}

#[test]
fn the_pool_size_has_limits() {
    let url = ("DATABASE_URL", "postgres://u@h/d");
    let shown = |size: &str| from(&[url, ("DB_POOL_SIZE", size)]).map(|config| format!("{config:?}"));
    assert!(format!("{:?}", from(&[url]).unwrap()).contains("pool_size: 10,"));
    assert!(shown(" 10000 ").unwrap().contains("pool_size: 10000,"));
    for size in ["0", "10001", "-1", "many", "", "1.5", "99999999999999999999999"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown(size).unwrap_err(), @"cannot use `DB_POOL_SIZE`: it is not a number from 1 to 10000");
        }
    }
}

#[test]
fn no_form_of_the_password_is_shown() {
    let urls = [
        "postgres://ann:hunter2@h/d",
        "postgres://ann:hunter%32@h/d",
        "postgres://ann@h/d?password=hunter2",
        "postgres://ann@h/d?pass%77ord=hunter2",
        "host=h user=ann dbname=d password=hunter2",
        "host=h user=ann dbname=d password = 'hunter2'",
    ];
    for url in urls {
        let config = from(&[("DATABASE_URL", url), ("DATABASE_DIRECT_URL", url)]).unwrap();
        assert_eq!(config.parts().password(), Some("hunter2"), "{url}");
        let shown = format!("{config:?} {config:#?} {config} {} {:?}", config.target(), config.parts());
        assert!(!shown.contains("hunter"), "{shown}");
        assert_eq!(config.masked_url(), "postgres://ann:***@h:5432/d");
    }
}

#[test]
fn every_decoded_part_can_be_looked_at() {
    let url = "postgres://u:p@a%2Eexample,b:1/my%2Ddb?options=-c%20x%3Dy&application_name=z";
    let config = Config::from_url(url).unwrap();
    let parts: Vec<_> = config.parts().parameters().map(|(key, value)| format!("{key}={value}")).collect();
    insta::assert_snapshot!(parts.join("\n"), @"
    application_name=z
    dbname=my-db
    host=a.example,b
    options=-c x=y
    port=,1
    user=u
    ");
    assert_eq!(config.parts().raw(), url);
    insta::assert_snapshot!(config.target(), @"database `my-db` on a.example:5432, b:1 as user `u`");
}

#[test]
fn ssl_modes_mean_what_they_mean_to_libpq() {
    let mode = |parameters: &str| {
        Config::from_url(&format!("host=h {parameters}")).map(|config| config.parts().ssl_mode())
    };
    assert_eq!(mode("").unwrap(), SslMode::Prefer);
    assert_eq!(mode("sslmode=require").unwrap(), SslMode::Require);
    assert_eq!(mode("sslmode=require sslrootcert=/ca").unwrap(), SslMode::VerifyCa);
    assert_eq!(mode("sslrootcert=system").unwrap(), SslMode::VerifyFull);
    for refused in ["sslmode=require sslrootcert=system", "sslmode=strict", "sslcert=/c"] {
        mode(refused).unwrap_err();
    }
}

#[test]
fn migrations_have_a_url_of_their_own_where_one_is_given() {
    let pooled = ("DATABASE_URL", "postgres://u@pooler/d");
    assert_eq!(from(&[pooled]).unwrap().direct().target().server, "pooler:5432");
    let direct = from(&[pooled, ("DATABASE_DIRECT_URL", "postgres://u@server/d")]).unwrap();
    assert_eq!(direct.direct().target().server, "server:5432");
    assert_eq!(direct.database("other").direct().target().database.as_deref(), Some("other"));
}

#[test]
fn a_pooler_is_part_of_the_url_and_no_parameter_of_libpq() {
    let pooled = ("DATABASE_URL", "postgres://u@pooler/d?pgbouncer=true&sslmode=require");
    let config = from(&[pooled, ("DATABASE_DIRECT_URL", "postgres://u@server/d")]).unwrap();
    assert_eq!(config.masked_url(), "postgres://u@pooler:5432/d?sslmode=require&pgbouncer=true");
    assert_eq!(config.parts().get("pgbouncer"), None);
    let shown = |config: &Config| format!("{config:?}").contains("transaction_pooler: true");
    assert!(shown(&config) && !shown(&config.direct()));
    assert!(shown(&from(&[pooled]).unwrap().direct()));
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;

    let error = Config::from_lookup(|_| Some(OsString::from_vec(vec![0xff]))).unwrap_err();
    assert_eq!(error.to_string(), "cannot use `DATABASE_URL`: it is not valid UTF-8");
}

#[test]
fn a_variable_of_somebody_else_is_named_too() {
    let error = Config::from_variable("LEVITY_SCRATCH_URL", "").unwrap_err().to_string();
    assert!(error.starts_with("cannot use `LEVITY_SCRATCH_URL`: it is empty"), "{error}");
}

#[test]
fn a_name_for_the_connections_is_that_of_all_of_them() {
    let variables = [
        ("DATABASE_URL", "postgres://u@pooler/d?application_name=old"),
        ("DATABASE_DIRECT_URL", "postgres://u@server/d?application_name=old"),
        ("DATABASE_REPLICA_URLS", "postgres://u@replica/d?application_name=old"),
    ];
    let value = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
    let config = Config::from_lookup(value).unwrap().application_name("new");
    assert_eq!(config.parts().get("application_name"), Some("new"));
    assert_eq!(config.direct().parts().get("application_name"), Some("new"));
    assert!(!format!("{config:?}").contains("old"));
}

#[test]
fn parameters_of_libpq_are_understood_or_refused() {
    let shown = |parameters: &str| {
        Config::from_url(&format!("host=h {parameters}")).map(|config| format!("{config:?}"))
    };
    assert!(shown("").unwrap().contains("connect_timeout: 10s"));
    assert!(shown("connect_timeout=3").unwrap().contains("connect_timeout: 3s"));
    for accepted in [
        "target_session_attrs=read-write",
        "target_session_attrs=prefer-standby",
        "load_balance_hosts=random",
        "channel_binding=require",
        "keepalives=0",
        "gssencmode=prefer",
        "pgbouncer=true",
        "client_encoding=UTF8",
    ] {
        shown(accepted).unwrap();
    }
    for refused in [
        "target_session_attrs=fast",
        "load_balance_hosts=round-robin",
        "connect_timeout=soon",
        "client_encoding=latin1",
        "gssencmode=require",
        "port=0",
        "port=1,2",
        "hostaddr=nowhere",
        "hostaddr=127.0.0.1,127.0.0.2",
        "service=main",
        "pgbouncer=1",
    ] {
        shown(refused).unwrap_err();
    }
}
