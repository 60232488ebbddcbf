use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use tokio_postgres::types::{Date, Timestamp};
use uuid::Uuid;

use super::{Json, Numeric};
use crate::{
    schema::{EnumType, ObjectName, SqlType},
    sql::{quote_ident, quote_name},
};

/// A Rust type that a column can have.
///
/// `derive(PgEnum)` implements it for enums. Implement it for a type of your own, next to `ToSql` and `FromSql`, to use it
/// as a column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a column",
    label = "no PostgreSQL type is known for this type",
    note = "derive `PgEnum` for an enum, or wrap any serde type in `Json<…>`"
)]
pub trait ColumnType {
    /// The PostgreSQL type, unless the column names another one.
    fn sql_type() -> SqlType;

    /// The enum type to create, when it is one.
    fn enum_type() -> Option<EnumType> {
        None
    }
}

macro_rules! column_types {
    ($($rust:ty => $sql:ident;)*) => {
        $(
            impl ColumnType for $rust {
                fn sql_type() -> SqlType {
                    SqlType::$sql
                }
            }
        )*
    };
}

column_types! {
    bool => Boolean;
    i16 => SmallInt;
    i32 => Integer;
    i64 => BigInt;
    f32 => Real;
    f64 => DoublePrecision;
    String => Text;
    Uuid => Uuid;
    NaiveDate => Date;
    Date<NaiveDate> => Date;
    NaiveTime => Time;
    NaiveDateTime => Timestamp;
    Timestamp<NaiveDateTime> => Timestamp;
    DateTime<Utc> => Timestamptz;
    Timestamp<DateTime<Utc>> => Timestamptz;
}

impl ColumnType for Numeric {
    fn sql_type() -> SqlType {
        SqlType::Numeric(None)
    }
}

impl<T> ColumnType for Json<T> {
    fn sql_type() -> SqlType {
        SqlType::Jsonb
    }
}

/// An array. A `Vec<u8>` is one of `bytea`'s, see [`ArrayElement`].
impl<T: ArrayElement> ColumnType for Vec<T> {
    fn sql_type() -> SqlType {
        T::vec_type()
    }

    fn enum_type() -> Option<EnumType> {
        T::vec_enum_type()
    }
}

/// What a `Vec` of this type is in PostgreSQL: an array, except for `u8`.
pub trait ArrayElement {
    /// The type of the `Vec`.
    fn vec_type() -> SqlType;

    /// The enum type of the elements.
    fn vec_enum_type() -> Option<EnumType> {
        None
    }
}

impl<T: ColumnType> ArrayElement for T {
    fn vec_type() -> SqlType {
        SqlType::Array(Box::new(T::sql_type()))
    }

    fn vec_enum_type() -> Option<EnumType> {
        T::enum_type()
    }
}

impl ArrayElement for u8 {
    fn vec_type() -> SqlType {
        SqlType::Bytea
    }
}

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
        SqlType::Enum(_) => return Some(sql_type.to_string()),
        SqlType::Array(element) => return Some(format!("{}[]", base_type(element)?)),
        SqlType::Other(_) => return None,
    };
    Some(format!("pg_catalog.{name}"))
}
