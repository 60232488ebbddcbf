use std::fmt;

use levity::schema::{Check, Column, Domain, Expression, ObjectName};

/// What happens to a domain. `values` are those that were there before, and have to be tested.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named after their place in the step")]
pub enum DomainStep {
    /// Creates it with all its rules.
    Create(Domain),
    /// Renames it.
    Rename { previous: ObjectName, next: ObjectName },
    /// Sets the default.
    SetDefault { name: ObjectName, default: Expression },
    /// Drops the default.
    DropDefault { name: ObjectName },
    /// Refuses NULL from now on.
    SetNotNull { name: ObjectName, values: DomainValues },
    /// Accepts NULL from now on.
    DropNotNull { name: ObjectName },
    /// Adds a check.
    AddCheck { name: ObjectName, check: Check, values: DomainValues },
    /// Renames a check.
    RenameCheck { name: ObjectName, previous: String, next: String },
    /// Drops a check.
    DropCheck { name: ObjectName, check: String },
    /// Drops it.
    Drop { name: ObjectName },
}

/// Where values of a domain are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainValues {
    /// The tables that have columns of it.
    pub tables: Vec<ObjectName>,
    /// The materialized views that have columns of it, to which nobody writes.
    pub materialized_views: Vec<ObjectName>,
}

impl DomainValues {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.materialized_views.is_empty()
    }
}

/// What a new column gets from the domain that is its type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainRules {
    /// Whether there is anything that a value has to fulfil. Then PostgreSQL writes every row of the table, to test it.
    pub constrained: bool,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// The value of existing rows, when the column has no default itself.
    pub default: Option<Expression>,
}

impl DomainRules {
    /// What rows get that were there before the column.
    pub(crate) fn default_of<'a>(&'a self, column: &'a Column) -> Option<&'a Expression> {
        column.default.as_ref().or(self.default.as_ref())
    }
}

impl fmt::Display for DomainStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(domain) => write!(f, "create domain `{}`", domain.name),
            Self::Rename { previous, next } => write!(f, "rename domain `{previous}` to `{next}`"),
            Self::SetDefault { name, default } => {
                write!(f, "set default of domain `{name}` to {}", default.0)
            }
            Self::DropDefault { name } => write!(f, "drop default of domain `{name}`"),
            Self::SetNotNull { name, .. } => write!(f, "make domain `{name}` refuse NULL"),
            Self::DropNotNull { name } => write!(f, "make domain `{name}` accept NULL"),
            Self::AddCheck { name, check, .. } => write!(f, "add check `{}` to domain `{name}`", check.name),
            Self::RenameCheck { name, previous, next } => {
                write!(f, "rename check `{previous}` of domain `{name}` to `{next}`")
            }
            Self::DropCheck { name, check } => write!(f, "drop check `{check}` of domain `{name}`"),
            Self::Drop { name } => write!(f, "drop domain `{name}`"),
        }
    }
}
