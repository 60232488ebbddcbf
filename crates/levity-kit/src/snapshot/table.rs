use std::collections::BTreeMap;

use levity::schema::{ObjectName, Table};
use serde::{Deserialize, Serialize};

use super::{
    line::{Name, is_false},
    partition::PartitionByLine,
};

/// The table itself. The lines of its parts follow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableLine {
    name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    unlogged: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partition_by: Option<PartitionByLine>,
}

impl From<&Table> for TableLine {
    fn from(table: &Table) -> Self {
        Self {
            name: (&table.name).into(),
            comment: table.comment.clone(),
            unlogged: table.unlogged,
            storage: table.storage.clone(),
            partition_by: table.partition_by.as_ref().map(PartitionByLine::from),
        }
    }
}

impl TableLine {
    pub(super) fn read(self) -> Result<Table, String> {
        Ok(Table {
            comment: self.comment,
            unlogged: self.unlogged,
            storage: self.storage,
            partition_by: self.partition_by.map(PartitionByLine::read).transpose()?,
            ..Table::new(ObjectName::from(self.name))
        })
    }
}
