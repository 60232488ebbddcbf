use super::{With, typed_operand};
use crate::{
    query,
    typed::{Expr, Expression, Nullable, Operand},
    types::ColumnType,
};

/// `coalesce(operand, default)`: the default where the operand is NULL.
pub fn coalesce<E, O>(operand: E, default: O) -> Expr<With<E, O, E::Value>, E::Value, O::Nullability>
where
    E: Expression,
    O: Operand<E::Value>,
{
    Expr::new(query::Expr::call("coalesce", vec![operand.into_ast(), default.into_operand()]))
}

/// `nullif(operand, value)`: NULL where both are equal.
pub fn nullif<E, O>(operand: E, value: O) -> Expr<With<E, O, E::Value>, E::Value, Nullable>
where
    E: Expression,
    O: Operand<E::Value>,
{
    Expr::new(query::Expr::call("nullif", vec![operand.into_ast(), value.into_operand()]))
}

/// `greatest(left, right)`: the larger one; a NULL counts only when both are.
pub fn greatest<E, O>(left: E, right: O) -> Expr<With<E, O, E::Value>, E::Value, O::Nullability>
where
    E: Expression<Value: ColumnType>,
    O: Operand<E::Value>,
{
    Expr::new(query::Expr::call("greatest", vec![left.into_ast(), typed_operand::<E::Value, O>(right)]))
}

/// `least(left, right)`: the smaller one; a NULL counts only when both are.
pub fn least<E, O>(left: E, right: O) -> Expr<With<E, O, E::Value>, E::Value, O::Nullability>
where
    E: Expression<Value: ColumnType>,
    O: Operand<E::Value>,
{
    Expr::new(query::Expr::call("least", vec![left.into_ast(), typed_operand::<E::Value, O>(right)]))
}
