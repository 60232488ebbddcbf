use std::fmt;

use levity::schema::{ObjectName, Partition};

/// A change of a partition that the schema declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartitionStep {
    /// Adds a partition to a table that exists.
    Add {
        /// The table.
        table: ObjectName,
        /// The partition.
        partition: Partition,
        /// The partition that has held such rows so far, by name.
        default: Option<String>,
        /// The tables that foreign keys connect with the table; it can be one of them.
        related: Vec<ObjectName>,
    },
    /// Renames a partition.
    Rename {
        /// The table.
        table: ObjectName,
        /// The partition's name before.
        previous: String,
        /// Its name after.
        next: String,
    },
    /// Drops a partition with its rows.
    Drop {
        /// The table.
        table: ObjectName,
        /// The partition.
        partition: Partition,
        /// The tables whose foreign keys reference the table.
        referencing: Vec<ObjectName>,
    },
}

impl PartitionStep {
    /// The table.
    pub fn table(&self) -> &ObjectName {
        match self {
            Self::Add { table, .. } | Self::Rename { table, .. } | Self::Drop { table, .. } => table,
        }
    }
}

impl fmt::Display for PartitionStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add { table, partition, .. } => {
                write!(f, "add partition `{}` to table `{table}`", partition.name)
            }
            Self::Rename { table, previous, next } => {
                write!(f, "rename partition `{previous}` of table `{table}` to `{next}`")
            }
            Self::Drop { table, partition, .. } => {
                write!(f, "drop partition `{}` of table `{table}`", partition.name)
            }
        }
    }
}
