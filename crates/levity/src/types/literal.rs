use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::Serialize;
use tokio_postgres::types::{Date, Timestamp};

use super::{ArrayElement, Cidr, ColumnType, Inet, Interval, Json, MacAddr, Numeric};
use crate::{schema::Expression, sql::quote_literal};

/// A value that can be written into a schema definition, as a column's default.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column's default",
    label = "expected a value such as a number, a `bool`, a string, a date, a variant of a `PgEnum` or `Json`",
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

quoted! { f32 f64 str String Numeric uuid::Uuid NaiveTime Interval Inet Cidr MacAddr }

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

fn quoted(text: &str) -> Expression {
    Expression::new(quote_literal(text))
}

impl Literal for Vec<u8> {
    fn to_literal(&self) -> Expression {
        let mut text = String::from("\\x");
        for byte in self {
            write!(text, "{byte:02x}").expect("a string takes everything");
        }
        quoted(&text)
    }
}

/// An array of no elements is `'{}'`, which PostgreSQL reads as one of the column's type.
impl<T: Literal + ArrayElement> Literal for Vec<T> {
    fn to_literal(&self) -> Expression {
        if self.is_empty() {
            return quoted("{}");
        }
        let elements: Vec<String> = self.iter().map(|element| element.to_literal().0).collect();
        Expression::new(format!("ARRAY[{}]::{}", elements.join(", "), Self::sql_type()))
    }
}

/// PostgreSQL counts the years before the first one as `1 BC`, `2 BC`; `chrono` as 0, -1.
fn era(date: NaiveDate) -> (String, &'static str) {
    let (year, era) = if date.year() > 0 { (date.year(), "") } else { (1 - date.year(), " BC") };
    (format!("{year:04}-{:02}-{:02}", date.month(), date.day()), era)
}

impl Literal for NaiveDate {
    fn to_literal(&self) -> Expression {
        let (date, era) = era(*self);
        quoted(&format!("{date}{era}"))
    }
}

impl Literal for NaiveDateTime {
    fn to_literal(&self) -> Expression {
        let (date, era) = era(self.date());
        quoted(&format!("{date} {}{era}", self.time()))
    }
}

impl Literal for DateTime<Utc> {
    fn to_literal(&self) -> Expression {
        let (date, era) = era(self.date_naive());
        quoted(&format!("{date} {}+00{era}", self.time()))
    }
}

impl<T: Literal> Literal for Date<T> {
    fn to_literal(&self) -> Expression {
        match self {
            Self::PosInfinity => quoted("infinity"),
            Self::NegInfinity => quoted("-infinity"),
            Self::Value(date) => date.to_literal(),
        }
    }
}

impl<T: Literal> Literal for Timestamp<T> {
    fn to_literal(&self) -> Expression {
        match self {
            Self::PosInfinity => quoted("infinity"),
            Self::NegInfinity => quoted("-infinity"),
            Self::Value(timestamp) => timestamp.to_literal(),
        }
    }
}
