use std::marker::PhantomData;

use super::Scope;
use crate::query;

/// Marks an expression that is never NULL.
#[derive(Debug, Clone, Copy)]
pub enum NotNull {}

/// Marks an expression that can be NULL.
#[derive(Debug, Clone, Copy)]
pub enum Nullable {}

/// [`NotNull`] or [`Nullable`].
pub trait Nullability {
    /// Of an operator's result: NULL when either side can be.
    type Or<Other: Nullability>: Nullability;
}

impl Nullability for NotNull {
    type Or<Other: Nullability> = Other;
}

impl Nullability for Nullable {
    type Or<Other: Nullability> = Nullable;
}

/// Three types that a value is about without holding any, so that it is `Send` and `Sync` whatever they are.
pub(super) type Marker<A, B, C> = PhantomData<fn() -> (A, B, C)>;

/// A typed SQL expression: the tables that it mentions, the type of its value, whether that can be NULL.
pub struct Expr<S, V, N = NotNull> {
    ast: query::Expr,
    marker: Marker<S, V, N>,
}

impl<S, V, N> Expr<S, V, N> {
    pub(crate) fn new(ast: query::Expr) -> Self {
        Self { ast, marker: PhantomData }
    }
}

impl<S, V, N> Clone for Expr<S, V, N> {
    fn clone(&self) -> Self {
        Self::new(self.ast.clone())
    }
}

/// A column or an expression made of columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column or an expression",
    label = "expected a column such as `Execution::status`, or an expression made of columns"
)]
pub trait Expression: Sized {
    /// The tables that it mentions.
    type Scope: Scope;
    /// The type of its value when that is not NULL.
    type Value;
    /// Whether its value can be NULL.
    type Nullability: Nullability;

    /// The untyped expression.
    fn into_ast(self) -> query::Expr;
}

impl<S: Scope, V, N: Nullability> Expression for Expr<S, V, N> {
    type Scope = S;
    type Value = V;
    type Nullability = N;

    fn into_ast(self) -> query::Expr {
        self.ast
    }
}

/// A condition: an expression of type `bool`, or an `sql!` text. A condition that is NULL holds for no row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition",
    label = "expected a condition such as `eq(Execution::id, 1)`"
)]
pub trait Predicate {
    /// The tables that it mentions.
    type Scope: Scope;

    /// The untyped expression.
    fn into_condition(self) -> query::Expr;
}

impl<E: Expression<Value = bool>> Predicate for E {
    type Scope = E::Scope;

    fn into_condition(self) -> query::Expr {
        self.into_ast()
    }
}
