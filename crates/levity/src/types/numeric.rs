use std::{
    fmt::{self, Write},
    ops::RangeInclusive,
    str::FromStr,
};

use bytes::{Buf, BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::BoxError;
use crate::{
    query,
    typed::{IntoValue, Never, Operand},
};

/// A `numeric` value, exactly as PostgreSQL stores it: any number of digits, the scale it was written with (`1.50` is not
/// `1.5`), `NaN` and the infinities.
///
/// Two values are equal when they are written alike; it does no arithmetic. Compute in SQL, or with a decimal library of
/// your choice: parse [`Numeric::as_str`] with its exact constructor, which refuses what it cannot hold, and parse its text
/// into a `Numeric`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Numeric(String);

/// A text that is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decimal number such as `-12.50`, `NaN` or `Infinity`")]
pub struct ParseNumericError(String);

impl Numeric {
    /// The number in plain decimal notation, or `NaN`, `Infinity`, `-Infinity`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Width, fill and sign are those of a number; a precision would have to round, and is ignored.
impl fmt::Display for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.strip_prefix('-');
        f.pad_integral(digits.is_none(), "", digits.unwrap_or(&self.0))
    }
}

impl FromStr for Numeric {
    type Err = ParseNumericError;

    /// Reads plain decimal notation, without an exponent.
    fn from_str(text: &str) -> Result<Self, ParseNumericError> {
        let refuse = || ParseNumericError(text.to_owned());
        if let Some(special) = SPECIAL.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Ok(Self(special.0.to_owned()));
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return Err(refuse());
        }
        let whole = whole.trim_start_matches('0');
        let zero = whole.is_empty() && fraction.bytes().all(|byte| byte == b'0');
        let mut text = String::with_capacity(digits.len() + 2);
        if negative && !zero {
            text.push('-');
        }
        text.push_str(if whole.is_empty() { "0" } else { whole });
        if !fraction.is_empty() {
            text.push('.');
            text.push_str(fraction);
        }
        Ok(Self(text))
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {
        $(
            impl From<$integer> for Numeric {
                fn from(value: $integer) -> Self {
                    Self(value.to_string())
                }
            }
        )*
    };
}

from_integers! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 }

/// The integers that a literal of a program can be: `gt(Book::price, 10)`.
macro_rules! given_as_integers {
    ($($integer:ty)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Operand<Numeric> for $integer {
                type Scope = ();
                type Nullability = Never;

                fn into_operand(self) -> query::Expr {
                    Operand::<Numeric>::into_operand(Numeric::from(self))
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoValue<Numeric> for $integer {
                fn into_value(self) -> Numeric {
                    self.into()
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoValue<Option<Numeric>> for $integer {
                fn into_value(self) -> Option<Numeric> {
                    Some(self.into())
                }
            }
        )*
    };
}

given_as_integers! { i16 i32 i64 }

// The binary format (`numeric_send`): the number of base-10000 digits, the weight of the first one, a sign, the scale,
// the digits.
const DIGITS: usize = 4;
const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const SPECIAL: [(&str, u16); 3] = [("NaN", 0xC000), ("Infinity", 0xD000), ("-Infinity", 0xF000)];

impl FromSql<'_> for Numeric {
    fn from_sql(_: &Type, mut raw: &[u8]) -> Result<Self, BoxError> {
        let count = raw.try_get_u16()?;
        let weight = raw.try_get_i16()?;
        let sign = raw.try_get_u16()?;
        let scale = usize::from(raw.try_get_u16()?);
        if let Some((name, _)) = SPECIAL.iter().find(|(_, code)| *code == sign) {
            return Ok(Self((*name).to_owned()));
        }
        let groups = (0..count).map(|_| raw.try_get_u16()).collect::<Result<Vec<_>, _>>()?;
        let group = |position: i32| {
            usize::try_from(position).ok().and_then(|position| groups.get(position)).copied().unwrap_or(0)
        };
        let weight = i32::from(weight);
        let digits = |positions: RangeInclusive<i32>| {
            positions.fold(String::new(), |mut digits, position| {
                write!(digits, "{:04}", group(position)).expect("a string takes everything");
                digits
            })
        };
        let whole = digits(0..=weight);
        let whole = whole.trim_start_matches('0');
        let mut text = String::new();
        if sign == NEGATIVE {
            text.push('-');
        }
        text.push_str(if whole.is_empty() { "0" } else { whole });
        if scale > 0 {
            let groups_needed = i32::try_from(scale.div_ceil(DIGITS))?;
            let fraction = digits(weight + 1..=weight + groups_needed);
            text.push('.');
            text.push_str(&fraction[..scale]);
        }
        Ok(Self(text))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

impl ToSql for Numeric {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        if let Some((_, code)) = SPECIAL.iter().find(|(name, _)| *name == self.0) {
            out.put_slice(&[0, 0, 0, 0]);
            out.put_u16(*code);
            out.put_u16(0);
            return Ok(IsNull::No);
        }
        let (sign, digits) = match self.0.strip_prefix('-') {
            Some(digits) => (NEGATIVE, digits),
            None => (POSITIVE, self.0.as_str()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let padding = (DIGITS - whole.len() % DIGITS) % DIGITS;
        let padded = format!("{}{whole}{fraction}", "0".repeat(padding));
        let whole_groups = (padding + whole.len()) / DIGITS;
        let mut groups = padded
            .as_bytes()
            .chunks(DIGITS)
            .map(|chunk| {
                let value = chunk.iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0'));
                value
                    * 10_u16
                        .pow(u32::try_from(DIGITS - chunk.len()).expect("a chunk has at most four digits"))
            })
            .collect::<Vec<u16>>();
        let leading_zeros = groups.iter().take_while(|group| **group == 0).count();
        groups.drain(..leading_zeros);
        while groups.last() == Some(&0) {
            groups.pop();
        }
        // The longest number has one group more than a weight can count.
        let weight = i16::try_from(i32::try_from(whole_groups)? - i32::try_from(leading_zeros)? - 1)?;
        out.put_u16(u16::try_from(groups.len())?);
        out.put_i16(if groups.is_empty() { 0 } else { weight });
        out.put_u16(sign);
        out.put_u16(u16::try_from(fraction.len())?);
        for group in groups {
            out.put_u16(group);
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> String {
        let number: Numeric = text.parse().unwrap();
        let mut bytes = BytesMut::new();
        number.to_sql(&Type::NUMERIC, &mut bytes).unwrap();
        Numeric::from_sql(&Type::NUMERIC, &bytes).unwrap().to_string()
    }

    #[test]
    fn it_is_aligned_like_a_number_and_never_rounded() {
        let number: Numeric = "-12.50".parse().unwrap();
        assert_eq!(
            format!("{number:>8}|{number:<8}|{number:8}|{number:.1}"),
            "  -12.50|-12.50  |  -12.50|-12.50"
        );
        assert_eq!(format!("{:+}", Numeric::from(1)), "+1");
    }

    #[test]
    fn binary_format_keeps_every_digit() {
        for text in [
            "0",
            "0.00",
            "1",
            "-1",
            "10000",
            "99999999",
            "1.50",
            "0.0001",
            "-0.00010",
            "12345.6789012345",
            "NaN",
            "Infinity",
            "-Infinity",
            "123456789012345678901234567890123456789.000000000000000000001",
        ] {
            assert_eq!(round_trip(text), text);
        }
    }

    #[test]
    fn text_is_normalised_or_refused() {
        assert_eq!("+007.10".parse::<Numeric>().unwrap().as_str(), "7.10");
        assert_eq!("-0.0".parse::<Numeric>().unwrap().as_str(), "0.0");
        for text in ["", ".", "-", "1e5", "1.2.3", "１"] {
            assert!(text.parse::<Numeric>().is_err(), "{text}");
        }
    }
}
