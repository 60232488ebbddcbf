//! Rust types for PostgreSQL's values.

mod column_type;
mod interval;
mod json;
mod literal;
mod mac_addr;
mod network;
mod numeric;
mod pg_enum;
mod placeholder;
mod range;

pub use column_type::{ArrayElement, ColumnType};
pub use interval::{InexactInterval, Interval, ParseIntervalError};
pub use json::{Json, RawJson};
pub use literal::Literal;
pub use mac_addr::{MacAddr, ParseMacAddrError};
pub use network::{Cidr, Inet, NetworkError};
pub use numeric::{Numeric, ParseNumericError};
pub use pg_enum::{PgEnum, UnknownLabel, decode_label};
pub(crate) use placeholder::placeholder;
pub use range::{Multirange, Range, RangeElement};
/// A date or timestamp that can be infinite; plain `chrono` types fail on a row that holds `infinity`.
pub use tokio_postgres::types::{Date, Timestamp};
