//! Operators as functions (`eq(a, b)`); [`methods`] has them as methods (`a.eq(b)`).

mod arithmetic;
mod array;
mod comparison;
mod json;
mod logic;
mod methods;
mod order;
mod text;

use super::{Expr, Expression, Nullability, Operand, Scope};
use crate::query;

pub use arithmetic::{Divisible, Number, add, concat, div, modulo, mul, neg, sub};
pub use array::{Containment, all, any, contained_by, contains, contains_element, overlaps};
pub use comparison::{
    between, eq, gt, gte, in_list, in_query, is_distinct_from, is_not_distinct_from, is_not_null, is_null,
    lt, lte, ne, not_between, not_in_list,
};
pub use json::{
    JsonKey, json_contains, json_get, json_has_all_keys, json_has_any_key, json_has_key, json_path,
    json_path_exists, json_path_text, json_text,
};
pub use logic::{all_of, and, any_of, not, or};
pub use order::{Ordering, SortBy, asc, desc};
pub use text::{Text, ilike, like, not_ilike, not_like, regex, regex_ignore_case};

/// The tables that a binary operator's expression mentions.
pub(super) type BothScopes<L, R> =
    <<L as Expression>::Scope as Scope>::Concat<<R as Operand<<L as Expression>::Value>>::Scope>;

/// The same where the right side has another type than the left.
pub(super) type BothScopesAs<L, R, V> = <<L as Expression>::Scope as Scope>::Concat<<R as Operand<V>>::Scope>;

/// The nullability of a binary operator's result.
pub(super) type EitherNull<L, R> = <<L as Expression>::Nullability as Nullability>::Or<
    <R as Operand<<L as Expression>::Value>>::Nullability,
>;

/// The same where the right side has another type than the left.
pub(super) type EitherNullAs<L, R, V> =
    <<L as Expression>::Nullability as Nullability>::Or<<R as Operand<V>>::Nullability>;

fn binary<L, R, V>(left: L, operator: &'static str, right: R) -> Expr<BothScopes<L, R>, V, EitherNull<L, R>>
where
    L: Expression,
    R: Operand<L::Value>,
{
    Expr::new(query::Expr::binary(left.into_ast(), operator, right.into_operand()))
}
