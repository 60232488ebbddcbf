//! Functions of PostgreSQL: aggregates, window functions, and those of single values that everybody uses. Others are
//! called through [`sql!`](crate::sql!).

mod aggregate;
mod case;
mod null;
mod number;
mod query;
mod text;
mod time;
mod window;

pub use aggregate::{
    Aggregate, Average, OfArranged, OfRows, OfValues, OverWindow, Sum, TakesValues, array_agg, avg, bool_and,
    bool_or, count, count_all, count_distinct, json_agg, max, min, string_agg, sum,
};
pub use case::{Case, case};
pub use null::{coalesce, greatest, least, nullif};
pub use number::{abs, ceil, floor, round, round_to};
pub use query::{exists, scalar};
pub use text::{btrim, char_length, lower, replace, starts_with, substring, upper};
pub use time::{DateTimePart, Moment, date_trunc, extract, now};
pub use window::{
    Window, WindowFunction, cume_dist, dense_rank, first_value, lag, last_value, lead, nth_value, ntile,
    partition_by, percent_rank, rank, row_number, window,
};

use std::sync::Arc;

use tokio_postgres::types::ToSql;

use super::{Expr, Expression, Never, Nullability, Operand, Scope};
use crate::{query as ast, types::ColumnType};

/// A bound value as an expression, for the places where only expressions stand: the columns of a query, the first
/// argument of a function. PostgreSQL is told its type.
pub fn value<V: ColumnType + ToSql + Send + Sync + 'static>(value: V) -> Expr<(), V, Never> {
    Expr::new(ast::Expr::Parameter(Arc::new(value)).cast(V::sql_type().to_string()))
}

/// `CAST(operand AS …)`: as the PostgreSQL type of the Rust type `As`.
pub fn cast<As: ColumnType, E: Expression>(operand: E) -> Expr<E::Scope, As, E::Nullability> {
    Expr::new(operand.into_ast().cast(As::sql_type().to_string()))
}

/// A bound value with its type, where PostgreSQL could not tell it from what is around; anything else as it is.
pub(super) fn typed_operand<V: ColumnType, O: Operand<V>>(operand: O) -> ast::Expr {
    match operand.into_operand() {
        parameter @ ast::Expr::Parameter(_) => parameter.cast(V::sql_type().to_string()),
        other => other,
    }
}

/// A function of one expression that is NULL when that is.
fn call<E: Expression, V>(name: &'static str, operand: E) -> Expr<E::Scope, V, E::Nullability> {
    Expr::new(ast::Expr::call(name, vec![operand.into_ast()]))
}

/// What a function of an expression and an operand mentions.
type With<E, O, V> = <<E as Expression>::Scope as Scope>::Concat<<O as Operand<V>>::Scope>;

/// NULL when either is.
type Either<E, O, V> = <<E as Expression>::Nullability as Nullability>::Or<<O as Operand<V>>::Nullability>;
