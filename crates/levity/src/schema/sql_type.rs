use std::fmt;

use super::ObjectName;

/// A column's type.
///
/// The variants are the types that the differ knows how to convert; every other type is kept by its text
/// ([`SqlType::Other`]), spelled as `format_type` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SqlType {
    /// `boolean`
    Boolean,
    /// `smallint`
    SmallInt,
    /// `integer`
    Integer,
    /// `bigint`
    BigInt,
    /// `real`
    Real,
    /// `double precision`
    DoublePrecision,
    /// `numeric`, with its precision and scale when they are limited
    Numeric(Option<(u16, i16)>),
    /// `text`
    Text,
    /// `character varying`, with its longest length in characters when that is limited
    Varchar(Option<u32>),
    /// `character(n)`
    Char(u32),
    /// `bytea`
    Bytea,
    /// `uuid`
    Uuid,
    /// `date`
    Date,
    /// `time without time zone`
    Time,
    /// `timestamp without time zone`
    Timestamp,
    /// `timestamp with time zone`
    Timestamptz,
    /// `interval`
    Interval,
    /// `json`
    Json,
    /// `jsonb`
    Jsonb,
    /// An enum type of the schema
    Enum(ObjectName),
    /// An array; PostgreSQL does not distinguish its number of dimensions
    Array(Box<SqlType>),
    /// Any other type, as `format_type` prints it
    Other(String),
}

/// The type as SQL, spelled as `format_type` spells it.
impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Boolean => "boolean",
            Self::SmallInt => "smallint",
            Self::Integer => "integer",
            Self::BigInt => "bigint",
            Self::Real => "real",
            Self::DoublePrecision => "double precision",
            Self::Numeric(None) => "numeric",
            Self::Numeric(Some((precision, scale))) => return write!(f, "numeric({precision},{scale})"),
            Self::Text => "text",
            Self::Varchar(None) => "character varying",
            Self::Varchar(Some(length)) => return write!(f, "character varying({length})"),
            Self::Char(length) => return write!(f, "character({length})"),
            Self::Bytea => "bytea",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::Time => "time without time zone",
            Self::Timestamp => "timestamp without time zone",
            Self::Timestamptz => "timestamp with time zone",
            Self::Interval => "interval",
            Self::Json => "json",
            Self::Jsonb => "jsonb",
            Self::Enum(name) => return write!(f, "{}", crate::sql::quote_name(name)),
            Self::Array(element) => return write!(f, "{element}[]"),
            Self::Other(name) => name,
        };
        f.write_str(name)
    }
}
