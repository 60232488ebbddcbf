use crate::{
    schema::{ObjectName, SqlType},
    sql::{quote_ident, quote_name},
};

/// A NULL of a column's type, for the place of the column in another arm of a `UNION`.
///
/// Schema-qualified, so that no search path changes its meaning, and without length or precision, which a NULL does not
/// need. What the type is called says nothing about a type that is not listed: a domain can refuse NULL, and `serial` is no
/// type. There the NULL is that of a query for the column itself, which the server never runs.
pub(crate) fn placeholder(table: &ObjectName, column: &str, sql_type: &SqlType) -> String {
    match base_type(sql_type) {
        Some(base_type) => format!("NULL::{base_type}"),
        None => format!("(SELECT {} FROM {} WHERE false)", quote_ident(column), quote_name(table)),
    }
}

/// The type of an array of a column's values, or none where the values are arrays themselves.
///
/// It is without length or precision, which the column checks; a cast would cut the values off without a word.
pub(crate) fn array_type(sql_type: &SqlType) -> Option<String> {
    let element = match sql_type {
        SqlType::Array(_) => return None,
        known => base_type(known).unwrap_or_else(|| known.to_string()),
    };
    Some(format!("{element}[]"))
}

fn base_type(sql_type: &SqlType) -> Option<String> {
    let name = match sql_type {
        SqlType::Boolean => "bool",
        SqlType::SmallInt => "int2",
        SqlType::Integer => "int4",
        SqlType::BigInt => "int8",
        SqlType::Real => "float4",
        SqlType::DoublePrecision => "float8",
        SqlType::Numeric(_) => "numeric",
        SqlType::Text => "text",
        SqlType::Varchar(_) => "varchar",
        SqlType::Char(_) => "bpchar",
        SqlType::Bytea => "bytea",
        SqlType::Uuid => "uuid",
        SqlType::Date => "date",
        SqlType::Time => "time",
        SqlType::Timestamp => "timestamp",
        SqlType::Timestamptz => "timestamptz",
        SqlType::Interval => "interval",
        SqlType::Json => "json",
        SqlType::Jsonb => "jsonb",
        SqlType::Inet => "inet",
        SqlType::Cidr => "cidr",
        SqlType::MacAddr => "macaddr",
        SqlType::Range(of) => of.range(),
        SqlType::Multirange(of) => of.multirange(),
        SqlType::Enum(_) => return Some(sql_type.to_string()),
        SqlType::Array(element) => return Some(format!("{}[]", base_type(element)?)),
        SqlType::Domain(_) | SqlType::Other(_) => return None,
    };
    Some(format!("pg_catalog.{name}"))
}
