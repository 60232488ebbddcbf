//! Operators as functions (`eq(a, b)`), and the comparisons as methods of columns and expressions (`a.eq(b)`).

use std::sync::Arc;

use tokio_postgres::types::ToSql;

use super::{Column, Expr, Expression, IntoValue, NotNull, Nullability, Operand, Predicate, Scope, Table};
use crate::{
    query::{self, BinaryOperator, UnaryOperator},
    types::Numeric,
};

/// The tables that a binary operator's expression mentions.
type BothScopes<L, R> =
    <<L as Expression>::Scope as Scope>::Concat<<R as Operand<<L as Expression>::Value>>::Scope>;

/// The nullability of a binary operator's result.
type EitherNull<L, R> = <<L as Expression>::Nullability as Nullability>::Or<
    <R as Operand<<L as Expression>::Value>>::Nullability,
>;

fn binary<L, R, V>(left: L, operator: BinaryOperator, right: R) -> Expr<BothScopes<L, R>, V, EitherNull<L, R>>
where
    L: Expression,
    R: Operand<L::Value>,
{
    Expr::new(query::Expr::Binary(Box::new(left.into_ast()), operator, Box::new(right.into_operand())))
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident => $operator:ident;)*) => {
        $(
            $(#[$doc])*
            pub fn $name<L, R>(left: L, right: R) -> Expr<BothScopes<L, R>, bool, EitherNull<L, R>>
            where
                L: Expression,
                R: Operand<L::Value>,
            {
                binary(left, BinaryOperator::$operator, right)
            }
        )*

        impl<T: Table, V, N: Nullability> Column<T, V, N> {
            $(
                $(#[$doc])*
                pub fn $name<R: Operand<V>>(self, right: R) -> Expr<BothScopes<Self, R>, bool, EitherNull<Self, R>> {
                    $name(self, right)
                }
            )*
        }

        impl<S: Scope, V, N: Nullability> Expr<S, V, N> {
            $(
                $(#[$doc])*
                pub fn $name<R: Operand<V>>(self, right: R) -> Expr<BothScopes<Self, R>, bool, EitherNull<Self, R>> {
                    $name(self, right)
                }
            )*
        }
    };
}

comparisons! {
    /// `left = right`; NULL when either side is.
    eq => Equal;
    /// `left <> right`; NULL when either side is.
    ne => NotEqual;
    /// `left > right`
    gt => Greater;
    /// `left >= right`
    gte => GreaterOrEqual;
    /// `left < right`
    lt => Less;
    /// `left <= right`
    lte => LessOrEqual;
}

/// `left LIKE pattern`: `%` stands for any characters, `_` for one.
pub fn like<L, R>(left: L, pattern: R) -> Expr<BothScopes<L, R>, bool, EitherNull<L, R>>
where
    L: Expression<Value = String>,
    R: Operand<String>,
{
    binary(left, BinaryOperator::Like, pattern)
}

/// `left ILIKE pattern`: [`like`] without regard to case.
pub fn ilike<L, R>(left: L, pattern: R) -> Expr<BothScopes<L, R>, bool, EitherNull<L, R>>
where
    L: Expression<Value = String>,
    R: Operand<String>,
{
    binary(left, BinaryOperator::ILike, pattern)
}

/// `left = ANY(values)`: one of the values. An empty list matches nothing.
///
/// The values are one array parameter, so the statement is the same for every number of them.
pub fn in_list<L, I>(left: L, values: I) -> Expr<L::Scope, bool, L::Nullability>
where
    L: Expression,
    L::Value: ToSql + Send + Sync + 'static,
    I: IntoIterator<Item: IntoValue<L::Value>>,
{
    let values: Vec<L::Value> = values.into_iter().map(IntoValue::into_value).collect();
    Expr::new(query::Expr::EqualsAny(Box::new(left.into_ast()), Arc::new(values)))
}

/// `operand IS NULL`
pub fn is_null<E: Expression>(operand: E) -> Expr<E::Scope, bool, NotNull> {
    Expr::new(query::Expr::Unary(UnaryOperator::IsNull, Box::new(operand.into_ast())))
}

/// `operand IS NOT NULL`
pub fn is_not_null<E: Expression>(operand: E) -> Expr<E::Scope, bool, NotNull> {
    Expr::new(query::Expr::Unary(UnaryOperator::IsNotNull, Box::new(operand.into_ast())))
}

/// Both conditions hold.
pub fn and<L: Predicate, R: Predicate>(
    left: L,
    right: R,
) -> Expr<<L::Scope as Scope>::Concat<R::Scope>, bool, super::Nullable> {
    Expr::new(left.into_condition().and(right.into_condition()))
}

/// At least one of the conditions holds.
pub fn or<L: Predicate, R: Predicate>(
    left: L,
    right: R,
) -> Expr<<L::Scope as Scope>::Concat<R::Scope>, bool, super::Nullable> {
    Expr::new(left.into_condition().or(right.into_condition()))
}

/// All of the conditions hold; of none, that is true.
pub fn all_of<P: Predicate>(
    conditions: impl IntoIterator<Item = P>,
) -> Expr<P::Scope, bool, super::Nullable> {
    Expr::new(query::Expr::All(conditions.into_iter().map(Predicate::into_condition).collect()))
}

/// At least one of the conditions holds; of none, that is false.
pub fn any_of<P: Predicate>(
    conditions: impl IntoIterator<Item = P>,
) -> Expr<P::Scope, bool, super::Nullable> {
    Expr::new(query::Expr::Any(conditions.into_iter().map(Predicate::into_condition).collect()))
}

/// The condition does not hold; NULL stays NULL.
pub fn not<P: Predicate>(condition: P) -> Expr<P::Scope, bool, super::Nullable> {
    Expr::new(query::Expr::Unary(UnaryOperator::Not, Box::new(condition.into_condition())))
}

impl<T: Table, V, N: Nullability> Column<T, V, N> {
    /// `self IS NULL`
    pub fn is_null(self) -> Expr<(T, ()), bool, NotNull> {
        is_null(self)
    }

    /// `self IS NOT NULL`
    pub fn is_not_null(self) -> Expr<(T, ()), bool, NotNull> {
        is_not_null(self)
    }

    /// One of the values; see [`in_list`].
    pub fn in_list<I>(self, values: I) -> Expr<(T, ()), bool, N>
    where
        V: ToSql + Send + Sync + 'static,
        I: IntoIterator<Item: IntoValue<V>>,
    {
        in_list(self, values)
    }
}

impl<S: Scope, N: Nullability> Expr<S, bool, N> {
    /// Both conditions hold.
    pub fn and<P: Predicate>(self, other: P) -> Expr<S::Concat<P::Scope>, bool, super::Nullable> {
        and(self, other)
    }

    /// At least one of the conditions holds.
    pub fn or<P: Predicate>(self, other: P) -> Expr<S::Concat<P::Scope>, bool, super::Nullable> {
        or(self, other)
    }
}

/// A type whose sums and differences have the same type. Those of dates and times have another one.
pub trait Number {}

impl Number for i16 {}
impl Number for i32 {}
impl Number for i64 {}
impl Number for f32 {}
impl Number for f64 {}
impl Number for Numeric {}

macro_rules! arithmetic {
    ($($trait:ident, $method:ident, $operator:ident;)*) => {
        $(
            impl<T: Table, V: Number, N: Nullability, R: Operand<V>> std::ops::$trait<R> for Column<T, V, N> {
                type Output = Expr<BothScopes<Self, R>, V, EitherNull<Self, R>>;

                fn $method(self, right: R) -> Self::Output {
                    binary(self, BinaryOperator::$operator, right)
                }
            }

            impl<S: Scope, V: Number, N: Nullability, R: Operand<V>> std::ops::$trait<R> for Expr<S, V, N> {
                type Output = Expr<BothScopes<Self, R>, V, EitherNull<Self, R>>;

                fn $method(self, right: R) -> Self::Output {
                    binary(self, BinaryOperator::$operator, right)
                }
            }
        )*
    };
}

arithmetic! {
    Add, add, Add;
    Sub, sub, Subtract;
}

/// One criterion of an order; see [`asc`] and [`desc`].
pub struct SortBy<S> {
    order: query::OrderBy,
    marker: std::marker::PhantomData<fn() -> S>,
}

/// What a query can be ordered by: an expression (ascending), [`asc`] or [`desc`].
#[diagnostic::on_unimplemented(
    message = "a query cannot be ordered by `{Self}`",
    label = "expected a column or expression, or one in `asc(…)` or `desc(…)`"
)]
pub trait Ordering {
    /// The tables that it mentions.
    type Scope: Scope;

    /// The untyped criterion.
    fn into_order(self) -> query::OrderBy;
}

impl<S: Scope> Ordering for SortBy<S> {
    type Scope = S;

    fn into_order(self) -> query::OrderBy {
        self.order
    }
}

impl<E: Expression> Ordering for E {
    type Scope = E::Scope;

    fn into_order(self) -> query::OrderBy {
        query::OrderBy { expr: self.into_ast(), descending: false }
    }
}

/// From small to large, NULL last.
pub fn asc<E: Expression>(expression: E) -> SortBy<E::Scope> {
    SortBy { order: expression.into_order(), marker: std::marker::PhantomData }
}

/// From large to small, NULL first.
pub fn desc<E: Expression>(expression: E) -> SortBy<E::Scope> {
    SortBy {
        order: query::OrderBy { expr: expression.into_ast(), descending: true },
        marker: std::marker::PhantomData,
    }
}
