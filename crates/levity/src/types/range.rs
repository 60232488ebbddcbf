mod canonical;
mod codec;
mod conversion;
mod multirange;

use std::{fmt, ops::Bound};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use tokio_postgres::types::{Date, Timestamp};

use super::Numeric;
use crate::schema::RangeOf;

pub use multirange::Multirange;

/// A range of PostgreSQL, such as an `int4range` or a `tstzrange`.
///
/// Rust's ranges convert into it, by themselves where a column is set; as in Rust, one that ends before it begins is empty.
///
/// PostgreSQL stores ranges of whole numbers and dates in one form, with the lower bound and without the upper one: what
/// was written as `1..=4` is read as `1..5`. [`Range::canonical`] gives the same form. Two ranges are equal here when
/// they are written alike.
///
/// ```
/// # use levity::types::Range;
/// # use std::ops::Bound;
/// let range = Range::from(1..=4);
/// assert_eq!(range.to_string(), "[1,4]");
/// assert_eq!(range.canonical(), Range::from(1..5));
/// assert_eq!(Range::from(5..), Range::Bounds(Bound::Included(5), Bound::Unbounded));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range<T> {
    /// No value at all.
    Empty,
    /// The values from the first bound to the second. [`Bound::Unbounded`] has no end, which is not the same as a bound
    /// that is `infinity`.
    Bounds(Bound<T>, Bound<T>),
}

/// A type that PostgreSQL has a range of by itself.
///
/// A range type of your own is a [`derive(PgNewtype)`](derive@crate::PgNewtype) with its `sql_type` around [`Range`], which is
/// encoded and decoded for any type of values.
#[diagnostic::on_unimplemented(
    message = "PostgreSQL has no range of `{Self}` by itself",
    label = "expected `i32`, `i64`, `Numeric`, a date or a timestamp"
)]
pub trait RangeElement: Sized {
    /// The range type.
    const RANGE: RangeOf;
    /// Whether the values can be counted, so that PostgreSQL brings their ranges into one form.
    const DISCRETE: bool = false;

    /// The next value, of a type whose values can be counted.
    fn successor(&self) -> Option<Self> {
        None
    }
}

impl RangeElement for i32 {
    const RANGE: RangeOf = RangeOf::Integer;
    const DISCRETE: bool = true;

    fn successor(&self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl RangeElement for i64 {
    const RANGE: RangeOf = RangeOf::BigInt;
    const DISCRETE: bool = true;

    fn successor(&self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl RangeElement for NaiveDate {
    const RANGE: RangeOf = RangeOf::Date;
    const DISCRETE: bool = true;

    fn successor(&self) -> Option<Self> {
        self.succ_opt()
    }
}

/// The infinities are values without a next one.
impl RangeElement for Date<NaiveDate> {
    const RANGE: RangeOf = RangeOf::Date;
    const DISCRETE: bool = true;

    fn successor(&self) -> Option<Self> {
        match self {
            Self::Value(date) => date.succ_opt().map(Self::Value),
            Self::PosInfinity | Self::NegInfinity => None,
        }
    }
}

macro_rules! continuous {
    ($($element:ty => $range:ident;)*) => {
        $(
            impl RangeElement for $element {
                const RANGE: RangeOf = RangeOf::$range;
            }
        )*
    };
}

continuous! {
    Numeric => Numeric;
    NaiveDateTime => Timestamp;
    Timestamp<NaiveDateTime> => Timestamp;
    DateTime<Utc> => Timestamptz;
    Timestamp<DateTime<Utc>> => Timestamptz;
}

impl<T> Range<T> {
    /// Every value.
    pub const ALL: Self = Self::Bounds(Bound::Unbounded, Bound::Unbounded);

    /// Whether no value is in it, as it is written: `(1,2)` of integers is empty only in its canonical form.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Where it begins; nothing when it is empty.
    pub fn lower(&self) -> Option<Bound<&T>> {
        match self {
            Self::Empty => None,
            Self::Bounds(lower, _) => Some(lower.as_ref()),
        }
    }

    /// Where it ends; nothing when it is empty.
    pub fn upper(&self) -> Option<Bound<&T>> {
        match self {
            Self::Empty => None,
            Self::Bounds(_, upper) => Some(upper.as_ref()),
        }
    }
}

/// As PostgreSQL writes it: `[1,5)`, `(,5]`, `empty`. Values are not quoted.
impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Bounds(lower, upper) = self else {
            return f.write_str("empty");
        };
        match lower {
            Bound::Included(value) => write!(f, "[{value},")?,
            Bound::Excluded(value) => write!(f, "({value},")?,
            Bound::Unbounded => f.write_str("(,")?,
        }
        match upper {
            Bound::Included(value) => write!(f, "{value}]"),
            Bound::Excluded(value) => write!(f, "{value})"),
            Bound::Unbounded => f.write_str(")"),
        }
    }
}
