use crate::typed::{Column, InSchema, Nullability, Source, Table};

/// A value of a query that a column can hold: of the column's type, and an `Option` only where the column can be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into a column that holds `{Field}`",
    label = "the query gives `{Self}` where the column holds `{Field}`"
)]
pub trait Fits<Field> {}

impl<V> Fits<V> for V {}
impl<V> Fits<Option<V>> for V {}

/// Columns of a table that can take the rows of a query: one, or a tuple.
#[diagnostic::on_unimplemented(
    message = "rows of the form `{Row}` do not fit the columns of this insert",
    label = "expected one column for each value of `{Row}`"
)]
pub trait InsertColumns<Row> {
    /// The table.
    type Table: InSchema + Table;

    /// The columns' names.
    fn names(self) -> Vec<&'static str>;
}

impl<T, V, N, R> InsertColumns<R> for Column<T, V, N>
where
    T: InSchema + Table + Source,
    N: Nullability,
    R: Fits<N::Value<V>>,
{
    type Table = T;

    fn names(self) -> Vec<&'static str> {
        vec![self.name()]
    }
}

macro_rules! tuples {
    ($($first:ident $first_row:ident $(, $rest:ident $row:ident)*;)+) => {
        $(
            #[expect(non_snake_case, reason = "a variable for each type")]
            impl<$first, $first_row, $($rest, $row),*> InsertColumns<($first_row, $($row,)*)> for ($first, $($rest,)*)
            where
                $first: InsertColumns<$first_row>,
                $($rest: InsertColumns<$row, Table = $first::Table>,)*
            {
                type Table = $first::Table;

                fn names(self) -> Vec<&'static str> {
                    let ($first, $($rest,)*) = self;
                    [$first.names(), $($rest.names()),*].concat()
                }
            }
        )+
    };
}

tuples! {
    A RA;
    A RA, B RB;
    A RA, B RB, C RC;
    A RA, B RB, C RC, D RD;
    A RA, B RB, C RC, D RD, E RE;
    A RA, B RB, C RC, D RD, E RE, F RF;
    A RA, B RB, C RC, D RD, E RE, F RF, G RG;
    A RA, B RB, C RC, D RD, E RE, F RF, G RG, H RH;
    A RA, B RB, C RC, D RD, E RE, F RF, G RG, H RH, I RI;
    A RA, B RB, C RC, D RD, E RE, F RF, G RG, H RH, I RI, J RJ;
    A RA, B RB, C RC, D RD, E RE, F RF, G RG, H RH, I RI, J RJ, K RK;
    A RA, B RB, C RC, D RD, E RE, F RF, G RG, H RH, I RI, J RJ, K RK, L RL;
}
