use std::sync::Arc;

use super::call;
use crate::{
    query,
    typed::{Expr, Expression, Number},
    types::Numeric,
};

/// A number with digits behind the point: what [`round`], [`ceil`] and [`floor`] take.
#[diagnostic::on_unimplemented(message = "`{Self}` has no digits behind the point")]
pub trait Fraction {}

impl Fraction for f64 {}
impl Fraction for Numeric {}

macro_rules! rounding {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            pub fn $name<E: Expression<Value: Fraction>>(operand: E) -> Expr<E::Scope, E::Value, E::Nullability> {
                call(stringify!($name), operand)
            }
        )*
    };
}

rounding! {
    /// `round(operand)`: the nearest integer. Of `numeric`, halves go away from zero; of `f64`, to the even one.
    round;
    /// `ceil(operand)`: the next integer that is not smaller.
    ceil;
    /// `floor(operand)`: the next integer that is not larger.
    floor;
}

/// `abs(operand)`: without its sign.
pub fn abs<E: Expression<Value: Number>>(operand: E) -> Expr<E::Scope, E::Value, E::Nullability> {
    call("abs", operand)
}

/// `round(operand, digits)`: to this many digits behind the point; negative ones round before it.
pub fn round_to<E: Expression<Value = Numeric>>(
    operand: E,
    digits: i32,
) -> Expr<E::Scope, Numeric, E::Nullability> {
    let digits = query::Expr::Parameter(Arc::new(digits)).cast("pg_catalog.int4");
    Expr::new(query::Expr::call("round", vec![operand.into_ast(), digits]))
}
