use std::fmt::{self, Display};

/// Why no plan could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// Something is gone and something like it is new.
    #[error("{}", list("renamed or dropped? the schema does not say which", questions))]
    Ambiguous {
        /// Every open question.
        questions: Vec<Question>,
    },
    /// Hints that apply to nothing.
    #[error(
        "{}\n  a hint names the object as it was before the migration (`table`, `table.column`, `type`, `type.value`), \
         and a new name that was not taken before",
        list("these hints match no change of the schema", hints)
    )]
    UnknownHints {
        /// The hints, as the flags of the command line spell them.
        hints: Vec<String>,
    },
    /// Changes that no generated plan makes.
    #[error("{}", list("no plan can be generated for these changes", changes))]
    Unsupported {
        /// The changes, each with what to do instead.
        changes: Vec<UnsupportedChange>,
    },
}

/// Something that was either renamed or dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The kind of object.
    pub kind: ObjectKind,
    /// Its name before the migration, as [`RenameHints`](super::RenameHints) spells it.
    pub previous: String,
    /// What it may be called now.
    pub candidates: Vec<String>,
}

/// What can be renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A table.
    Table,
    /// A view, materialized or not.
    View,
    /// A column of a table.
    Column,
    /// An enum type.
    EnumType,
    /// A value of an enum type.
    EnumValue,
    /// A domain.
    Domain,
    /// A sequence.
    Sequence,
}

impl Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Column => "column",
            Self::EnumType => "enum type",
            Self::EnumValue => "enum value",
            Self::Domain => "domain",
            Self::Sequence => "sequence",
        })
    }
}

impl Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, previous, candidates } = self;
        write!(f, "{kind} `{previous}` is gone; ")?;
        for candidate in candidates {
            write!(f, "if it is now `{candidate}`: `--rename {previous}={candidate}`; ")?;
        }
        if *kind == ObjectKind::EnumValue {
            write!(f, "if its rows are to get another value: `--map {previous}=<value>`; ")?;
        }
        write!(f, "if it is to be dropped: `--drop {previous}`")
    }
}

/// A change that no generated plan makes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnsupportedChange {
    /// PostgreSQL has no conversion between the types that keeps the meaning of the values.
    #[error(
        "column `{column}`: no conversion from {previous} to {next}; say how with `--using {column}=<expression>`, an \
         SQL expression over the row"
    )]
    MissingCast {
        /// The column, as [`RenameHints`](super::RenameHints) spells it.
        column: String,
        /// Its type before.
        previous: String,
        /// Its type after.
        next: String,
    },
    /// PostgreSQL cannot change what a domain is made of.
    #[error(
        "domain `{domain}` has another type or collation behind it, or an enum type that is created anew, and PostgreSQL \
         cannot change that; give the new domain another name, and its columns are converted"
    )]
    DomainBase {
        /// The domain.
        domain: String,
    },
    /// PostgreSQL cannot test values of a domain that are inside others.
    #[error(
        "domain `{domain}` cannot get a new rule, because PostgreSQL cannot test the values inside of column `{column}`; \
         create a domain of another name with all the rules, and its columns are converted"
    )]
    DomainInside {
        /// The domain.
        domain: String,
        /// A column with an array of it.
        column: String,
    },
    /// A table is partitioned from now on, or no longer, or in another way.
    #[error(
        "table `{table}` is {previous} and cannot become {next} where it is: declare another table, copy the rows in \
         batches, switch to it, and drop this one in a later migration"
    )]
    Partitioning {
        /// The table.
        table: String,
        /// How it was partitioned.
        previous: String,
        /// How it is to be partitioned.
        next: String,
    },
    /// A column of a partition key has another type.
    #[error(
        "column `{column}` is in the partition key, which cannot get another type or collation: declare another table, copy \
         the rows in batches, switch to it, and drop this one in a later migration"
    )]
    PartitionKey {
        /// The column.
        column: String,
    },
    /// A partition has other bounds.
    #[error(
        "partition `{partition}` of table `{table}` is {previous} and cannot become {next} where it is: declare a partition of \
         another name, which drops the rows of this one, or detach and attach it in SQL of your own"
    )]
    PartitionBounds {
        /// The table.
        table: String,
        /// The partition.
        partition: String,
        /// Its bounds before.
        previous: String,
        /// Its bounds after.
        next: String,
    },
    /// Names that are exchanged.
    #[error(
        "{kind} `{previous}` and `{next}` are each declared to be the other one under a new name, and no plan exchanges names: \
         give one of them a name in between, in a migration of its own"
    )]
    Exchange {
        /// The kind of the objects.
        kind: ObjectKind,
        /// The name of one of them before, as [`RenameHints`](super::RenameHints) spells it.
        previous: String,
        /// Its name after, which is one of the others' before.
        next: String,
    },
    /// Something is gone in one namespace, and its name is new in another one.
    #[error(
        "{kind} `{previous}` is gone and `{next}` is new: nothing is moved to another namespace; keep the namespace, or \
         say `--drop {previous}` if the old one and what it holds are to be dropped"
    )]
    OtherNamespace {
        /// The kind of object.
        kind: ObjectKind,
        /// Its name before, as [`RenameHints`](super::RenameHints) spells it.
        previous: String,
        /// The name that is new.
        next: String,
    },
}

fn list(title: &str, items: &[impl Display]) -> String {
    let mut text = title.to_owned();
    for item in items {
        text.push_str("\n  - ");
        text.push_str(&item.to_string());
    }
    text
}
