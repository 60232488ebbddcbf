//! Rust types for PostgreSQL's values.
//!
//! A value comes back as it was stored, to the last digit and bit, or with an error that says why it cannot; the exceptions
//! are under *Notes*.
//!
//! | PostgreSQL | Rust | Notes |
//! |---|---|---|
//! | `boolean` | `bool` | |
//! | `smallint`, `integer`, `bigint` | `i16`, `i32`, `i64` | |
//! | `real`, `double precision` | `f32`, `f64` | with `NaN`, which PostgreSQL takes to be equal to itself |
//! | `numeric` | [`Numeric`] | any number of digits, `NaN` and the infinities |
//! | `text` | `String` | the character U+0000 is refused: PostgreSQL cannot store it |
//! | `varchar(n)`, `char(n)` | `String` with `sql_type` | `char(n)` comes back padded with spaces |
//! | `bytea` | `Vec<u8>` | |
//! | `uuid` | [`uuid::Uuid`] | |
//! | `date` | [`chrono::NaiveDate`], [`Date<NaiveDate>`](Date) | only the second can be infinite |
//! | `time` | [`chrono::NaiveTime`] | `24:00:00` is refused when it is read |
//! | `timestamp` | [`chrono::NaiveDateTime`], [`Timestamp<NaiveDateTime>`](Timestamp) | microseconds: what is below is cut off when it is written |
//! | `timestamptz` | [`chrono::DateTime<Utc>`], [`Timestamp<DateTime<Utc>>`](Timestamp) | the same; PostgreSQL stores no time zone |
//! | `interval` | [`Interval`] | months, days and microseconds |
//! | `jsonb` | [`Json<T>`](Json), [`RawJson`] | PostgreSQL brings it into its own form; U+0000 is refused |
//! | `json` | the same with `sql_type` | PostgreSQL keeps the text, and cannot compare it |
//! | `inet`, `cidr` | [`Inet`], [`Cidr`] | a setter of an `inet` takes an [`IpAddr`](std::net::IpAddr) too |
//! | `macaddr` | [`MacAddr`] | |
//! | `int4range`, `int8range`, `numrange`, `daterange`, `tsrange`, `tstzrange` | [`Range<T>`](Range) | ranges of whole numbers and dates come back in their [canonical form](Range::canonical) |
//! | `int4multirange`, … | [`Multirange<T>`](Multirange) | |
//! | an enum type | an enum with [`derive(PgEnum)`](derive@crate::PgEnum) | |
//! | arrays | `Vec<T>`, `Vec<Option<T>>` | the second where elements can be NULL; one dimension, counted from 1 |
//! | a domain | [`derive(PgDomain)`](derive@crate::PgDomain), or the type of what is behind it, with `sql_type` | also in arrays; one of an enum is compared in `sql!`, with a cast |
//! | `citext`, `ltree` | `String` with `sql_type` | |
//! | `hstore`, ranges of your own | [`derive(PgNewtype)`](derive@crate::PgNewtype) around a `HashMap`, a [`Range`] | |
//! | every other type | a type of your own | |
//!
//! A nullable column is an `Option` of these. Numbers, intervals and addresses are serialised by serde as their text. The years of `chrono` end with 262142, before those of PostgreSQL; a later date is
//! refused when it is read.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use levity::{Table, types::{Inet, Interval, Numeric, Range}};
//!
//! #[derive(Debug, Table)]
//! #[table(name = "bookings")]
//! struct Booking {
//!     #[column(primary_key, identity)]
//!     id: i64,
//!     during: Range<DateTime<Utc>>,
//!     #[column(sql_type = "numeric(12,2)")]
//!     price: Numeric,
//!     reminders: Vec<Interval>,
//!     #[column(sql_type = "email")]
//!     contact: Option<String>,
//!     client: Option<Inet>,
//! }
//!
//! let begin = Utc::now();
//! let booking = NewBooking::builder()
//!     .during(begin..begin + chrono::TimeDelta::hours(2))
//!     .price("120.50".parse::<Numeric>()?)
//!     .reminders(["P1D".parse()?, "PT30M".parse()?])
//!     .client("192.0.2.7".parse::<std::net::IpAddr>()?)
//!     .build();
//! # drop(booking);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Types of your own
//!
//! [`derive(PgNewtype)`](derive@crate::PgNewtype) makes a struct around one of these types a type of its own. Where more is to be
//! done, such as checking what is read, implement four traits: [`ColumnType`] says what the column is, [`ToSql`] and
//! [`FromSql`] convert the value, and [`ArrayElement`] lets columns hold a `Vec` of it. A composite type or
//! whatever else the server has is done the same way, in its binary format.
//!
//! ```
//! use levity::{schema::SqlType, types::*};
//!
//! /// An address that has been checked, in a column of the domain `email`.
//! #[derive(Debug, Clone, PartialEq)]
//! pub struct Email(String);
//!
//! impl TryFrom<String> for Email {
//!     type Error = String;
//!
//!     fn try_from(text: String) -> Result<Self, String> {
//!         if text.contains('@') { Ok(Self(text)) } else { Err("an e-mail address has an `@`".to_owned()) }
//!     }
//! }
//!
//! impl ColumnType for Email {
//!     fn sql_type() -> SqlType {
//!         SqlType::parse("email")
//!     }
//! }
//!
//! impl ArrayElement for Email {}
//!
//! impl ToSql for Email {
//!     fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
//!         self.0.to_sql(ty, out)
//!     }
//!
//!     fn accepts(ty: &Type) -> bool {
//!         <String as ToSql>::accepts(ty)
//!     }
//!
//!     to_sql_checked!();
//! }
//!
//! impl<'row> FromSql<'row> for Email {
//!     fn from_sql(ty: &Type, raw: &'row [u8]) -> Result<Self, BoxError> {
//!         Ok(Self::try_from(String::from_sql(ty, raw)?)?)
//!     }
//!
//!     fn accepts(ty: &Type) -> bool {
//!         <String as FromSql>::accepts(ty)
//!     }
//! }
//! ```
//!
//! `accepts` is asked about the domain first and then about its base type. Types of other crates that implement `ToSql` and
//! `FromSql` for the driver, and not [`ColumnType`], need such a struct around them.

mod array;
mod column_type;
mod domain;
mod infinite;
mod interval;
mod json;
mod literal;
mod mac_addr;
mod network;
mod nul;
mod numeric;
mod parameter;
mod pg_enum;
mod placeholder;
mod range;
mod serde_text;
mod stored;
mod values;

#[doc(no_inline)]
pub use bytes::BytesMut;
pub use column_type::{ArrayElement, ColumnType};
pub use interval::{InexactInterval, Interval, ParseIntervalError};
pub use json::{Json, RawJson};
pub use literal::Literal;
pub use mac_addr::{MacAddr, ParseMacAddrError};
pub use network::{Cidr, Inet, NetworkError};
pub use numeric::{Numeric, ParseNumericError};
pub(crate) use parameter::{BoundValue, RefusedValue};
pub use pg_enum::{PgEnum, UnknownLabel, decode_label};
pub(crate) use placeholder::{array_type, placeholder};
pub use range::{Multirange, Range, RangeElement};
pub(crate) use stored::Stored;
/// A date or timestamp that can be infinite; plain `chrono` types fail on a row that holds `infinity`.
pub use tokio_postgres::types::{Date, Timestamp};
pub(crate) use values::{Values, write_value};
// What the traits of a type of one's own are made of, so that it needs no dependency on the driver.
#[doc(no_inline)]
pub use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, accepts, to_sql_checked};

/// The error of [`ToSql`] and [`FromSql`].
pub type BoxError = Box<dyn std::error::Error + Sync + Send>;
