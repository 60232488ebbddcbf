//! The only quoting code of the workspace.

use crate::schema::ObjectName;

/// An identifier in double quotes: `"user"`.
pub fn quote_ident(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    push_ident(&mut quoted, name);
    quoted
}

/// Appends an identifier in double quotes.
pub(super) fn push_ident(sql: &mut String, name: &str) {
    sql.push('"');
    for (position, part) in name.split('"').enumerate() {
        if position > 0 {
            sql.push_str("\"\"");
        }
        sql.push_str(part);
    }
    sql.push('"');
}

/// A name in double quotes, with its namespace when it has one: `"billing"."invoices"`.
pub fn quote_name(name: &ObjectName) -> String {
    match &name.namespace {
        Some(namespace) => format!("{}.{}", quote_ident(namespace), quote_ident(&name.name)),
        None => quote_ident(&name.name),
    }
}

/// A string as an SQL literal, for statements that take no parameters (DDL): `'it''s'`.
///
/// A text with a backslash becomes an escape string (`E'…'`), which means the same whatever
/// `standard_conforming_strings` says.
pub fn quote_literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') {
        format!("E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled_and_backslashes_escaped() {
        assert_eq!(quote_ident(r#"a"b"#), r#""a""b""#);
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal(r"a\'b"), r"E'a\\''b'");
    }
}
