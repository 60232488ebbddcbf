use std::fmt;

use super::{Expression, IndexKey};

/// How the rows of a table are divided among its partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionBy {
    /// What decides about the partition of a row.
    pub strategy: PartitionStrategy,
    /// The columns or expressions that are looked at, in order. They have no direction.
    pub keys: Vec<IndexKey>,
}

impl PartitionBy {
    /// The columns that it is about, without those that only an expression mentions.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.part.column())
    }
}

/// What decides about the partition of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartitionStrategy {
    /// `RANGE`: between which bounds its keys are
    Range,
    /// `LIST`: which value its key is
    List,
    /// `HASH`: the remainder of a hash of its keys
    Hash,
}

impl PartitionStrategy {
    /// The name, as SQL has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Range => "RANGE",
            Self::List => "LIST",
            Self::Hash => "HASH",
        }
    }
}

/// A partition that the schema declares. It has the columns, constraints and indexes of its table, and lies in the same
/// namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The partition's name.
    pub name: String,
    /// The rows that are in it.
    pub bounds: PartitionBounds,
}

impl Partition {
    /// A partition of these rows.
    pub fn new(name: impl Into<String>, bounds: PartitionBounds) -> Self {
        Self { name: name.into(), bounds }
    }
}

/// The rows of a partition. A text is a list in SQL, with a value for each key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartitionBounds {
    /// From the first values on, up to the second ones, which are no longer in it.
    Range {
        /// The smallest values: `'2026-01-01'`, `MINVALUE`.
        from: Expression,
        /// The first values beyond the largest ones: `'2026-02-01'`, `MAXVALUE`.
        to: Expression,
    },
    /// Those whose key is one of the values: `'a', 'b', NULL`.
    List(Expression),
    /// Those whose hash leaves the remainder when it is divided by the modulus.
    Hash {
        /// What is divided by.
        modulus: u32,
        /// What is left.
        remainder: u32,
    },
    /// Those that are in no other one.
    Default,
}

impl PartitionBounds {
    /// The strategy whose partitions have such bounds; the default one has none of its own.
    pub fn strategy(&self) -> Option<PartitionStrategy> {
        match self {
            Self::Range { .. } => Some(PartitionStrategy::Range),
            Self::List(_) => Some(PartitionStrategy::List),
            Self::Hash { .. } => Some(PartitionStrategy::Hash),
            Self::Default => None,
        }
    }
}

/// As SQL has it: `FOR VALUES IN ('a')`, `DEFAULT`.
impl fmt::Display for PartitionBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { from, to } => write!(f, "FOR VALUES FROM ({}) TO ({})", from.0, to.0),
            Self::List(values) => write!(f, "FOR VALUES IN ({})", values.0),
            Self::Hash { modulus, remainder } => {
                write!(f, "FOR VALUES WITH (MODULUS {modulus}, REMAINDER {remainder})")
            }
            Self::Default => f.write_str("DEFAULT"),
        }
    }
}
