use std::sync::Arc;

use tokio_postgres::types::ToSql;

use super::{BothScopes, EitherNull, binary};
use crate::{
    query,
    typed::{Expr, Expression, IntoValue, Never, Nullable, Operand, Scope, Subquery},
};

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident $operator:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name<L, R>(left: L, right: R) -> Expr<BothScopes<L, R>, bool, EitherNull<L, R>>
            where
                L: Expression,
                R: Operand<L::Value>,
            {
                binary(left, $operator, right)
            }
        )*
    };
}

comparisons! {
    /// `left = right`; NULL when either side is.
    eq " = ";
    /// `left <> right`; NULL when either side is.
    ne " <> ";
    /// `left > right`
    gt " > ";
    /// `left >= right`
    gte " >= ";
    /// `left < right`
    lt " < ";
    /// `left <= right`
    lte " <= ";
}

/// `left IS DISTINCT FROM right`: [`ne`] for which NULL is a value like others.
pub fn is_distinct_from<L, R>(left: L, right: R) -> Expr<BothScopes<L, R>, bool, Never>
where
    L: Expression,
    R: Operand<L::Value>,
{
    Expr::new(query::Expr::binary(left.into_ast(), " IS DISTINCT FROM ", right.into_operand()))
}

/// `left IS NOT DISTINCT FROM right`: [`eq`] for which NULL is a value like others. PostgreSQL uses no index for it.
pub fn is_not_distinct_from<L, R>(left: L, right: R) -> Expr<BothScopes<L, R>, bool, Never>
where
    L: Expression,
    R: Operand<L::Value>,
{
    Expr::new(query::Expr::binary(left.into_ast(), " IS NOT DISTINCT FROM ", right.into_operand()))
}

/// What `between` mentions.
type Three<E, Low, High> =
    <BothScopes<E, Low> as Scope>::Concat<<High as Operand<<E as Expression>::Value>>::Scope>;

fn range<E, Low, High>(
    operand: E,
    keyword: &'static str,
    low: Low,
    high: High,
) -> Expr<Three<E, Low, High>, bool, Nullable>
where
    E: Expression,
    Low: Operand<E::Value>,
    High: Operand<E::Value>,
{
    Expr::new(query::Expr::Operation(vec![
        operand.into_ast().into(),
        keyword.into(),
        low.into_operand().into(),
        " AND ".into(),
        high.into_operand().into(),
    ]))
}

/// `operand BETWEEN low AND high`, both included.
pub fn between<E, Low, High>(operand: E, low: Low, high: High) -> Expr<Three<E, Low, High>, bool, Nullable>
where
    E: Expression,
    Low: Operand<E::Value>,
    High: Operand<E::Value>,
{
    range(operand, " BETWEEN ", low, high)
}

/// `operand NOT BETWEEN low AND high`
pub fn not_between<E, Low, High>(
    operand: E,
    low: Low,
    high: High,
) -> Expr<Three<E, Low, High>, bool, Nullable>
where
    E: Expression,
    Low: Operand<E::Value>,
    High: Operand<E::Value>,
{
    range(operand, " NOT BETWEEN ", low, high)
}

fn list<L, I>(left: L, before: &'static str, values: I) -> Expr<L::Scope, bool, L::Nullability>
where
    L: Expression,
    L::Value: ToSql + Send + Sync + 'static,
    I: IntoIterator<Item: IntoValue<L::Value>>,
{
    let values: Vec<L::Value> = values.into_iter().map(IntoValue::into_value).collect();
    let array = query::Expr::Parameter(Arc::new(values));
    Expr::new(query::Expr::Operation(vec![left.into_ast().into(), before.into(), array.into(), ")".into()]))
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
    list(left, " = ANY(", values)
}

/// `left <> ALL(values)`: none of the values. An empty list matches everything; NULL is not in a list that has values.
pub fn not_in_list<L, I>(left: L, values: I) -> Expr<L::Scope, bool, L::Nullability>
where
    L: Expression,
    L::Value: ToSql + Send + Sync + 'static,
    I: IntoIterator<Item: IntoValue<L::Value>>,
{
    list(left, " <> ALL(", values)
}

/// `left IN (query)`: one of the values that a query of one column returns.
///
/// There is no `NOT IN`: it is NULL, and so holds for no row, as soon as the query returns one NULL. Use
/// `not(exists(…))`.
pub fn in_query<L, Q>(left: L, query: Q) -> Expr<<L::Scope as Scope>::Concat<Q::Parents>, bool, Nullable>
where
    L: Expression,
    Q: Subquery<Selection: Expression<Value = L::Value>>,
{
    let query = query::Expr::Query(Box::new(query.into_select()));
    Expr::new(query::Expr::binary(left.into_ast(), " IN ", query))
}

/// `operand IS NULL`
pub fn is_null<E: Expression>(operand: E) -> Expr<E::Scope, bool, Never> {
    Expr::new(query::Expr::Operation(vec![operand.into_ast().into(), " IS NULL".into()]))
}

/// `operand IS NOT NULL`
pub fn is_not_null<E: Expression>(operand: E) -> Expr<E::Scope, bool, Never> {
    Expr::new(query::Expr::Operation(vec![operand.into_ast().into(), " IS NOT NULL".into()]))
}
