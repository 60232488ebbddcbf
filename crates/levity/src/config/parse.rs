//! A connection string as a list of parameters, in either of the two forms that PostgreSQL's own tools take.

use super::ConfigError;

/// One decoded parameter: `("host", "localhost")`.
pub(super) type Parameter = (String, String);

type Result<T, E = ConfigError> = std::result::Result<T, E>;

/// Reads `postgres://user@host/database?…` or `host=… dbname=…`. Of a parameter that is given twice, the last one counts.
pub(super) fn parse(text: &str) -> Result<Vec<Parameter>> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ConfigError::Empty);
    }
    match text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://")) {
        Some(rest) => parse_url(rest),
        None if text.contains("://") => Err(ConfigError::Scheme),
        None if text.contains('=') => parse_pairs(text),
        None => Err(ConfigError::Form),
    }
}

fn parse_url(text: &str) -> Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    let (text, query) = text.split_once('?').unwrap_or((text, ""));
    let (authority, database) = text.split_once('/').unwrap_or((text, ""));
    // More often a password that is not encoded, of which nothing may be shown as something else.
    if database.contains(['@', '/']) {
        return Err(ConfigError::Database);
    }
    let (credentials, hosts) = match authority.rsplit_once('@') {
        Some((credentials, hosts)) => (Some(credentials), hosts),
        None => (None, authority),
    };
    if let Some(credentials) = credentials {
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        push(&mut parameters, "user", decode(user, "user")?);
        push(&mut parameters, "password", decode(password, "password")?);
    }

    let mut names = Vec::new();
    let mut ports = Vec::new();
    for host in hosts.split(',') {
        let (name, port) = split_port(host)?;
        names.push(decode(name, "host")?);
        ports.push(decode(port, "port")?);
    }
    push(&mut parameters, "host", join(&names));
    push(&mut parameters, "port", join(&ports));
    push(&mut parameters, "dbname", decode(database, "dbname")?);

    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(ConfigError::Query)?;
        let (key, value) = (decode(key, "query")?, decode(value, "query")?);
        // The spelling of JDBC, which `libpq` takes as well.
        if key == "ssl" && value == "true" {
            push(&mut parameters, "sslmode", "require".to_owned());
        } else {
            push(&mut parameters, &key, value);
        }
    }
    Ok(parameters)
}

/// `[::1]:5432`, `host:5432`, `host`. The brackets are not part of the name.
fn split_port(host: &str) -> Result<(&str, &str)> {
    if let Some(rest) = host.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(ConfigError::Brackets)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((address, port)),
            None if rest.is_empty() => Ok((address, "")),
            None => Err(ConfigError::Brackets),
        };
    }
    Ok(host.split_once(':').unwrap_or((host, "")))
}

/// A list as the parameters `host` and `port` have it; nothing when no item says anything.
fn join(items: &[String]) -> String {
    if items.iter().all(String::is_empty) { String::new() } else { items.join(",") }
}

fn push(parameters: &mut Vec<Parameter>, key: &str, value: String) {
    if !value.is_empty() {
        parameters.push((key.to_owned(), value));
    }
}

fn decode(text: &str, part: &'static str) -> Result<String> {
    let error = || ConfigError::Percent { part };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or_else(error);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).map_err(|_| error())?);
    }
    if bytes.contains(&0) {
        return Err(error());
    }
    String::from_utf8(bytes).map_err(|_| error())
}

/// `key = value`, where a value with spaces is in single quotes, and a backslash makes the next character literal.
fn parse_pairs(text: &str) -> Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(parameters);
        }
        let (key, after) = rest.split_once('=').ok_or(ConfigError::Pair)?;
        let key = key.trim_end();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return Err(ConfigError::Pair);
        }
        let (value, after) = take_value(after.trim_start())?;
        push(&mut parameters, key, value);
        rest = after;
    }
}

fn take_value(text: &str) -> Result<(String, &str)> {
    let (quoted, text) = match text.strip_prefix('\'') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, literal)| literal)),
            '\'' if quoted => return Ok((value, &text[at + 1..])),
            _ if !quoted && character.is_whitespace() => return Ok((value, &text[at..])),
            _ => value.push(character),
        }
    }
    if quoted { Err(ConfigError::Quote) } else { Ok((value, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match parse(text) {
            Ok(parameters) => {
                parameters.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("|")
            }
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn a_url_is_decoded_part_by_part() {
        let url = "postgres://us%40er:p%3A%2Fw%25@db.example:5433/na%20me?application_name=a%26b&ssl=true";
        insta::assert_snapshot!(show(url), @"user=us@er|password=p:/w%|host=db.example|port=5433|dbname=na me|application_name=a&b|sslmode=require");
    }

    #[test]
    fn hosts_can_be_several_ipv6_or_a_socket() {
        insta::assert_snapshot!(show("postgresql://a,[::1]:6000,c:7000/d"), @"host=a,::1,c|port=,6000,7000|dbname=d");
        insta::assert_snapshot!(show("postgres://%2Frun%2Fpostgresql/d"), @"host=/run/postgresql|dbname=d");
        insta::assert_snapshot!(show("postgres:///d?host=/run/postgresql&port=5433"), @"dbname=d|host=/run/postgresql|port=5433");
    }

    #[test]
    fn pairs_are_read_as_libpq_reads_them() {
        insta::assert_snapshot!(show(r"host = a  password='it\'s \\ =here' user=x\ y"), @r"host=a|password=it's \ =here|user=x y");
    }

    #[test]
    fn what_is_malformed_is_said_without_repeating_it() {
        for text in [
            "",
            "mysql://u:secret@h/d",
            "secret",
            "host=h password='secret",
            "postgres://u:secret%zz@h",
            "postgres://u:secret@[::1/d",
            "postgres://u:secret@h/d?secret",
            "postgres://u:p@ss/secret@h:1/d",
            "postgres://u:12/secret@h/d",
        ] {
            let shown = show(text);
            assert!(shown.starts_with("error: ") && !shown.contains("secret"), "{text}: {shown}");
        }
    }
}
