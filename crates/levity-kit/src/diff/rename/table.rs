use std::collections::BTreeMap;

use levity::schema::{ObjectName, Schema, Table};

use super::{
    super::{ObjectKind, pair::Pair, path},
    Names, Renames, in_namespace, original, qualified,
};

/// A table can be another one under a new name if they share a column.
pub(super) fn resolve(
    schemas: Pair<&Schema>,
    namespace: Option<&str>,
    names: &mut Names<'_>,
    renames: &mut Renames,
) {
    let Pair { previous, next } =
        schemas.map(|schema| schema.tables.iter().filter(move |t| t.name.namespace.as_deref() == namespace));
    let shares_a_column = |before: &Table, after: &Table| {
        before.columns.iter().any(|column| {
            let sql_type = renames.sql_type(&column.sql_type);
            after.column(&column.name).is_some_and(|other| other.sql_type == sql_type)
        })
    };
    let renamed = names.resolve(
        ObjectKind::Table,
        |name| in_namespace(namespace, name).to_string(),
        previous.map(|table| &*table.name.name),
        next.map(|table| (&*table.name.name, table.renamed_from.as_deref())),
        |before, after| {
            let before = schemas.previous.table(&in_namespace(namespace, before));
            let after = schemas.next.table(&in_namespace(namespace, after));
            before.zip(after).is_some_and(|(before, after)| shares_a_column(before, after))
        },
    );
    renames.tables.extend(qualified(namespace, renamed));
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
