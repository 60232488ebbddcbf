//! The untyped statements under the typed layer: plain enums and structs that [`crate::sql`](mod@crate::sql) writes as text.
//!
//! Nothing here checks anything. The typed layer only builds statements that make sense, and PostgreSQL judges them.

mod expr;
mod load;
mod select;
mod write;

pub use expr::{Call, Expr, Fragment, Window};
pub use load::{Level, LevelColumn, Link, LinkTable, Load};
pub(crate) use select::and;
pub use select::{
    Body, Cte, CteId, CteQuery, Distinct, FromItem, Join, Lock, Nulls, OrderBy, Rows, Select, SetQuery,
    Source,
};
pub use write::{Conflict, ConflictAction, ConflictTarget, Delete, Insert, NewRows, Update};
