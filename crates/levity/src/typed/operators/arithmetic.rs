use std::ops;

use super::{BothScopes, BothScopesAs, EitherNull, EitherNullAs, Text, binary};
use crate::{
    query,
    typed::{Aggregate, Column, Expr, Expression, Nullability, Operand, Scope, Source},
    types::Numeric,
};

/// A type whose sums, differences, products and quotients have the same type. Those of dates and times have another one:
/// write them with `sql!`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number", label = "arithmetic is for numbers")]
pub trait Number {}

impl Number for i16 {}
impl Number for i32 {}
impl Number for i64 {}
impl Number for f32 {}
impl Number for f64 {}
impl Number for Numeric {}

/// A number with a remainder: an integer or `numeric`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no remainder in PostgreSQL",
    label = "`%` is for integers and `Numeric`",
    note = "of floating-point numbers, cast one to `Numeric`: `.cast::<Numeric>()`"
)]
pub trait Divisible: Number {}

impl Divisible for i16 {}
impl Divisible for i32 {}
impl Divisible for i64 {}
impl Divisible for Numeric {}

macro_rules! arithmetic {
    ($($(#[$doc:meta])* $name:ident $operator:literal $number:ident, $trait:ident::$method:ident;)*) => {
        $(
            $(#[$doc])*
            pub fn $name<L, R>(left: L, right: R) -> Expr<BothScopes<L, R>, L::Value, EitherNull<L, R>>
            where
                L: Expression<Value: $number>,
                R: Operand<L::Value>,
            {
                binary(left, $operator, right)
            }

            impl<T: Source, V: $number, N: Nullability, R: Operand<V>> ops::$trait<R> for Column<T, V, N> {
                type Output = Expr<BothScopes<Self, R>, V, EitherNull<Self, R>>;

                fn $method(self, right: R) -> Self::Output {
                    $name(self, right)
                }
            }

            impl<S: Scope, V: $number, N: Nullability, R: Operand<V>> ops::$trait<R> for Expr<S, V, N> {
                type Output = Expr<BothScopes<Self, R>, V, EitherNull<Self, R>>;

                fn $method(self, right: R) -> Self::Output {
                    $name(self, right)
                }
            }

            impl<S: Scope, V: $number, N: Nullability, A, R: Operand<V>> ops::$trait<R> for Aggregate<S, V, N, A> {
                type Output = Expr<BothScopes<Self, R>, V, EitherNull<Self, R>>;

                fn $method(self, right: R) -> Self::Output {
                    $name(self, right)
                }
            }
        )*
    };
}

arithmetic! {
    /// `left + right`
    add " + " Number, Add::add;
    /// `left - right`
    sub " - " Number, Sub::sub;
    /// `left * right`
    mul " * " Number, Mul::mul;
    /// `left / right`; of integers, the quotient is cut towards zero.
    div " / " Number, Div::div;
    /// `left % right`, which takes the sign of `left`.
    modulo " % " Divisible, Rem::rem;
}

/// `-operand`
pub fn neg<E: Expression<Value: Number>>(operand: E) -> Expr<E::Scope, E::Value, E::Nullability> {
    Expr::new(query::Expr::Operation(vec!["- ".into(), operand.into_ast().into()]))
}

impl<T: Source, V: Number, N: Nullability> ops::Neg for Column<T, V, N> {
    type Output = Expr<(T, ()), V, N>;

    fn neg(self) -> Self::Output {
        neg(self)
    }
}

impl<S: Scope, V: Number, N: Nullability> ops::Neg for Expr<S, V, N> {
    type Output = Self;

    fn neg(self) -> Self {
        neg(self)
    }
}

/// `left || right`: two texts, one after the other. NULL when either is.
pub fn concat<L, R>(left: L, right: R) -> Expr<BothScopesAs<L, R, String>, String, EitherNullAs<L, R, String>>
where
    L: Expression<Value: Text>,
    R: Operand<String>,
{
    Expr::new(query::Expr::binary(left.into_ast(), " || ", right.into_operand()))
}
