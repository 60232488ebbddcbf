use std::marker::PhantomData;

use serde_json::Value;

use super::window::Window;
use crate::{
    query,
    typed::{
        Expr, Expression, Never, Nullability, Nullable, Operand, Ordering, Predicate, Scope, Text,
        expr::Marker,
    },
    types::{ArrayElement, Interval, Json, Numeric},
};

/// An aggregate function. It is an expression; [`filter`](Self::filter) chooses the rows that it takes,
/// [`distinct`](Self::distinct) takes equal values once, [`order_by`](Self::order_by) says in which order, and
/// [`over`](Self::over) makes it a window function.
///
/// `A` is [`OfRows`], [`OfValues`] or [`OfArranged`].
pub struct Aggregate<S, V, N, A = OfValues> {
    call: query::Call,
    marker: Marker<S, V, (N, A)>,
}

/// In the type of an aggregate: it takes rows, as `count(*)` does.
#[derive(Debug)]
pub enum OfRows {}

/// In the type of an aggregate: it takes the values of an expression.
#[derive(Debug)]
pub enum OfValues {}

/// In the type of an aggregate: it takes values once, or in an order.
#[derive(Debug)]
pub enum OfArranged {}

/// An aggregate of values, which can be taken once, or in an order.
#[diagnostic::on_unimplemented(
    message = "`count_all()` takes rows and no values",
    label = "rows are not taken once or in an order; `count(…)` takes values"
)]
pub trait TakesValues {}

impl TakesValues for OfValues {}
impl TakesValues for OfArranged {}

/// An aggregate that PostgreSQL can compute over a window.
#[diagnostic::on_unimplemented(
    message = "an aggregate with `distinct` or `order_by` cannot be computed over a window",
    label = "PostgreSQL has no such window function",
    note = "the order of a window is that of `window().order_by(…)`"
)]
pub trait OverWindow {}

impl OverWindow for OfRows {}
impl OverWindow for OfValues {}

impl<S, V, N, A> Clone for Aggregate<S, V, N, A> {
    fn clone(&self) -> Self {
        Self { call: self.call.clone(), marker: PhantomData }
    }
}

impl<S: Scope, V, N: Nullability, A> Aggregate<S, V, N, A> {
    fn new(name: &'static str, arguments: Vec<query::Expr>) -> Self {
        Self::of(query::Call::new(name, arguments))
    }

    fn of(call: query::Call) -> Self {
        Self { call, marker: PhantomData }
    }

    /// `FILTER (WHERE condition)`: takes only the rows for which the condition holds.
    pub fn filter<P: Predicate>(mut self, condition: P) -> Aggregate<S::Concat<P::Scope>, V, N, A> {
        query::and(&mut self.call.filter, condition.into_condition());
        Aggregate::of(self.call)
    }

    /// `DISTINCT`: takes equal values once. An order can only be that of the values then.
    pub fn distinct(mut self) -> Aggregate<S, V, N, OfArranged>
    where
        A: TakesValues,
    {
        self.call.distinct = true;
        Aggregate::of(self.call)
    }

    /// The order in which the values are taken, for `array_agg`, `string_agg` and `json_agg`.
    pub fn order_by<O: Ordering>(mut self, order: O) -> Aggregate<S::Concat<O::Scope>, V, N, OfArranged>
    where
        A: TakesValues,
    {
        self.call.order_by.extend(order.into_order());
        Aggregate::of(self.call)
    }

    /// `OVER (…)`: computed over the window of each row, instead of once for a group.
    pub fn over<W: Scope>(mut self, window: Window<W>) -> Expr<S::Concat<W>, V, N>
    where
        A: OverWindow,
    {
        self.call.over = Some(window.into_ast());
        Expr::new(query::Expr::Call(Box::new(self.call)))
    }
}

impl<S: Scope, V, N: Nullability, A> Expression for Aggregate<S, V, N, A> {
    type Scope = S;
    type Value = V;
    type Nullability = N;

    fn into_ast(self) -> query::Expr {
        query::Expr::Call(Box::new(self.call))
    }
}

impl<S: Scope, V, N: Nullability, A> Operand<V> for Aggregate<S, V, N, A> {
    type Scope = S;
    type Nullability = N;

    fn into_operand(self) -> query::Expr {
        self.into_ast()
    }
}

/// `count(*)`: the number of rows.
pub fn count_all() -> Aggregate<(), i64, Never, OfRows> {
    Aggregate::new("count", Vec::new())
}

/// `count(operand)`: the number of rows in which it is not NULL.
pub fn count<E: Expression>(operand: E) -> Aggregate<E::Scope, i64, Never> {
    Aggregate::new("count", vec![operand.into_ast()])
}

/// `count(DISTINCT operand)`: the number of different values that are not NULL.
pub fn count_distinct<E: Expression>(operand: E) -> Aggregate<E::Scope, i64, Never, OfArranged> {
    count(operand).distinct()
}

/// A type that can be summed, and the type of the sum: PostgreSQL sums `bigint` as `numeric`, so that nothing overflows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be summed",
    label = "sums are for numbers and intervals"
)]
pub trait Sum {
    /// The type of the sum.
    type Output;
}

/// A type that has an average, and the type of that.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no average",
    label = "averages are for numbers and intervals"
)]
pub trait Average {
    /// The type of the average.
    type Output;
}

macro_rules! number {
    ($($rust:ty: $sum:ty, $average:ty;)*) => {
        $(
            impl Sum for $rust {
                type Output = $sum;
            }

            impl Average for $rust {
                type Output = $average;
            }
        )*
    };
}

number! {
    i16: i64, Numeric;
    i32: i64, Numeric;
    i64: Numeric, Numeric;
    f32: f32, f64;
    f64: f64, f64;
    Numeric: Numeric, Numeric;
    Interval: Interval, Interval;
}

/// `sum(operand)`; NULL of no rows. Its type is that of PostgreSQL: [`Sum`].
pub fn sum<E: Expression<Value: Sum>>(
    operand: E,
) -> Aggregate<E::Scope, <E::Value as Sum>::Output, Nullable> {
    Aggregate::new("sum", vec![operand.into_ast()])
}

/// `avg(operand)`; NULL of no rows. Its type is that of PostgreSQL: [`Average`].
pub fn avg<E: Expression<Value: Average>>(
    operand: E,
) -> Aggregate<E::Scope, <E::Value as Average>::Output, Nullable> {
    Aggregate::new("avg", vec![operand.into_ast()])
}

/// `min(operand)`: the smallest value; NULL of no rows.
pub fn min<E: Expression>(operand: E) -> Aggregate<E::Scope, E::Value, Nullable> {
    Aggregate::new("min", vec![operand.into_ast()])
}

/// `max(operand)`: the largest value; NULL of no rows.
pub fn max<E: Expression>(operand: E) -> Aggregate<E::Scope, E::Value, Nullable> {
    Aggregate::new("max", vec![operand.into_ast()])
}

/// `array_agg(operand)`: the values as an array; NULL of no rows.
///
/// Where the operand can be NULL, the elements are `Option`s. Where it cannot, the rows that an outer join left out are left
/// out here too.
pub fn array_agg<E: Expression<Value: ArrayElement>>(
    operand: E,
) -> Aggregate<E::Scope, Vec<<E::Nullability as Nullability>::Value<E::Value>>, Nullable> {
    let operand = operand.into_ast();
    let mut call = query::Call::new("array_agg", vec![operand.clone()]);
    if !E::Nullability::CAN_BE_NULL {
        call.filter = Some(query::Expr::Operation(vec![operand.into(), " IS NOT NULL".into()]));
    }
    Aggregate::of(call)
}

/// `string_agg(operand, separator)`: the texts, one after the other; NULL of no rows.
pub fn string_agg<E: Expression<Value: Text>>(
    operand: E,
    separator: impl Into<String>,
) -> Aggregate<E::Scope, String, Nullable> {
    let separator = query::Expr::Parameter(std::sync::Arc::new(separator.into())).cast("pg_catalog.text");
    Aggregate::new("string_agg", vec![operand.into_ast(), separator])
}

/// `jsonb_agg(operand)`: the values as an array of JSON; NULL of no rows.
pub fn json_agg<E: Expression>(operand: E) -> Aggregate<E::Scope, Json<Vec<Value>>, Nullable> {
    Aggregate::new("jsonb_agg", vec![operand.into_ast()])
}

/// `bool_and(operand)`: it holds in all rows; NULL of no rows.
pub fn bool_and<E: Expression<Value = bool>>(operand: E) -> Aggregate<E::Scope, bool, Nullable> {
    Aggregate::new("bool_and", vec![operand.into_ast()])
}

/// `bool_or(operand)`: it holds in some row; NULL of no rows.
pub fn bool_or<E: Expression<Value = bool>>(operand: E) -> Aggregate<E::Scope, bool, Nullable> {
    Aggregate::new("bool_or", vec![operand.into_ast()])
}
