use std::{fmt, marker::PhantomData};

use super::{Expression, NotNull, Nullability, Source, expr::Marker};
use crate::query;

/// A column of the table `T` with values of type `V`.
///
/// `derive(Table)` makes one for each field, as a constant of the same name: `Execution::status`.
pub struct Column<T, V, N = NotNull> {
    name: &'static str,
    marker: Marker<T, V, N>,
}

impl<T, V, N> Column<T, V, N> {
    /// The column of this name. Only `derive(Table)` knows that it exists, so use its constants.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name, marker: PhantomData }
    }

    /// The column's name in the database.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<T, V, N> Clone for Column<T, V, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, V, N> Copy for Column<T, V, N> {}

impl<T: Source, V, N> fmt::Debug for Column<T, V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", T::ALIAS, self.name)
    }
}

impl<T: Source, V, N: Nullability> Expression for Column<T, V, N> {
    type Scope = (T, ());
    type Value = V;
    type Nullability = N;

    fn into_ast(self) -> query::Expr {
        query::Expr::Column { table: T::ALIAS, name: self.name }
    }
}
