use std::collections::BTreeMap;

use levity::schema::{ObjectName, Table};
use serde::{Deserialize, Serialize};

use super::line::{Name, is_false};

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
}

impl From<&Table> for TableLine {
    fn from(table: &Table) -> Self {
        Self {
            name: (&table.name).into(),
            comment: table.comment.clone(),
            unlogged: table.unlogged,
            storage: table.storage.clone(),
        }
    }
}

impl From<TableLine> for Table {
    fn from(line: TableLine) -> Self {
        Self {
            comment: line.comment,
            unlogged: line.unlogged,
            storage: line.storage,
            ..Self::new(ObjectName::from(line.name))
        }
    }
}
