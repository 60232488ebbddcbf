use chrono::{DateTime, NaiveDateTime, Utc};
use tokio_postgres::types::Timestamp;

use crate::{
    query,
    typed::{Expr, Expression, Never, Nullability, Nullable},
    types::Numeric,
};

/// A type with a date and a time.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a date with a time")]
pub trait Moment {
    /// Whether a part of it can be NULL when it can be NULL itself as `N` says. Infinity has no month.
    type Part<N: Nullability>: Nullability;
}

macro_rules! moments {
    ($($finite:ty)*) => {
        $(
            impl Moment for $finite {
                type Part<N: Nullability> = N;
            }

            impl Moment for Timestamp<$finite> {
                type Part<N: Nullability> = Nullable;
            }
        )*
    };
}

moments! { DateTime<Utc> NaiveDateTime }

/// A part of a date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum DateTimePart {
    Microseconds,
    Milliseconds,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    /// The day of the week; Sunday is 0.
    DayOfWeek,
    /// The day of the year, from 1.
    DayOfYear,
    /// The seconds since 1970-01-01 00:00.
    Epoch,
}

impl DateTimePart {
    fn as_str(self) -> &'static str {
        match self {
            Self::Microseconds => "microseconds",
            Self::Milliseconds => "milliseconds",
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::DayOfWeek => "dow",
            Self::DayOfYear => "doy",
            Self::Epoch => "epoch",
        }
    }
}

/// `now()`: when the transaction began.
pub fn now() -> Expr<(), DateTime<Utc>, Never> {
    Expr::new(query::Expr::call("now", Vec::new()))
}

/// `date_trunc(part, operand)`: with everything smaller than the part cut off, in the session's time zone.
/// PostgreSQL refuses the parts that it cannot cut at: the days of week and year, and the epoch.
pub fn date_trunc<E: Expression<Value: Moment>>(
    part: DateTimePart,
    operand: E,
) -> Expr<E::Scope, E::Value, E::Nullability> {
    // Part of the text and no parameter, so that a group by the same expression matches.
    let part = query::Expr::Sql(vec!["'".into(), part.as_str().into(), "'".into()]);
    Expr::new(query::Expr::call("date_trunc", vec![part, operand.into_ast()]))
}

/// `extract(part FROM operand)`: the part as a number, in the session's time zone. It is NULL where infinity has no such
/// part.
pub fn extract<E: Expression<Value: Moment>>(
    part: DateTimePart,
    operand: E,
) -> Expr<E::Scope, Numeric, <E::Value as Moment>::Part<E::Nullability>> {
    Expr::new(query::Expr::Operation(vec![
        "extract(".into(),
        part.as_str().into(),
        " FROM ".into(),
        operand.into_ast().into(),
        ")".into(),
    ]))
}
