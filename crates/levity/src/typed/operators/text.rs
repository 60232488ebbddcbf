use super::{BothScopesAs, EitherNullAs};
use crate::{
    query,
    typed::{Expr, Expression, Operand},
};

/// A type whose values PostgreSQL can compare with a pattern. Implement it for a type of your own that is text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "this operator or function takes text"
)]
pub trait Text {}

impl Text for String {}

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident $operator:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name<L, R>(left: L, pattern: R) -> Expr<BothScopesAs<L, R, String>, bool, EitherNullAs<L, R, String>>
            where
                L: Expression<Value: Text>,
                R: Operand<String>,
            {
                Expr::new(query::Expr::binary(left.into_ast(), $operator, pattern.into_operand()))
            }
        )*
    };
}

patterns! {
    /// `left LIKE pattern`: `%` stands for any characters, `_` for one, and a backslash takes the meaning from the next.
    like " LIKE ";
    /// `left NOT LIKE pattern`
    not_like " NOT LIKE ";
    /// `left ILIKE pattern`: [`like`] without regard to case.
    ilike " ILIKE ";
    /// `left NOT ILIKE pattern`
    not_ilike " NOT ILIKE ";
    /// `left ~ pattern`: a POSIX regular expression.
    regex " ~ ";
    /// `left ~* pattern`: [`regex`] without regard to case.
    regex_ignore_case " ~* ";
}
