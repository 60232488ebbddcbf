use levity::schema::{ObjectName, Table};
use serde::{Deserialize, Serialize};

use super::line::Name;

/// The table itself. The lines of its parts follow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableLine {
    name: Name,
}

impl From<&Table> for TableLine {
    fn from(table: &Table) -> Self {
        Self { name: (&table.name).into() }
    }
}

impl From<TableLine> for Table {
    fn from(line: TableLine) -> Self {
        Self::new(ObjectName::from(line.name))
    }
}
