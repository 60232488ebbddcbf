use std::collections::BTreeSet;

use levity::schema::{ObjectName, SqlType};
use tokio_postgres::Row;

use super::read::object_name;

/// The types that are part of the schema. One of another namespace, or of an extension, is not ours to manage, and known
/// by its text alone.
pub(super) struct Types {
    enum_types: BTreeSet<ObjectName>,
    domains: BTreeSet<ObjectName>,
}

impl Types {
    /// Both kinds of rows begin with the type's namespace and name.
    pub(super) fn new(enum_types: &[Row], domains: &[Row]) -> Self {
        let names = |rows: &[Row]| rows.iter().map(|row| object_name(row.get(0), row.get(1))).collect();
        Self { enum_types: names(enum_types), domains: names(domains) }
    }

    /// A type from five fields of a row: the text and whether that is the one of an array's elements, then what it is,
    /// its namespace and its name.
    pub(super) fn read(&self, row: &Row, first: usize) -> SqlType {
        let text: &str = row.get(first);
        let is_array: bool = row.get(first + 1);
        let kind: &str = row.get(first + 2);
        let name = object_name(row.get(first + 3), row.get(first + 4));
        let element = match kind {
            "e" if self.enum_types.contains(&name) => SqlType::Enum(name),
            "d" if self.domains.contains(&name) => SqlType::Domain(name),
            _ => SqlType::parse(text),
        };
        if is_array { SqlType::Array(Box::new(element)) } else { element }
    }
}
