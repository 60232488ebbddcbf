use std::sync::Arc;

use super::{Either, With, call};
use crate::{
    query,
    typed::{Expr, Expression, Operand, Text},
};

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident -> $value:ty;)*) => {
        $(
            $(#[$doc])*
            pub fn $name<E: Expression<Value: Text>>(operand: E) -> Expr<E::Scope, $value, E::Nullability> {
                call(stringify!($name), operand)
            }
        )*
    };
}

functions! {
    /// `lower(operand)`: in small letters.
    lower -> String;
    /// `upper(operand)`: in capital letters.
    upper -> String;
    /// `btrim(operand)`: without spaces at either end.
    btrim -> String;
    /// `char_length(operand)`: the number of characters.
    char_length -> i32;
}

/// `substring(operand, from, length)`: so many characters, from the one at this position, counted from 1.
pub fn substring<E: Expression<Value: Text>>(
    operand: E,
    from: i32,
    length: i32,
) -> Expr<E::Scope, String, E::Nullability> {
    let number = |value: i32| query::Expr::Parameter(Arc::new(value)).cast("pg_catalog.int4");
    Expr::new(query::Expr::call("substring", vec![operand.into_ast(), number(from), number(length)]))
}

/// `replace(operand, from, to)`: with every occurrence of one text replaced by another.
pub fn replace<E: Expression<Value: Text>>(
    operand: E,
    from: impl Into<String>,
    to: impl Into<String>,
) -> Expr<E::Scope, String, E::Nullability> {
    let text = |value: String| query::Expr::Parameter(Arc::new(value)).cast("pg_catalog.text");
    Expr::new(query::Expr::call("replace", vec![operand.into_ast(), text(from.into()), text(to.into())]))
}

/// `starts_with(operand, prefix)`
pub fn starts_with<E, O>(operand: E, prefix: O) -> Expr<With<E, O, String>, bool, Either<E, O, String>>
where
    E: Expression<Value: Text>,
    O: Operand<String>,
{
    Expr::new(query::Expr::call("starts_with", vec![operand.into_ast(), prefix.into_operand()]))
}
