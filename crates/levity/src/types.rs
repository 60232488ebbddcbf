//! Rust types for PostgreSQL's values.

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
mod stored;

pub use column_type::{ArrayElement, ColumnType};
pub use interval::{InexactInterval, Interval, ParseIntervalError};
pub use json::{Json, RawJson};
pub use literal::Literal;
pub use mac_addr::{MacAddr, ParseMacAddrError};
pub use network::{Cidr, Inet, NetworkError};
pub use numeric::{Numeric, ParseNumericError};
pub(crate) use parameter::{BoundValue, NulCharacter};
pub use pg_enum::{PgEnum, UnknownLabel, decode_label};
pub(crate) use placeholder::placeholder;
pub use range::{Multirange, Range, RangeElement};
pub(crate) use stored::Stored;
/// A date or timestamp that can be infinite; plain `chrono` types fail on a row that holds `infinity`.
pub use tokio_postgres::types::{Date, Timestamp};
