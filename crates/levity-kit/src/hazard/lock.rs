use std::fmt;

use levity::schema::ObjectName;

/// A lock that is held for longer than a change of the catalog takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The table.
    pub table: ObjectName,
    /// How it is locked.
    pub mode: LockMode,
}

/// The modes of PostgreSQL's table locks that reads or writes wait for, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMode {
    /// Writes wait.
    Share,
    /// Writes wait.
    ShareRowExclusive,
    /// Writes and `SELECT … FOR UPDATE` wait.
    Exclusive,
    /// All wait.
    AccessExclusive,
}

impl LockMode {
    /// The name, as PostgreSQL's documentation has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Who waits for it.
    pub fn blocks(self) -> &'static str {
        match self {
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "writes",
            Self::AccessExclusive => "reads and writes",
        }
    }
}

/// ``ACCESS EXCLUSIVE on `orders` blocks reads and writes``.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on `{}` blocks {}", self.mode.name(), self.table, self.mode.blocks())
    }
}
