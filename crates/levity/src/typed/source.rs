use super::Queryable;
use crate::{FromRow, query};

/// Something that a query can read rows from, under one name: a table or view, an [`alias!`](crate::alias!) of one, or the rows of a
/// subquery or common table expression that `derive(FromRow)` describes.
#[diagnostic::on_unimplemented(
    message = "rows cannot be read from `{Self}`",
    label = "expected a table, an alias of one, or a struct that derives `FromRow`"
)]
pub trait Source: Send + Sync + 'static {
    /// A row.
    type Row: FromRow;
    /// The name in the statement, with which columns are qualified.
    const ALIAS: &'static str;
    /// The names of a row's columns.
    const COLUMNS: &'static [&'static str];

    /// How the statement names it. Of a subquery or common table expression, that is its name.
    fn source() -> query::Source {
        query::Source { namespace: None, table: Self::ALIAS, alias: Self::ALIAS }
    }
}

impl<T: Queryable> Source for T {
    type Row = T;
    const ALIAS: &'static str = T::QUALIFIER;
    const COLUMNS: &'static [&'static str] = match T::COLUMNS {
        Some(names) => names,
        None => panic!("a table's columns have names"),
    };

    fn source() -> query::Source {
        T::info().source()
    }
}

/// All columns of a source.
pub(super) fn columns<S: Source>() -> Vec<query::Expr> {
    S::COLUMNS.iter().map(|&name| query::Expr::Column { table: S::ALIAS, name }).collect()
}

/// A second name of a table; made by [`alias!`](crate::alias!).
pub trait Alias: Source {
    /// The table.
    type Of: Queryable;
}
