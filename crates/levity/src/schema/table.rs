use std::collections::{BTreeMap, BTreeSet};

use super::{
    Check, Column, Exclusion, ForeignKey, Index, ObjectName, Partition, PartitionBy, PrimaryKey, Unique,
};

/// A table with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The table's name.
    pub name: ObjectName,
    /// The name that this table had before; a hint for the differ, not part of the database.
    pub renamed_from: Option<String>,
    /// What the database says about the table.
    pub comment: Option<String>,
    /// Whether its rows are kept out of the log: they are written faster, and gone after a crash.
    pub unlogged: bool,
    /// The storage parameters, as the server stores them: `fillfactor` is `70`, `toast.autovacuum_enabled` is `false`.
    pub storage: BTreeMap<String, String>,
    /// How its rows are divided among partitions; none where it holds them itself.
    pub partition_by: Option<PartitionBy>,
    /// The partitions that the schema declares. Others can have made more.
    pub partitions: Vec<Partition>,
    /// The columns. Their order counts when the table is created; a difference in order alone is no change, since
    /// PostgreSQL cannot move a column.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// The unique constraints.
    pub uniques: Vec<Unique>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// The check constraints.
    pub checks: Vec<Check>,
    /// The exclusion constraints.
    pub exclusions: Vec<Exclusion>,
    /// The indexes that belong to no constraint.
    pub indexes: Vec<Index>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<ObjectName>) -> Self {
        Self {
            name: name.into(),
            renamed_from: None,
            comment: None,
            unlogged: false,
            storage: BTreeMap::new(),
            partition_by: None,
            partitions: Vec::new(),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
        }
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether a foreign key can reference these columns, in any order: whether they are a key of the table, or of a unique
    /// index that covers every row.
    pub fn is_key(&self, columns: &[String]) -> bool {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let primary_key = self.primary_key.iter().filter_map(PrimaryKey::key_columns);
        let uniques = self.uniques.iter().filter_map(Unique::key_columns);
        let indexes = self.indexes.iter().filter_map(Index::key_columns);
        primary_key.chain(uniques).chain(indexes).any(|key| same_columns(&key, &columns))
    }

    /// Whether these columns would be a key, were it not for its being checked late.
    pub(super) fn is_deferrable_key(&self, columns: &[String]) -> bool {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let primary_key = self.primary_key.iter().map(|key| &key.columns);
        let keys = primary_key.chain(self.uniques.iter().map(|unique| &unique.columns));
        keys.map(|key| key.iter().map(String::as_str).collect::<Vec<_>>())
            .any(|key| same_columns(&key, &columns))
    }
}

/// Whether two keys have the same columns, in any order. A key that repeats one is another key.
fn same_columns(left: &[&str], right: &[&str]) -> bool {
    left.len() == right.len() && left.iter().collect::<BTreeSet<_>>() == right.iter().collect()
}
