use serde::Serialize;

use super::{Json, Numeric};
use crate::{schema::Expression, sql::quote_literal};

/// A value that can be written into a schema definition, as a column's default.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column's default",
    label = "expected a number, a `bool`, a string, a variant of a `PgEnum` or `Json`",
    note = "for an SQL expression write `default = sql(\"…\")`"
)]
pub trait Literal {
    /// The SQL that PostgreSQL reads as this value in the column's type.
    fn to_literal(&self) -> Expression;
}

macro_rules! plain {
    ($($rust:ty)*) => {
        $(
            impl Literal for $rust {
                fn to_literal(&self) -> Expression {
                    Expression::new(self.to_string())
                }
            }
        )*
    };
}

plain! { bool i16 i32 i64 }

macro_rules! quoted {
    ($($rust:ty)*) => {
        $(
            impl Literal for $rust {
                fn to_literal(&self) -> Expression {
                    Expression::new(quote_literal(&self.to_string()))
                }
            }
        )*
    };
}

quoted! { f32 f64 str String Numeric uuid::Uuid }

impl<T: Literal + ?Sized> Literal for &T {
    fn to_literal(&self) -> Expression {
        (**self).to_literal()
    }
}

impl<T: Serialize> Literal for Json<T> {
    fn to_literal(&self) -> Expression {
        let text = serde_json::to_string(&self.0).expect("a default serialises");
        Expression::new(quote_literal(&text))
    }
}
