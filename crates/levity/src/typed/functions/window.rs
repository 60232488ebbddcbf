use std::marker::PhantomData;

use tokio_postgres::types::ToSql;

use super::value;
use crate::{
    query::{self, Fragment},
    typed::{Expr, Expression, Expressions, Never, Nullability, Nullable, Ordering, Scope, expr::Marker},
    types::ColumnType,
};

/// The rows that a window function looks at; made by [`window`] or [`partition_by`].
pub struct Window<S> {
    ast: query::Window,
    marker: PhantomData<fn() -> S>,
}

impl<S> Clone for Window<S> {
    fn clone(&self) -> Self {
        Self { ast: self.ast.clone(), marker: PhantomData }
    }
}

/// All rows of the query, in no order.
pub fn window() -> Window<()> {
    Window { ast: query::Window::default(), marker: PhantomData }
}

/// The rows for which these expressions are equal.
pub fn partition_by<E: Expressions>(expressions: E) -> Window<E::Scope> {
    let ast = query::Window { partition_by: expressions.into_asts(), ..query::Window::default() };
    Window { ast, marker: PhantomData }
}

impl<S: Scope> Window<S> {
    pub(super) fn into_ast(self) -> query::Window {
        self.ast
    }

    /// The order of the rows. With one, an aggregate takes the rows up to the current one and its equals.
    pub fn order_by<O: Ordering>(mut self, order: O) -> Window<S::Concat<O::Scope>> {
        self.ast.order_by.extend(order.into_order());
        Window { ast: self.ast, marker: PhantomData }
    }

    /// `ROWS BETWEEN before PRECEDING AND after FOLLOWING`: that many rows around the current one; `None` means all on
    /// that side.
    #[must_use]
    pub fn rows(self, before: Option<u32>, after: Option<u32>) -> Self {
        self.frame("ROWS", before.map(number), after.map(number))
    }

    /// `GROUPS BETWEEN before PRECEDING AND after FOLLOWING`: the rows that are equal to the current one in the order, and
    /// that many groups of equal rows around them; `None` means all on that side. It needs an order.
    #[must_use]
    pub fn groups(self, before: Option<u32>, after: Option<u32>) -> Self {
        self.frame("GROUPS", before.map(number), after.map(number))
    }

    /// `RANGE BETWEEN before PRECEDING AND after FOLLOWING`: the rows whose value in the order is that near to the current
    /// row's; `None` means all on that side. The order is one number, or one date or time; the distance from a date or time is
    /// an [`Interval`](crate::types::Interval).
    ///
    /// ```
    /// # use levity::{Table, asc, schema, sum, window, types::Interval};
    /// # use chrono::{DateTime, Utc};
    /// # #[derive(Table)] struct Sale { #[column(primary_key)] id: i64, amount: i32, at: DateTime<Utc> }
    /// # schema! { Sale }
    /// let (week, nothing): (Interval, Interval) = ("P7D".parse()?, "PT0S".parse()?);
    /// let last_week = window().order_by(asc(Sale::at)).range(Some(week), Some(nothing));
    /// let sold_in_the_last_week = sum(Sale::amount).over(last_week);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn range<V>(self, before: Option<V>, after: Option<V>) -> Self
    where
        V: ColumnType + ToSql + Send + Sync + 'static,
    {
        let distance = |distance: V| Fragment::Expr(value(distance).into_ast());
        self.frame("RANGE", before.map(distance), after.map(distance))
    }

    fn frame(mut self, unit: &'static str, before: Option<Fragment>, after: Option<Fragment>) -> Self {
        let bound = |bound: Option<Fragment>| bound.unwrap_or_else(|| "UNBOUNDED".into());
        self.ast.frame = vec![
            unit.into(),
            " BETWEEN ".into(),
            bound(before),
            " PRECEDING AND ".into(),
            bound(after),
            " FOLLOWING".into(),
        ];
        self
    }
}

fn number(rows: u32) -> Fragment {
    Fragment::Text(rows.to_string().into())
}

/// A window function. It becomes an expression once [`over`](Self::over) says which rows it looks at.
#[must_use = "a window function needs `over(…)`"]
pub struct WindowFunction<S, V, N> {
    call: query::Call,
    marker: Marker<S, V, N>,
}

impl<S: Scope, V, N: Nullability> WindowFunction<S, V, N> {
    fn new(name: &'static str, arguments: Vec<query::Expr>) -> Self {
        Self { call: query::Call::new(name, arguments), marker: PhantomData }
    }

    /// `OVER (…)`
    pub fn over<W: Scope>(mut self, window: Window<W>) -> Expr<S::Concat<W>, V, N> {
        self.call.over = Some(window.into_ast());
        Expr::new(query::Expr::Call(Box::new(self.call)))
    }
}

macro_rules! numbering {
    ($($(#[$doc:meta])* $name:ident -> $value:ty;)*) => {
        $(
            $(#[$doc])*
            pub fn $name() -> WindowFunction<(), $value, Never> {
                WindowFunction::new(stringify!($name), Vec::new())
            }
        )*
    };
}

numbering! {
    /// `row_number()`: the number of the row in its window, from 1.
    row_number -> i64;
    /// `rank()`: the same number for equal rows, with gaps after them.
    rank -> i64;
    /// `dense_rank()`: the same number for equal rows, without gaps.
    dense_rank -> i64;
    /// `percent_rank()`: the rank between 0 and 1.
    percent_rank -> f64;
    /// `cume_dist()`: which part of the window's rows comes no later than the row, up to 1.
    cume_dist -> f64;
}

/// `ntile(buckets)`: the number of the bucket, from 1, when the window is cut into this many.
pub fn ntile(buckets: i32) -> WindowFunction<(), i32, Never> {
    let buckets = query::Expr::Parameter(std::sync::Arc::new(buckets)).cast("pg_catalog.int4");
    WindowFunction::new("ntile", vec![buckets])
}

fn at<E: Expression>(
    name: &'static str,
    operand: E,
    rows: i32,
) -> WindowFunction<E::Scope, E::Value, Nullable> {
    let rows = query::Expr::Parameter(std::sync::Arc::new(rows)).cast("pg_catalog.int4");
    WindowFunction::new(name, vec![operand.into_ast(), rows])
}

/// `lag(operand, rows)`: its value so many rows before; NULL where there is no such row.
pub fn lag<E: Expression>(operand: E, rows: i32) -> WindowFunction<E::Scope, E::Value, Nullable> {
    at("lag", operand, rows)
}

/// `lead(operand, rows)`: its value so many rows after; NULL where there is no such row.
pub fn lead<E: Expression>(operand: E, rows: i32) -> WindowFunction<E::Scope, E::Value, Nullable> {
    at("lead", operand, rows)
}

/// `first_value(operand)`: its value in the first row of the window's frame.
pub fn first_value<E: Expression>(operand: E) -> WindowFunction<E::Scope, E::Value, Nullable> {
    WindowFunction::new("first_value", vec![operand.into_ast()])
}

/// `nth_value(operand, row)`: its value in this row of the window's frame, counted from 1; NULL where there is no such row.
pub fn nth_value<E: Expression>(operand: E, row: i32) -> WindowFunction<E::Scope, E::Value, Nullable> {
    at("nth_value", operand, row)
}

/// `last_value(operand)`: its value in the last row of the frame, which by default is the current row.
pub fn last_value<E: Expression>(operand: E) -> WindowFunction<E::Scope, E::Value, Nullable> {
    WindowFunction::new("last_value", vec![operand.into_ast()])
}
