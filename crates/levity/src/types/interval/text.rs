use std::{fmt, str::FromStr};

use super::Interval;

/// A text that is not an interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an interval such as `P1Y2M3DT4H5M6.789S` or `infinity`")]
pub struct ParseIntervalError(String);

const MICROSECONDS: i64 = 1_000_000;
const MINUTE: i64 = 60 * MICROSECONDS;
const HOUR: i64 = 60 * MINUTE;
const INFINITY: &str = "infinity";
const NEGATIVE_INFINITY: &str = "-infinity";

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::INFINITY => return f.write_str(INFINITY),
            Self::NEGATIVE_INFINITY => return f.write_str(NEGATIVE_INFINITY),
            Self::ZERO => return f.write_str("PT0S"),
            _ => f.write_str("P")?,
        }
        for (number, unit) in [(self.months / 12, 'Y'), (self.months % 12, 'M'), (self.days, 'D')] {
            if number != 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        if self.microseconds == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        for (number, unit) in [(self.microseconds / HOUR, 'H'), (self.microseconds % HOUR / MINUTE, 'M')] {
            if number != 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        let rest = self.microseconds % MINUTE;
        if rest == 0 {
            return Ok(());
        }
        let sign = if rest < 0 { "-" } else { "" };
        write!(f, "{sign}{}", (rest / MICROSECONDS).abs())?;
        let fraction = (rest % MICROSECONDS).abs();
        if fraction != 0 {
            write!(f, ".{}", format!("{fraction:06}").trim_end_matches('0'))?;
        }
        f.write_str("S")
    }
}

impl FromStr for Interval {
    type Err = ParseIntervalError;

    /// Reads the ISO 8601 form with units, as PostgreSQL does: each number has a sign of its own, the units are in any order
    /// and can repeat. Unlike there, only seconds can have a fraction, of at most six digits.
    fn from_str(text: &str) -> Result<Self, ParseIntervalError> {
        match text {
            INFINITY => return Ok(Self::INFINITY),
            NEGATIVE_INFINITY => return Ok(Self::NEGATIVE_INFINITY),
            _ => {}
        }
        parse(text).ok_or_else(|| ParseIntervalError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Interval> {
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    if time.map_or(date, |time| time).is_empty() {
        return None;
    }
    let (mut months, mut days, mut microseconds) = (0_i64, 0_i64, 0_i128);
    each_part(date, |number, unit| {
        let number = number.parse::<i32>().ok()?;
        match unit {
            'Y' => months += i64::from(number) * 12,
            'M' => months += i64::from(number),
            'W' => days += i64::from(number) * 7,
            'D' => days += i64::from(number),
            _ => return None,
        }
        Some(())
    })?;
    each_part(time.unwrap_or_default(), |number, unit| {
        microseconds += match unit {
            'H' => i128::from(number.parse::<i64>().ok()?) * i128::from(HOUR),
            'M' => i128::from(number.parse::<i64>().ok()?) * i128::from(MINUTE),
            'S' => seconds(number)?,
            _ => return None,
        };
        Some(())
    })?;
    Some(Interval {
        months: months.try_into().ok()?,
        days: days.try_into().ok()?,
        microseconds: microseconds.try_into().ok()?,
    })
}

/// Goes through the pairs of a number and a letter.
fn each_part(mut text: &str, mut part: impl FnMut(&str, char) -> Option<()>) -> Option<()> {
    while !text.is_empty() {
        let end = text.find(|character: char| character.is_ascii_alphabetic())?;
        part(&text[..end], char::from(text.as_bytes()[end]))?;
        text = &text[end + 1..];
    }
    Some(())
}

/// Seconds with at most six decimals, as microseconds.
fn seconds(number: &str) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole_seconds = i128::from(whole.parse::<i64>().ok()?) * i128::from(MICROSECONDS);
    let fraction = format!("{fraction:0<6}").parse::<i128>().ok()?;
    Some(if whole.starts_with('-') { whole_seconds - fraction } else { whole_seconds + fraction })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_are_refused() {
        assert_eq!("P2WT-0.5S".parse(), Ok(Interval { months: 0, days: 14, microseconds: -500_000 }));
        for text in
            ["", "P", "PT", "P1", "P1YT", "P1H", "PT1Y", "P1.5D", "PT1.0000001S", "P99999999999D", "P1Yé"]
        {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }
}
