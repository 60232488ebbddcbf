//! Whether an expression can be NULL, as a type.

use tokio_postgres::{Row, types::FromSql};

use crate::{Error, row};

/// Marks an expression that is NULL only where an outer join has no row of its tables: a column that is NOT NULL.
#[derive(Debug, Clone, Copy)]
pub enum NotNull {}

/// Marks an expression that can be NULL.
#[derive(Debug, Clone, Copy)]
pub enum Nullable {}

/// Marks an expression that has a value even where an outer join has no row: a bound value, `count(…)`, `is_null(…)`.
#[derive(Debug, Clone, Copy)]
pub enum Never {}

/// [`NotNull`], [`Nullable`] or [`Never`].
pub trait Nullability {
    /// Of an operator's result: NULL when either side is.
    type Or<Other: Nullability>: Nullability;
    /// [`Nullability::Or`] with [`NotNull`] on the other side.
    type OrNotNull: Nullability;
    /// In a query whose joins leave the expression's tables as this says: [`Never`] or [`Nullable`].
    type Within<Tables: Nullability>: Nullability;
    /// What a row has of it: the value, or an `Option`.
    type Value<V>;
    /// Whether it is an `Option`.
    const CAN_BE_NULL: bool;

    /// The value, if it is not NULL.
    fn into_option<V>(value: Self::Value<V>) -> Option<V>;

    /// Reads it from a row.
    ///
    /// # Errors
    ///
    /// A value of another type, or a NULL where there must be none.
    fn decode<V: for<'row> FromSql<'row>>(row: &Row, index: usize) -> Result<Self::Value<V>, Error>;
}

/// The nullability of what can be set into a column of the nullability `C`.
#[diagnostic::on_unimplemented(
    message = "what can be NULL cannot be set into a column that cannot",
    label = "this can be NULL",
    note = "say what is set in the place of NULL: `coalesce(value, default)`; or that it never is: `value.assume_not_null()`"
)]
pub trait FitsInto<C>: Nullability {}

impl<N: Nullability> FitsInto<Nullable> for N {}
impl FitsInto<NotNull> for NotNull {}
impl FitsInto<NotNull> for Never {}

impl Nullability for NotNull {
    type Or<Other: Nullability> = Other::OrNotNull;
    type OrNotNull = Self;
    type Within<Tables: Nullability> = Tables;
    type Value<V> = V;
    const CAN_BE_NULL: bool = false;

    fn into_option<V>(value: V) -> Option<V> {
        Some(value)
    }

    fn decode<V: for<'row> FromSql<'row>>(row: &Row, index: usize) -> Result<V, Error> {
        row::column(row, index)
    }
}

impl Nullability for Nullable {
    type Or<Other: Nullability> = Self;
    type OrNotNull = Self;
    type Within<Tables: Nullability> = Self;
    type Value<V> = Option<V>;
    const CAN_BE_NULL: bool = true;

    fn into_option<V>(value: Option<V>) -> Option<V> {
        value
    }

    fn decode<V: for<'row> FromSql<'row>>(row: &Row, index: usize) -> Result<Option<V>, Error> {
        row::column(row, index)
    }
}

impl Nullability for Never {
    type Or<Other: Nullability> = Other;
    type OrNotNull = NotNull;
    type Within<Tables: Nullability> = Self;
    type Value<V> = V;
    const CAN_BE_NULL: bool = false;

    fn into_option<V>(value: V) -> Option<V> {
        Some(value)
    }

    fn decode<V: for<'row> FromSql<'row>>(row: &Row, index: usize) -> Result<V, Error> {
        row::column(row, index)
    }
}
