use super::{ObjectName, SqlType};

/// A sequence. The one of an identity column is part of that column and none of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// The sequence's name.
    pub name: ObjectName,
    /// The name that this sequence had before; a hint for the differ, not part of the database.
    pub renamed_from: Option<String>,
    /// The type of its numbers: `smallint`, `integer` or `bigint`.
    pub sql_type: SqlType,
    /// The distance from one number to the next.
    pub increment: i64,
    /// The smallest number.
    pub min: i64,
    /// The largest number.
    pub max: i64,
    /// The first number.
    pub start: i64,
    /// How many numbers a session takes at once.
    pub cache: i64,
    /// Whether it begins again when it has come to its end.
    pub cycle: bool,
    /// The column with which it is dropped.
    pub owned_by: Option<SequenceOwner>,
}

/// The column that a sequence belongs to, as that of a `serial` column does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceOwner {
    /// The table, in the namespace of the sequence.
    pub table: ObjectName,
    /// The column.
    pub column: String,
}

impl Sequence {
    /// A sequence of the type with what PostgreSQL gives it by itself: one after the other, from 1 on.
    pub fn new(name: impl Into<ObjectName>, sql_type: SqlType) -> Self {
        let (min, max) = Self::default_limits(&sql_type, 1);
        Self {
            name: name.into(),
            renamed_from: None,
            sql_type,
            increment: 1,
            min,
            max,
            start: min,
            cache: 1,
            cycle: false,
            owned_by: None,
        }
    }

    /// The smallest and the largest number where they are not given.
    pub fn default_limits(sql_type: &SqlType, increment: i64) -> (i64, i64) {
        let (lowest, highest) = Self::limits(sql_type).unwrap_or((i64::MIN, i64::MAX));
        if increment < 0 { (lowest, -1) } else { (1, highest) }
    }

    /// Where it starts when that is not given.
    pub fn default_start(&self) -> i64 {
        if self.increment < 0 { self.max } else { self.min }
    }

    /// The smallest and the largest number that the type holds; none where a sequence cannot have the type.
    pub(super) fn limits(sql_type: &SqlType) -> Option<(i64, i64)> {
        match sql_type {
            SqlType::SmallInt => Some((i16::MIN.into(), i16::MAX.into())),
            SqlType::Integer => Some((i32::MIN.into(), i32::MAX.into())),
            SqlType::BigInt => Some((i64::MIN, i64::MAX)),
            _ => None,
        }
    }
}
