use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use tokio_postgres::types::{Date, Timestamp};
use uuid::Uuid;

use super::{Cidr, Inet, Interval, Json, MacAddr, Multirange, Numeric, Range, RangeElement};
use crate::schema::{SqlType, TypeDefinition};

/// A Rust type that a column can have.
///
/// `derive(PgEnum)` implements it for enums, `derive(PgNewtype)` and `derive(PgDomain)` for structs around one value.
/// Implement it for a type of your own, next to `ToSql` and `FromSql`, to use it
/// as a column; the [module](crate::types#types-of-your-own) shows one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a column",
    label = "no PostgreSQL type is known for this type",
    note = "derive `PgEnum` for an enum or `PgNewtype` for a struct around one value, or wrap any serde type in `Json<…>`"
)]
pub trait ColumnType {
    /// The PostgreSQL type, unless the column names another one.
    fn sql_type() -> SqlType;

    /// The types of the schema that it needs: an enum type or a domain, and what that is made of, before it.
    fn definitions() -> Vec<TypeDefinition> {
        Vec::new()
    }
}

/// A type whose `Vec` is an array in PostgreSQL, with `Option` around the elements when they can be NULL.
///
/// It has no methods: for a type of your own, write `impl ArrayElement for Email {}`. A `Vec` is deliberately none.
/// PostgreSQL has no arrays of arrays, only arrays with several dimensions; keep nested lists as [`Json`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the element of an array",
    label = "a column cannot hold a `Vec` of this type",
    note = "arrays have one dimension; a column of nested lists is `Json<Vec<…>>`",
    note = "for a type of your own that is a `ColumnType`, write `impl levity::types::ArrayElement for … {{}}`"
)]
pub trait ArrayElement: ColumnType {}

macro_rules! column_types {
    ($($rust:ty => $sql:ident;)*) => {
        $(
            impl ColumnType for $rust {
                fn sql_type() -> SqlType {
                    SqlType::$sql
                }
            }

            impl ArrayElement for $rust {}
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
    Interval => Interval;
    Inet => Inet;
    Cidr => Cidr;
    MacAddr => MacAddr;
}

impl ColumnType for Numeric {
    fn sql_type() -> SqlType {
        SqlType::Numeric(None)
    }
}

impl ArrayElement for Numeric {}

impl<T> ColumnType for Json<T> {
    fn sql_type() -> SqlType {
        SqlType::Jsonb
    }
}

impl<T> ArrayElement for Json<T> {}

impl<T: RangeElement> ColumnType for Range<T> {
    fn sql_type() -> SqlType {
        SqlType::Range(T::RANGE)
    }
}

impl<T: RangeElement> ArrayElement for Range<T> {}

impl<T: RangeElement> ColumnType for Multirange<T> {
    fn sql_type() -> SqlType {
        SqlType::Multirange(T::RANGE)
    }
}

impl<T: RangeElement> ArrayElement for Multirange<T> {}

impl ColumnType for Vec<u8> {
    fn sql_type() -> SqlType {
        SqlType::Bytea
    }
}

impl ArrayElement for Vec<u8> {}

impl<T: ArrayElement> ColumnType for Vec<T> {
    fn sql_type() -> SqlType {
        SqlType::Array(Box::new(T::sql_type()))
    }

    fn definitions() -> Vec<TypeDefinition> {
        T::definitions()
    }
}

impl<T: ArrayElement> ColumnType for Vec<Option<T>> {
    fn sql_type() -> SqlType {
        <Vec<T>>::sql_type()
    }

    fn definitions() -> Vec<TypeDefinition> {
        T::definitions()
    }
}
