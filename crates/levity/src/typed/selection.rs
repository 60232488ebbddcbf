//! What a query returns: columns, expressions, whole rows, tuples and structs of them.

use std::marker::PhantomData;

use tokio_postgres::{Row, types::FromSql};

use super::{
    Aggregate, Column, Contains, Covers, Expr, Expression, Nullability, Nullable, Outer, Scope, Source,
    source::columns,
};
use crate::{Error, FromRow, query};

/// Something that a query of these tables can return: a column or expression (an `Option` where it can be NULL, also
/// because an outer join has no row), a whole [`row`], or a tuple or [`FromRow`] struct of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from the tables `{Tables}`",
    label = "expected columns or expressions of the query's tables, `row::<Table>()`, or a tuple of them",
    note = "the value of a column must implement `FromSql`"
)]
pub trait Selection<Tables, Positions> {
    /// What a row of the result becomes.
    type Output;

    /// Appends the untyped expressions.
    fn describe(self, columns: &mut Vec<query::Expr>);

    /// Reads the columns from `offset` on, and moves it behind them.
    ///
    /// # Errors
    ///
    /// A value that is not of its column's type.
    fn decode(row: &Row, offset: &mut usize) -> Result<Self::Output, Error>;
}

/// The nullability of an expression in a query of these tables.
type Within<E, Tables, Positions> = <<E as Expression>::Nullability as Nullability>::Within<
    <Tables as Covers<<E as Expression>::Scope, Positions>>::Nullability,
>;

// One by one and not for every `Expression`, so that the compiler knows what a tuple can be, and names the member that is
// wrong.
macro_rules! expressions {
    ($([$($generics:tt)*] $expression:ty;)*) => {
        $(
            impl<Tables, Positions, $($generics)*> Selection<Tables, Positions> for $expression
            where
                V: for<'row> FromSql<'row>,
                Tables: Covers<<Self as Expression>::Scope, Positions>,
            {
                type Output = <Within<Self, Tables, Positions> as Nullability>::Value<V>;

                fn describe(self, columns: &mut Vec<query::Expr>) {
                    columns.push(self.into_ast());
                }

                fn decode(row: &Row, offset: &mut usize) -> Result<Self::Output, Error> {
                    let value = Within::<Self, Tables, Positions>::decode::<V>(row, *offset)?;
                    *offset += 1;
                    Ok(value)
                }
            }
        )*
    };
}

expressions! {
    [T: Source, V, N: Nullability] Column<T, V, N>;
    [S: Scope, V, N: Nullability] Expr<S, V, N>;
    [S: Scope, V, N: Nullability, A] Aggregate<S, V, N, A>;
}

/// All columns of a table, as its row; made by [`row`].
#[derive(Debug)]
pub struct WholeRow<T>(PhantomData<fn() -> T>);

/// All columns of a table: the row itself, or an `Option` of it where an outer join can leave it out.
pub fn row<T: Source>() -> WholeRow<T> {
    WholeRow(PhantomData)
}

/// What a whole row becomes, with or without the possibility that there is none.
pub trait Presence: Nullability {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// A value that is not of its column's type.
    fn decode_row<R: FromRow>(row: &Row, offset: usize) -> Result<Self::Value<R>, Error>;
}

impl Presence for super::Never {
    fn decode_row<R: FromRow>(row: &Row, offset: usize) -> Result<R, Error> {
        R::from_row(row, offset)
    }
}

/// A row of which every column is NULL counts as missing. A table with a primary key has no such row.
impl Presence for Nullable {
    fn decode_row<R: FromRow>(row: &Row, offset: usize) -> Result<Option<R>, Error> {
        let present = (offset..offset + R::WIDTH).any(|index| !is_null(row, index));
        present.then(|| R::from_row(row, offset)).transpose()
    }
}

fn is_null(row: &Row, index: usize) -> bool {
    /// Accepts every type and reads nothing.
    struct Present;

    impl FromSql<'_> for Present {
        fn from_sql(
            _: &tokio_postgres::types::Type,
            _: &[u8],
        ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
            Ok(Self)
        }

        fn accepts(_: &tokio_postgres::types::Type) -> bool {
            true
        }
    }

    matches!(row.try_get::<_, Option<Present>>(index), Ok(None))
}

impl<T, Tables, Position> Selection<Tables, Position> for WholeRow<T>
where
    T: Source,
    Tables: Contains<T, Position, Nullability: Presence>,
{
    type Output = <Tables::Nullability as Nullability>::Value<T::Row>;

    fn describe(self, into: &mut Vec<query::Expr>) {
        into.extend(columns::<T>());
    }

    fn decode(row: &Row, offset: &mut usize) -> Result<Self::Output, Error> {
        let value = Tables::Nullability::decode_row::<T::Row>(row, *offset)?;
        *offset += T::Row::WIDTH;
        Ok(value)
    }
}

/// What a query returns for each row.
pub trait Returns<Tables> {
    /// The value.
    type Output;

    /// Reads it.
    ///
    /// # Errors
    ///
    /// A value that is not of its column's type.
    fn decode(&self, row: &Row) -> Result<Self::Output, Error>;
}

/// The whole row of the query's first table: what a query returns that has not chosen its columns.
#[derive(Debug, Clone, Copy)]
pub struct FirstTable;

impl<T: Source, Others> Returns<(T, Others)> for FirstTable {
    type Output = T::Row;

    fn decode(&self, row: &Row) -> Result<T::Row, Error> {
        T::Row::from_row(row, 0)
    }
}

impl<T: Source, Others> Returns<(Outer<T>, Others)> for FirstTable {
    type Output = Option<T::Row>;

    fn decode(&self, row: &Row) -> Result<Option<T::Row>, Error> {
        Nullable::decode_row(row, 0)
    }
}

/// The columns that a query has chosen: the [`Selection`] `S`, which becomes `R`.
pub struct Chosen<S, R> {
    decode: fn(&Row) -> Result<R, Error>,
    marker: PhantomData<fn() -> S>,
}

impl<S, R> Chosen<S, R> {
    pub(super) fn new<Tables, Positions>() -> Self
    where
        S: Selection<Tables, Positions, Output = R>,
    {
        Self { decode: |row| S::decode(row, &mut 0), marker: PhantomData }
    }
}

impl<Tables, S, R> Returns<Tables> for Chosen<S, R> {
    type Output = R;

    fn decode(&self, row: &Row) -> Result<R, Error> {
        (self.decode)(row)
    }
}

/// A selected value that can be a field: of its own type, or a wider one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read into a field of type `{Field}`",
    label = "this column gives `{Self}`",
    note = "a column that can be NULL, or whose table an outer join can leave out, needs a field of type `Option<…>`"
)]
pub trait IntoField<Field> {
    /// The field.
    fn into_field(self) -> Field;
}

impl<V> IntoField<V> for V {
    fn into_field(self) -> V {
        self
    }
}

impl<V> IntoField<Option<V>> for V {
    fn into_field(self) -> Option<V> {
        Some(self)
    }
}

macro_rules! tuples {
    ($($($value:ident $position:ident),+;)+) => {
        $(
            #[expect(non_snake_case, reason = "a variable for each type")]
            impl<Tables, $($value, $position),+> Selection<Tables, ($($position,)+)> for ($($value,)+)
            where
                $($value: Selection<Tables, $position>),+
            {
                type Output = ($($value::Output,)+);

                fn describe(self, columns: &mut Vec<query::Expr>) {
                    let ($($value,)+) = self;
                    $($value.describe(columns);)+
                }

                fn decode(row: &Row, offset: &mut usize) -> Result<Self::Output, Error> {
                    Ok(($($value::decode(row, offset)?,)+))
                }
            }
        )+
    };
}

tuples! {
    A PA;
    A PA, B PB;
    A PA, B PB, C PC;
    A PA, B PB, C PC, D PD;
    A PA, B PB, C PC, D PD, E PE;
    A PA, B PB, C PC, D PD, E PE, F PF;
    A PA, B PB, C PC, D PD, E PE, F PF, G PG;
    A PA, B PB, C PC, D PD, E PE, F PF, G PG, H PH;
    A PA, B PB, C PC, D PD, E PE, F PF, G PG, H PH, I PI;
    A PA, B PB, C PC, D PD, E PE, F PF, G PG, H PH, I PI, J PJ;
    A PA, B PB, C PC, D PD, E PE, F PF, G PG, H PH, I PI, J PJ, K PK;
    A PA, B PB, C PC, D PD, E PE, F PF, G PG, H PH, I PI, J PJ, K PK, L PL;
}
