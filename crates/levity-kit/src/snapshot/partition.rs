use levity::schema::{Expression, Partition, PartitionBounds, PartitionBy, PartitionStrategy, Table};
use serde::{Deserialize, Serialize};

use super::{
    index::KeyLine,
    line::{Name, Words, value, word},
};

/// In the line of the table: `{"strategy":"range","keys":[{"column":"created_at"}]}`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartitionByLine {
    strategy: String,
    keys: Vec<KeyLine>,
}

const STRATEGIES: Words<PartitionStrategy> = &[
    ("range", PartitionStrategy::Range),
    ("list", PartitionStrategy::List),
    ("hash", PartitionStrategy::Hash),
];

impl From<&PartitionBy> for PartitionByLine {
    fn from(partition_by: &PartitionBy) -> Self {
        Self {
            strategy: word(STRATEGIES, partition_by.strategy),
            keys: partition_by.keys.iter().map(KeyLine::from).collect(),
        }
    }
}

impl PartitionByLine {
    pub(super) fn read(self) -> Result<PartitionBy, String> {
        Ok(PartitionBy {
            strategy: value(STRATEGIES, &self.strategy)?,
            keys: self.keys.into_iter().map(KeyLine::read).collect::<Result<_, _>>()?,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartitionLine {
    pub(super) table: Name,
    name: String,
    bounds: BoundsLine,
}

/// `{"range":{"from":"…","to":"…"}}`, `{"list":"…"}`, `{"hash":{"modulus":4,"remainder":0}}` or `"default"`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum BoundsLine {
    Range { from: String, to: String },
    List(String),
    Hash { modulus: u32, remainder: u32 },
    Default,
}

impl PartitionLine {
    pub(super) fn of(table: &Table, partition: &Partition) -> Self {
        let bounds = match &partition.bounds {
            PartitionBounds::Range { from, to } => {
                BoundsLine::Range { from: from.0.clone(), to: to.0.clone() }
            }
            PartitionBounds::List(values) => BoundsLine::List(values.0.clone()),
            PartitionBounds::Hash { modulus, remainder } => {
                BoundsLine::Hash { modulus: *modulus, remainder: *remainder }
            }
            PartitionBounds::Default => BoundsLine::Default,
        };
        Self { table: (&table.name).into(), name: partition.name.clone(), bounds }
    }

    pub(super) fn read(self) -> Partition {
        let bounds = match self.bounds {
            BoundsLine::Range { from, to } => {
                PartitionBounds::Range { from: Expression(from), to: Expression(to) }
            }
            BoundsLine::List(values) => PartitionBounds::List(Expression(values)),
            BoundsLine::Hash { modulus, remainder } => PartitionBounds::Hash { modulus, remainder },
            BoundsLine::Default => PartitionBounds::Default,
        };
        Partition::new(self.name, bounds)
    }
}
