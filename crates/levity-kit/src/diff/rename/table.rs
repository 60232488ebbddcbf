use std::collections::BTreeMap;

use levity::schema::{ObjectName, Schema, Table};

use super::{
    super::{ObjectKind, pair::Pair, path},
    Names, Renames, original,
};

/// A table can be another one under a new name if they share a column.
pub(super) fn resolve(
    schemas: Pair<&Schema>,
    names: &mut Names<'_>,
    renames: &Renames,
) -> Vec<(ObjectName, ObjectName)> {
    names.resolve_objects(
        ObjectKind::Table,
        schemas.map(|schema| schema.tables.as_slice()),
        |table| (&table.name, table.renamed_from.as_deref()),
        |before, after| {
            before.columns.iter().any(|column| {
                let sql_type = renames.sql_type(&column.sql_type);
                after.column(&column.name).is_some_and(|other| other.sql_type == sql_type)
            })
        },
    )
}

/// The columns of the tables that stay.
pub(super) fn resolve_columns(schemas: Pair<&Schema>, names: &mut Names<'_>, renames: &mut Renames) {
    let Pair { previous, next } = schemas;
    let previous: BTreeMap<&ObjectName, &Table> =
        previous.tables.iter().map(|table| (&table.name, table)).collect();
    for table in &next.tables {
        let Some(before) = previous.get(original(&renames.tables, &table.name)) else { continue };
        let renamed = names.resolve(
            ObjectKind::Column,
            |name| path(&before.name, name),
            before.columns.iter().map(|column| &*column.name),
            table.columns.iter().map(|column| (&*column.name, column.renamed_from.as_deref())),
            |previous, next| {
                let sql_type = before.column(previous).map(|column| renames.sql_type(&column.sql_type));
                table.column(next).map(|column| &column.sql_type) == sql_type.as_ref()
            },
        );
        if !renamed.is_empty() {
            renames.columns.insert(table.name.clone(), renamed);
        }
    }
}
