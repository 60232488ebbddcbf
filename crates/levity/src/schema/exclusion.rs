use std::collections::BTreeMap;

use super::{Deferrable, Expression, IndexKey, IndexMethod, ObjectName};

/// An exclusion constraint: no two rows conflict in all of its elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The constraint's name; `<table>_<columns>_excl` unless the schema names it.
    pub name: String,
    /// The access method of its index.
    pub method: IndexMethod,
    /// What is compared, in order.
    pub elements: Vec<ExclusionElement>,
    /// Columns that its index stores beside the keys, in order.
    pub include: Vec<String>,
    /// The storage parameters of its index.
    pub storage: BTreeMap<String, String>,
    /// The condition of the rows that it is about.
    pub predicate: Option<Expression>,
    /// When it is checked.
    pub deferrable: Deferrable,
}

impl Exclusion {
    /// A constraint on every row that is checked at once.
    pub fn new(name: impl Into<String>, method: IndexMethod, elements: Vec<ExclusionElement>) -> Self {
        Self {
            name: name.into(),
            method,
            elements,
            include: Vec::new(),
            storage: BTreeMap::new(),
            predicate: None,
            deferrable: Deferrable::No,
        }
    }
}

/// One part of an exclusion constraint: rows conflict when the operator holds between their values of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusionElement {
    /// The column or expression, and how its index treats it.
    pub key: IndexKey,
    /// The operator; no namespace for one that PostgreSQL has by itself, or that is in the default one.
    pub operator: ObjectName,
}
