//! Which objects are the same under another name.

mod apply;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{ObjectName, Schema, SqlType, Table};

use super::{DiffError, RenameHints, order::Phase, order::Steps, path};
use crate::step::Step;
use names::{Names, Renamed};

/// Every rename between two schemas. Owners are called by their next names.
#[derive(Debug, Default)]
pub(super) struct Renames {
    enum_types: Vec<(ObjectName, ObjectName)>,
    tables: Vec<(ObjectName, ObjectName)>,
    values: BTreeMap<ObjectName, Vec<Renamed>>,
    columns: BTreeMap<ObjectName, Vec<Renamed>>,
}

/// Settles the renames, or reports everything that is open.
pub(super) fn resolve(previous: &Schema, next: &Schema, hints: &RenameHints) -> Result<Renames, DiffError> {
    let mut renames = Renames::default();
    let mut names = Names::new(hints);

    for namespace in namespaces(next) {
        let renamed = names.resolve(
            "enum type",
            |name| in_namespace(namespace, name).to_string(),
            previous.enum_types.iter().filter(|e| e.name.namespace == *namespace).map(|e| &*e.name.name),
            next.enum_types
                .iter()
                .filter(|e| e.name.namespace == *namespace)
                .map(|e| (&*e.name.name, e.renamed_from.as_deref())),
            |before, after| {
                let labels = |schema: &Schema, name| {
                    let enum_type = schema.enum_type(&in_namespace(namespace, name));
                    enum_type
                        .into_iter()
                        .flat_map(|e| &e.values)
                        .map(|v| v.label.clone())
                        .collect::<BTreeSet<_>>()
                };
                !labels(previous, before).is_disjoint(&labels(next, after))
            },
        );
        renames.enum_types.extend(qualified(namespace, renamed));
    }
    for enum_type in &next.enum_types {
        let before = original(&renames.enum_types, &enum_type.name);
        let Some(before) = previous.enum_type(before) else { continue };
        let renamed = names.resolve(
            "enum value",
            |label| path(&before.name, label),
            before.values.iter().map(|value| &*value.label),
            enum_type.values.iter().map(|value| (&*value.label, value.renamed_from.as_deref())),
            |_, _| true,
        );
        renames.values.insert(enum_type.name.clone(), renamed);
    }
    for namespace in namespaces(next) {
        let renamed = names.resolve(
            "table",
            |name| in_namespace(namespace, name).to_string(),
            previous.tables.iter().filter(|t| t.name.namespace == *namespace).map(|t| &*t.name.name),
            next.tables
                .iter()
                .filter(|t| t.name.namespace == *namespace)
                .map(|t| (&*t.name.name, t.renamed_from.as_deref())),
            |before, after| {
                let table = |schema: &Schema, name| schema.table(&in_namespace(namespace, name)).cloned();
                table(previous, before).zip(table(next, after)).is_some_and(|(before, after)| {
                    before.columns.iter().any(|column| {
                        let sql_type = renames.sql_type(&column.sql_type);
                        after.column(&column.name).is_some_and(|other| other.sql_type == sql_type)
                    })
                })
            },
        );
        renames.tables.extend(qualified(namespace, renamed));
    }
    for table in &next.tables {
        let Some(before) = previous.table(original(&renames.tables, &table.name)) else { continue };
        let renamed = names.resolve(
            "column",
            |name| path(&before.name, name),
            before.columns.iter().map(|column| &*column.name),
            table.columns.iter().map(|column| (&*column.name, column.renamed_from.as_deref())),
            |previous, next| {
                let previous = before.column(previous).map(|column| renames.sql_type(&column.sql_type));
                let next = table.column(next).map(|column| column.sql_type.clone());
                previous == next
            },
        );
        renames.columns.insert(table.name.clone(), renamed);
    }
    names.finish()?;
    Ok(renames)
}

impl Renames {
    pub(super) fn push_steps(&self, steps: &mut Steps) {
        for (previous, next) in &self.enum_types {
            let (previous, next) = (previous.clone(), next.clone());
            steps.push(Phase::RenameTypes, Step::RenameEnumType { previous, next });
        }
        for (enum_type, renamed) in &self.values {
            for Renamed { previous, next } in renamed {
                steps.push(
                    Phase::RenameTypes,
                    Step::RenameEnumValue {
                        enum_type: enum_type.clone(),
                        previous: previous.clone(),
                        next: next.clone(),
                    },
                );
            }
        }
        for (previous, next) in &self.tables {
            let (previous, next) = (previous.clone(), next.clone());
            steps.push(Phase::RenameTables, Step::RenameTable { previous, next });
        }
        for (table, renamed) in &self.columns {
            for Renamed { previous, next } in renamed {
                steps.push(
                    Phase::RenameColumns,
                    Step::RenameColumn {
                        table: table.clone(),
                        previous: previous.clone(),
                        next: next.clone(),
                    },
                );
            }
        }
    }

    /// The name before the migration of a column that is named as after it.
    pub(super) fn previous_path(&self, table: &Table, column: &str) -> String {
        let renamed =
            self.columns.get(&table.name).into_iter().flatten().find(|renamed| renamed.next == column);
        path(original(&self.tables, &table.name), renamed.map_or(column, |renamed| &renamed.previous))
    }

    fn sql_type(&self, sql_type: &SqlType) -> SqlType {
        match sql_type {
            SqlType::Enum(name) => SqlType::Enum(renamed(&self.enum_types, name).clone()),
            SqlType::Array(element) => SqlType::Array(Box::new(self.sql_type(element))),
            other => other.clone(),
        }
    }
}

fn namespaces(schema: &Schema) -> BTreeSet<&Option<String>> {
    let tables = schema.tables.iter().map(|table| &table.name.namespace);
    schema.enum_types.iter().map(|enum_type| &enum_type.name.namespace).chain(tables).collect()
}

fn in_namespace(namespace: &Option<String>, name: &str) -> ObjectName {
    ObjectName { namespace: namespace.clone(), name: name.to_owned() }
}

fn qualified(
    namespace: &Option<String>,
    renamed: Vec<Renamed>,
) -> impl Iterator<Item = (ObjectName, ObjectName)> {
    renamed.into_iter().map(|Renamed { previous, next }| {
        (in_namespace(namespace, &previous), in_namespace(namespace, &next))
    })
}

fn renamed<'a>(renames: &'a [(ObjectName, ObjectName)], name: &'a ObjectName) -> &'a ObjectName {
    renames.iter().find(|(previous, _)| previous == name).map_or(name, |(_, next)| next)
}

fn original<'a>(renames: &'a [(ObjectName, ObjectName)], name: &'a ObjectName) -> &'a ObjectName {
    renames.iter().find(|(_, next)| next == name).map_or(name, |(previous, _)| previous)
}
