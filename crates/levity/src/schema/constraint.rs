use std::collections::{BTreeMap, BTreeSet};

use super::{Expression, ObjectName};

/// The primary key of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The constraint's name; `<table>_pkey` unless the schema names it.
    pub name: String,
    /// The key's columns, in order.
    pub columns: Vec<String>,
    /// Columns that its index stores beside the key, in order.
    pub include: Vec<String>,
    /// The storage parameters of its index.
    pub storage: BTreeMap<String, String>,
    /// When it is checked.
    pub deferrable: Deferrable,
}

impl PrimaryKey {
    /// A key of these columns that is checked at once.
    pub fn new(name: impl Into<String>, columns: Vec<String>) -> Self {
        Self {
            name: name.into(),
            columns,
            include: Vec::new(),
            storage: BTreeMap::new(),
            deferrable: Deferrable::No,
        }
    }

    /// The columns that a foreign key can reference. None when duplicates can exist for a while.
    pub fn key_columns(&self) -> Option<Vec<&str>> {
        (self.deferrable == Deferrable::No).then(|| self.columns.iter().map(String::as_str).collect())
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
    /// Columns that its index stores beside the key, in order.
    pub include: Vec<String>,
    /// The storage parameters of its index.
    pub storage: BTreeMap<String, String>,
    /// When it is checked.
    pub deferrable: Deferrable,
}

impl Unique {
    /// A constraint on these columns that is checked at once.
    pub fn new(name: impl Into<String>, columns: Vec<String>) -> Self {
        Self {
            name: name.into(),
            columns,
            nulls_not_distinct: false,
            include: Vec::new(),
            storage: BTreeMap::new(),
            deferrable: Deferrable::No,
        }
    }

    /// The columns that a foreign key can reference. None when duplicates can exist for a while.
    pub fn key_columns(&self) -> Option<Vec<&str>> {
        (self.deferrable == Deferrable::No).then(|| self.columns.iter().map(String::as_str).collect())
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
    /// Whether the columns are NULL only all together (`MATCH FULL`).
    pub match_full: bool,
    /// What happens to the rows when the referenced row is deleted.
    pub on_delete: ReferentialAction,
    /// The columns that `SET NULL` and `SET DEFAULT` of `on_delete` set; all when it is empty.
    pub on_delete_columns: BTreeSet<String>,
    /// What happens to the rows when the referenced key is updated.
    pub on_update: ReferentialAction,
    /// When it is checked.
    pub deferrable: Deferrable,
}

impl ForeignKey {
    /// A foreign key that is checked at once and does nothing else.
    pub fn new(
        name: impl Into<String>,
        columns: Vec<String>,
        references: impl Into<ObjectName>,
        referenced_columns: Vec<String>,
    ) -> Self {
        Self {
            name: name.into(),
            columns,
            references: references.into(),
            referenced_columns,
            match_full: false,
            on_delete: ReferentialAction::NoAction,
            on_delete_columns: BTreeSet::new(),
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrable::No,
        }
    }
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

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deferrable {
    /// With each statement.
    #[default]
    No,
    /// With each statement, unless a transaction defers it (`SET CONSTRAINTS … DEFERRED`).
    InitiallyImmediate,
    /// At commit, unless a transaction asks for it earlier.
    InitiallyDeferred,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The constraint's name.
    pub name: String,
    /// The condition that every row must not violate.
    pub expression: Expression,
    /// Whether tables that inherit from this one are free of it.
    pub no_inherit: bool,
}

impl Check {
    /// A check of this condition.
    pub fn new(name: impl Into<String>, expression: impl Into<String>) -> Self {
        Self { name: name.into(), expression: Expression::new(expression), no_inherit: false }
    }
}
