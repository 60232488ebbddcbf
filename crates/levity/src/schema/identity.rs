use super::SqlType;

/// How the sequence of an identity column counts, where that is not what PostgreSQL gives it by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct IdentityOptions {
    /// The first number. None is the smallest one, or the largest one of a sequence that counts down.
    pub start: Option<i64>,
    /// The distance from one number to the next. None is 1.
    pub increment: Option<i64>,
    /// The smallest number. None is 1, or the smallest one of the type for a sequence that counts down.
    pub min: Option<i64>,
    /// The largest number. None is the largest one of the type, or -1 for a sequence that counts down.
    pub max: Option<i64>,
    /// How many numbers a session takes at once. None is 1.
    pub cache: Option<i64>,
    /// Whether it begins again when it has come to its end.
    pub cycle: bool,
}

/// The same with everything said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the fields are those of `IdentityOptions`")]
pub struct IdentitySequence {
    pub start: i64,
    pub increment: i64,
    pub min: i64,
    pub max: i64,
    pub cache: i64,
    pub cycle: bool,
}

impl IdentityOptions {
    /// What PostgreSQL makes of the options for a column of this type. None where the type is no integer.
    pub fn sequence(self, sql_type: &SqlType) -> Option<IdentitySequence> {
        let (lowest, highest) = limits(sql_type)?;
        let increment = self.increment.unwrap_or(1);
        let (min, max) = if increment < 0 { (lowest, -1) } else { (1, highest) };
        let (min, max) = (self.min.unwrap_or(min), self.max.unwrap_or(max));
        let start = self.start.unwrap_or(if increment < 0 { max } else { min });
        let cache = self.cache.unwrap_or(1);
        Some(IdentitySequence { start, increment, min, max, cache, cycle: self.cycle })
    }
}

impl IdentitySequence {
    /// The options that have to be said to get this sequence for a column of the type.
    pub fn options(self, sql_type: &SqlType) -> IdentityOptions {
        let said = IdentityOptions { increment: Some(self.increment), ..IdentityOptions::default() };
        let Some(default) = said.sequence(sql_type) else { return IdentityOptions::default() };
        let (min, max) = (other(self.min, default.min), other(self.max, default.max));
        let start = if self.increment < 0 { self.max } else { self.min };
        IdentityOptions {
            start: other(self.start, start),
            increment: other(self.increment, 1),
            min,
            max,
            cache: other(self.cache, 1),
            cycle: self.cycle,
        }
    }

    /// Whether a column of the type can have such a sequence.
    pub fn fits(self, sql_type: &SqlType) -> bool {
        limits(sql_type).is_some_and(|(lowest, highest)| lowest <= self.min && self.max <= highest)
    }

    /// Whether PostgreSQL accepts it for a column of the type.
    pub(super) fn is_valid(self, sql_type: &SqlType) -> bool {
        self.increment != 0
            && self.min < self.max
            && (self.min..=self.max).contains(&self.start)
            && self.cache > 0
            && self.fits(sql_type)
    }
}

fn other(value: i64, default: i64) -> Option<i64> {
    (value != default).then_some(value)
}

fn limits(sql_type: &SqlType) -> Option<(i64, i64)> {
    match sql_type {
        SqlType::SmallInt => Some((i16::MIN.into(), i16::MAX.into())),
        SqlType::Integer => Some((i32::MIN.into(), i32::MAX.into())),
        SqlType::BigInt => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}
