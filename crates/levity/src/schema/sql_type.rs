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
    /// `inet`
    Inet,
    /// `cidr`
    Cidr,
    /// `macaddr`
    MacAddr,
    /// A range, such as `int4range`
    Range(RangeOf),
    /// A set of ranges, such as `int4multirange`
    Multirange(RangeOf),
    /// An enum type of the schema
    Enum(ObjectName),
    /// A domain of the schema
    Domain(ObjectName),
    /// An array; PostgreSQL does not distinguish its number of dimensions
    Array(Box<SqlType>),
    /// Any other type, as `format_type` prints it
    Other(String),
}

impl SqlType {
    /// The type that `format_type` prints as `text`, or that has this name for short (`varchar(20)`, `timestamptz`).
    ///
    /// Names are read in any case unless they are quoted. Enum types and domains cannot be told from other names by text alone,
    /// so they come out as [`SqlType::Other`].
    pub fn parse(text: &str) -> Self {
        if let Some(element) = text.strip_suffix("[]") {
            // However many dimensions are written, it is the same type.
            return Self::Array(Box::new(Self::parse(element.trim_end_matches("[]"))));
        }
        let text = if text.contains('"') { text } else { &text.to_ascii_lowercase() };
        match text {
            "boolean" | "bool" => Self::Boolean,
            "smallint" | "int2" => Self::SmallInt,
            "integer" | "int" | "int4" => Self::Integer,
            "bigint" | "int8" => Self::BigInt,
            "real" | "float4" => Self::Real,
            "double precision" | "float8" | "float" => Self::DoublePrecision,
            "numeric" | "decimal" => Self::Numeric(None),
            "text" => Self::Text,
            "character varying" | "varchar" => Self::Varchar(None),
            "character" | "char" => Self::Char(1),
            "bytea" => Self::Bytea,
            "uuid" => Self::Uuid,
            "date" => Self::Date,
            "time without time zone" | "time" => Self::Time,
            "timestamp without time zone" | "timestamp" => Self::Timestamp,
            "timestamp with time zone" | "timestamptz" => Self::Timestamptz,
            "interval" => Self::Interval,
            "json" => Self::Json,
            "jsonb" => Self::Jsonb,
            "inet" => Self::Inet,
            "cidr" => Self::Cidr,
            "macaddr" => Self::MacAddr,
            _ => (Self::parse_range(text).or_else(|| Self::parse_modified(text)))
                .unwrap_or_else(|| Self::Other(spelled_out(text))),
        }
    }

    /// A range or multirange that PostgreSQL has by itself.
    fn parse_range(text: &str) -> Option<Self> {
        RangeOf::ALL.into_iter().find_map(|of| {
            if text == of.range() {
                Some(Self::Range(of))
            } else if text == of.multirange() {
                Some(Self::Multirange(of))
            } else {
                None
            }
        })
    }

    /// A type with a modifier: `numeric(10,2)`.
    fn parse_modified(text: &str) -> Option<Self> {
        let (name, modifier) = text.strip_suffix(')')?.split_once('(')?;
        match name {
            "numeric" | "decimal" => {
                let (precision, scale) = modifier.split_once(',').unwrap_or((modifier, "0"));
                Some(Self::Numeric(Some((precision.trim().parse().ok()?, scale.trim().parse().ok()?))))
            }
            "character varying" | "varchar" => Some(Self::Varchar(Some(modifier.parse().ok()?))),
            "character" | "char" => Some(Self::Char(modifier.parse().ok()?)),
            _ => None,
        }
    }

    /// The domain that this type is, or is an array of.
    pub fn domain_name(&self) -> Option<&ObjectName> {
        match self {
            Self::Domain(name) => Some(name),
            Self::Array(element) => element.domain_name(),
            _ => None,
        }
    }

    /// The enum type that this type is, or is an array of.
    pub fn enum_name(&self) -> Option<&ObjectName> {
        match self {
            Self::Enum(name) => Some(name),
            Self::Array(element) => element.enum_name(),
            _ => None,
        }
    }
}

/// The full name of a type that is known by its text only, where PostgreSQL has a shorter one for it.
fn spelled_out(text: &str) -> String {
    let (name, modifier) = text.find('(').map_or((text, ""), |position| text.split_at(position));
    match name {
        "time" if modifier.ends_with(')') => format!("time{modifier} without time zone"),
        "timetz" => format!("time{modifier} with time zone"),
        "timestamp" if modifier.ends_with(')') => format!("timestamp{modifier} without time zone"),
        "timestamptz" => format!("timestamp{modifier} with time zone"),
        "varbit" => format!("bit varying{modifier}"),
        "bit" if modifier.is_empty() => "bit(1)".to_owned(),
        _ => text.to_owned(),
    }
}

/// What the ranges that PostgreSQL has by itself are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RangeOf {
    /// `integer`
    Integer,
    /// `bigint`
    BigInt,
    /// `numeric`
    Numeric,
    /// `timestamp without time zone`
    Timestamp,
    /// `timestamp with time zone`
    Timestamptz,
    /// `date`
    Date,
}

impl RangeOf {
    const ALL: [Self; 6] =
        [Self::Integer, Self::BigInt, Self::Numeric, Self::Timestamp, Self::Timestamptz, Self::Date];

    /// The name of the range type.
    pub fn range(self) -> &'static str {
        match self {
            Self::Integer => "int4range",
            Self::BigInt => "int8range",
            Self::Numeric => "numrange",
            Self::Timestamp => "tsrange",
            Self::Timestamptz => "tstzrange",
            Self::Date => "daterange",
        }
    }

    /// The name of the multirange type.
    pub fn multirange(self) -> &'static str {
        match self {
            Self::Integer => "int4multirange",
            Self::BigInt => "int8multirange",
            Self::Numeric => "nummultirange",
            Self::Timestamp => "tsmultirange",
            Self::Timestamptz => "tstzmultirange",
            Self::Date => "datemultirange",
        }
    }
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
            Self::Inet => "inet",
            Self::Cidr => "cidr",
            Self::MacAddr => "macaddr",
            Self::Range(of) => of.range(),
            Self::Multirange(of) => of.multirange(),
            Self::Enum(name) | Self::Domain(name) => return write!(f, "{}", crate::sql::quote_name(name)),
            Self::Array(element) => return write!(f, "{element}[]"),
            Self::Other(name) => name,
        };
        f.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for text in [
            "bigint",
            "numeric(10,-2)",
            "character varying(20)[]",
            "character(3)",
            "inet",
            "macaddr[]",
            "int4range",
            "tstzmultirange[]",
            "bit(3)",
            "bit varying",
            "timestamp(3) with time zone",
            "time(6) without time zone",
            "interval(3)",
        ] {
            assert_eq!(SqlType::parse(text).to_string(), text);
        }
        assert_eq!(SqlType::parse("numeric(10,-2)"), SqlType::Numeric(Some((10, -2))));
        for (alias, name) in [
            ("varchar(20)", "character varying(20)"),
            ("decimal(5)", "numeric(5,0)"),
            ("int4[]", "integer[]"),
            ("int[][]", "integer[]"),
            ("VarChar(20)", "character varying(20)"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("time(0)", "time(0) without time zone"),
            ("timetz", "time with time zone"),
            ("varbit(3)[]", "bit varying(3)[]"),
            ("bit", "bit(1)"),
            ("\"Email\"", "\"Email\""),
        ] {
            assert_eq!(SqlType::parse(alias).to_string(), name);
        }
        assert_eq!(SqlType::parse("daterange"), SqlType::Range(RangeOf::Date));
        assert_eq!(SqlType::parse("bit(3)"), SqlType::Other("bit(3)".to_owned()));
    }
}
