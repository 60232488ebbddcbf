//! Rust types for PostgreSQL's values.

mod column_type;
mod json;
mod literal;
mod numeric;
mod pg_enum;

pub(crate) use column_type::placeholder;
pub use column_type::{ArrayElement, ColumnType};
pub use json::{Json, RawJson};
pub use literal::Literal;
pub use numeric::{Numeric, ParseNumericError};
pub use pg_enum::{PgEnum, UnknownLabel, decode_label};
/// A date or timestamp that can be infinite; plain `chrono` types fail on a row that holds `infinity`.
pub use tokio_postgres::types::{Date, Timestamp};
