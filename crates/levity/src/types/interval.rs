mod text;

use std::time::Duration;

use bytes::{Buf, BufMut, BytesMut};
use chrono::TimeDelta;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use super::BoxError;

pub use text::ParseIntervalError;

/// An `interval`, exactly as PostgreSQL stores it: months, days and microseconds, each with a sign of its own.
///
/// The three are not converted into each other, since months differ in days, and days in hours where the clocks change.
/// So two intervals are equal here when all three parts are; PostgreSQL also takes 24 hours for a day and 30 days for a
/// month when it compares.
///
/// It is written and read in the ISO 8601 form that PostgreSQL prints with `intervalstyle = iso_8601`:
///
/// ```
/// # use levity::types::Interval;
/// let interval = Interval { months: 14, days: -3, microseconds: 3_600_000_000 };
/// assert_eq!(interval.to_string(), "P1Y2M-3DT1H");
/// assert_eq!("P1Y2M-3DT1H".parse(), Ok(interval));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Years, 12 months each, and months.
    pub months: i32,
    /// Weeks, 7 days each, and days.
    pub days: i32,
    /// Hours, minutes, seconds and what is below.
    pub microseconds: i64,
}

impl Interval {
    /// Nothing.
    pub const ZERO: Self = Self { months: 0, days: 0, microseconds: 0 };
    /// `infinity`, longer than every other interval. PostgreSQL has it since version 17; before, these largest parts were an
    /// interval like others.
    pub const INFINITY: Self = Self { months: i32::MAX, days: i32::MAX, microseconds: i64::MAX };
    /// `-infinity`, see [`Interval::INFINITY`].
    pub const NEGATIVE_INFINITY: Self = Self { months: i32::MIN, days: i32::MIN, microseconds: i64::MIN };

    /// Whether it is neither of the infinities.
    pub fn is_finite(self) -> bool {
        self != Self::INFINITY && self != Self::NEGATIVE_INFINITY
    }
}

/// A conversion between an interval and a duration that would change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InexactInterval {
    /// The duration has a part below a microsecond, which an interval cannot have.
    #[error("the duration is not a whole number of microseconds")]
    Nanoseconds,
    /// The value does not fit.
    #[error("the value is out of range")]
    Range,
    /// The interval has months or days, whose length depends on when they begin.
    #[error("an interval with months or days has no fixed duration")]
    Calendar,
}

impl TryFrom<TimeDelta> for Interval {
    type Error = InexactInterval;

    fn try_from(duration: TimeDelta) -> Result<Self, InexactInterval> {
        if duration.subsec_nanos() % 1000 != 0 {
            return Err(InexactInterval::Nanoseconds);
        }
        let microseconds = duration.num_microseconds().ok_or(InexactInterval::Range)?;
        Ok(Self { microseconds, ..Self::ZERO })
    }
}

impl TryFrom<Duration> for Interval {
    type Error = InexactInterval;

    fn try_from(duration: Duration) -> Result<Self, InexactInterval> {
        if !duration.subsec_nanos().is_multiple_of(1000) {
            return Err(InexactInterval::Nanoseconds);
        }
        let microseconds = i64::try_from(duration.as_micros()).map_err(|_| InexactInterval::Range)?;
        Ok(Self { microseconds, ..Self::ZERO })
    }
}

impl TryFrom<Interval> for TimeDelta {
    type Error = InexactInterval;

    fn try_from(interval: Interval) -> Result<Self, InexactInterval> {
        if interval.months != 0 || interval.days != 0 {
            return Err(InexactInterval::Calendar);
        }
        Ok(Self::microseconds(interval.microseconds))
    }
}

impl TryFrom<Interval> for Duration {
    type Error = InexactInterval;

    fn try_from(interval: Interval) -> Result<Self, InexactInterval> {
        TimeDelta::try_from(interval)?.to_std().map_err(|_| InexactInterval::Range)
    }
}

impl FromSql<'_> for Interval {
    fn from_sql(_: &Type, mut raw: &[u8]) -> Result<Self, BoxError> {
        let (microseconds, days, months) = (raw.try_get_i64()?, raw.try_get_i32()?, raw.try_get_i32()?);
        Ok(Self { months, days, microseconds })
    }

    accepts!(INTERVAL);
}

impl ToSql for Interval {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        out.put_i64(self.microseconds);
        out.put_i32(self.days);
        out.put_i32(self.months);
        Ok(IsNull::No)
    }

    accepts!(INTERVAL);
    to_sql_checked!();
}
