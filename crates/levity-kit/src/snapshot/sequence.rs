use levity::schema::{Sequence, SequenceOwner, SqlType};
use serde::{Deserialize, Serialize};

use super::line::{Name, Type, is_false};

/// Fields are left out where they are what PostgreSQL gives by itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SequenceLine {
    name: Name,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    sql_type: Option<Type>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    increment: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cache: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    cycle: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owned_by: Option<OwnerLine>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnerLine {
    table: Name,
    column: String,
}

impl From<&Sequence> for SequenceLine {
    fn from(sequence: &Sequence) -> Self {
        let (min, max) = Sequence::default_limits(&sequence.sql_type, sequence.increment);
        let unless = |value: i64, usual: i64| (value != usual).then_some(value);
        Self {
            name: (&sequence.name).into(),
            sql_type: (sequence.sql_type != SqlType::BigInt).then(|| (&sequence.sql_type).into()),
            increment: unless(sequence.increment, 1),
            min: unless(sequence.min, min),
            max: unless(sequence.max, max),
            start: unless(sequence.start, sequence.default_start()),
            cache: unless(sequence.cache, 1),
            cycle: sequence.cycle,
            owned_by: sequence
                .owned_by
                .as_ref()
                .map(|owner| OwnerLine { table: (&owner.table).into(), column: owner.column.clone() }),
        }
    }
}

impl From<SequenceLine> for Sequence {
    fn from(line: SequenceLine) -> Self {
        let sql_type = line.sql_type.map_or(SqlType::BigInt, Into::into);
        let increment = line.increment.unwrap_or(1);
        let (min, max) = Self::default_limits(&sql_type, increment);
        let mut sequence = Self {
            increment,
            min: line.min.unwrap_or(min),
            max: line.max.unwrap_or(max),
            cache: line.cache.unwrap_or(1),
            cycle: line.cycle,
            owned_by: line
                .owned_by
                .map(|owner| SequenceOwner { table: owner.table.into(), column: owner.column }),
            ..Self::new(line.name, sql_type)
        };
        sequence.start = line.start.unwrap_or_else(|| sequence.default_start());
        sequence
    }
}
