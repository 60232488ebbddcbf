use super::Table;
use crate::query;

/// A table with a primary key; implemented by `derive(Table)`.
#[diagnostic::on_unimplemented(
    message = "the table `{Self}` has no primary key",
    label = "say which rows by `.filter(…)`"
)]
pub trait Keyed: Table {
    /// The key: the type of its column, or a tuple of those of its columns in the key's order.
    type Key;

    /// The condition that a row has this key.
    fn key_condition(key: Self::Key) -> query::Expr;
}
