use std::fmt;

use levity::schema::{ObjectName, Sequence, SequenceOwner};

/// What happens to a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named after their place in the step")]
pub enum SequenceStep {
    /// Creates it, without its owner.
    Create(Sequence),
    /// Renames it.
    Rename { previous: ObjectName, next: ObjectName },
    /// Changes its options.
    Alter { previous: Box<Sequence>, next: Box<Sequence> },
    /// Gives it to a column, with which it will be dropped, or to none.
    SetOwner { name: ObjectName, owner: Option<SequenceOwner> },
    /// Moves a new sequence past the values of the column that asks it from now on. `indexed` says whether the largest one
    /// is found through an index.
    Continue { name: ObjectName, table: ObjectName, column: String, indexed: bool },
    /// Drops it.
    Drop { name: ObjectName },
    /// Says that PostgreSQL drops it by itself with the column that it belongs to. There is nothing to run.
    DropWithOwner { name: ObjectName, owner: SequenceOwner },
}

impl fmt::Display for SequenceStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(sequence) => write!(f, "create sequence `{}`", sequence.name),
            Self::Rename { previous, next } => write!(f, "rename sequence `{previous}` to `{next}`"),
            Self::Alter { next, .. } => write!(f, "change sequence `{}`", next.name),
            Self::SetOwner { name, owner: Some(SequenceOwner { table, column }) } => {
                write!(f, "give sequence `{name}` to column `{table}.{column}`")
            }
            Self::SetOwner { name, owner: None } => write!(f, "take sequence `{name}` from its column"),
            Self::Continue { name, table, column, .. } => {
                write!(f, "start sequence `{name}` after the values of column `{table}.{column}`")
            }
            Self::Drop { name } => write!(f, "drop sequence `{name}`"),
            Self::DropWithOwner { name, owner: SequenceOwner { table, column } } => {
                write!(f, "drop sequence `{name}`, with column `{table}.{column}`")
            }
        }
    }
}
