//! Decoding rows.

use tokio_postgres::{Row, types::FromSql};

use crate::{Error, types::Stored};

/// A type that is made of consecutive columns of a result.
///
/// `derive(Table)` implements it for a table's row; tuples of column values implement it for `sql!` queries.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    label = "expected a table's row type or a tuple such as `(i64, String)`"
)]
pub trait FromRow: Sized {
    /// The number of columns that a value takes.
    const WIDTH: usize;
    /// The names of the columns, where they have some: a table's row does, a tuple does not.
    const COLUMNS: Option<&'static [&'static str]> = None;

    /// Decodes the columns `offset..offset + WIDTH`.
    fn from_row(row: &Row, offset: usize) -> Result<Self, Error>;
}

/// Decodes one column.
///
/// # Errors
///
/// Names the column and says why its value is not one of this type.
pub fn column<'row, V: FromSql<'row>>(row: &'row Row, index: usize) -> Result<V, Error> {
    row.try_get(index).map(|Stored(value)| value).map_err(|source| {
        let name =
            row.columns().get(index).map_or_else(|| format!("#{index}"), |column| column.name().to_owned());
        Error::decode(name, source)
    })
}

macro_rules! tuples {
    ($($width:literal: $($value:ident $index:literal),+;)+) => {
        $(
            impl<$($value: for<'row> FromSql<'row>),+> FromRow for ($($value,)+) {
                const WIDTH: usize = $width;

                fn from_row(row: &Row, offset: usize) -> Result<Self, Error> {
                    Ok(($(column::<$value>(row, offset + $index)?,)+))
                }
            }
        )+
    };
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
