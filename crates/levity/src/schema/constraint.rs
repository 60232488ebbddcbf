use super::{Expression, ObjectName};

/// The primary key of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The constraint's name; `<table>_pkey` unless the schema names it.
    pub name: String,
    /// The key's columns, in order.
    pub columns: Vec<String>,
}

impl PrimaryKey {
    /// The columns that a foreign key can reference.
    pub fn key_columns(&self) -> Option<Vec<&str>> {
        Some(self.columns.iter().map(String::as_str).collect())
    }
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unique {
    /// The constraint's name; `<table>_<columns>_key` unless the schema names it.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// Whether two NULLs count as equal.
    pub nulls_not_distinct: bool,
}

impl Unique {
    /// The columns that a foreign key can reference.
    pub fn key_columns(&self) -> Option<Vec<&str>> {
        Some(self.columns.iter().map(String::as_str).collect())
    }
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name; `<table>_<columns>_fkey` unless the schema names it.
    pub name: String,
    /// The referencing columns, in order.
    pub columns: Vec<String>,
    /// The referenced table.
    pub references: ObjectName,
    /// The referenced columns, in the order of `columns`.
    pub referenced_columns: Vec<String>,
    /// What happens to the rows when the referenced row is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to the rows when the referenced key is updated.
    pub on_update: ReferentialAction,
}

/// The action of a foreign key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ReferentialAction {
    /// The statement fails, checked at its end (or at commit, when deferred).
    #[default]
    NoAction,
    /// The statement fails at once.
    Restrict,
    /// The referencing rows follow: deleted or updated.
    Cascade,
    /// The referencing columns become NULL.
    SetNull,
    /// The referencing columns take their defaults.
    SetDefault,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The constraint's name.
    pub name: String,
    /// The condition that every row must not violate.
    pub expression: Expression,
}
