//! Which objects are the same under another name.

mod apply;
mod domain;
mod names;
mod sequence;

use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{ObjectName, Schema, SqlType, Table};

use super::{
    DiffError, ObjectKind, RenameHints,
    order::{Phase, Steps},
    pair::Pair,
    path,
};
use crate::step::{DomainStep, SequenceStep, Step, ViewStep};
use names::{Names, Renamed};

/// Every rename between two schemas. Owners are called by their next names.
#[derive(Debug, Default)]
pub(super) struct Renames {
    enum_types: Vec<(ObjectName, ObjectName)>,
    domains: Vec<(ObjectName, ObjectName)>,
    sequences: Vec<(ObjectName, ObjectName)>,
    tables: Vec<(ObjectName, ObjectName)>,
    views: Vec<(ObjectName, ObjectName)>,
    /// Of the types that have any.
    values: BTreeMap<ObjectName, Vec<Renamed>>,
    /// Of the tables that have any.
    columns: BTreeMap<ObjectName, Vec<Renamed>>,
}

/// Settles the renames, or reports everything that is open.
pub(super) fn resolve(previous: &Schema, next: &Schema, hints: &RenameHints) -> Result<Renames, DiffError> {
    let schemas = Pair { previous, next };
    let mut names = Names::new(hints);
    let mut renames = Renames::default();
    // Types first: a renamed one must not make the columns of that type look different.
    for namespace in namespaces(schemas) {
        resolve_enum_types(schemas, namespace, &mut names, &mut renames);
    }
    for namespace in namespaces(schemas) {
        domain::resolve(schemas, namespace, &mut names, &mut renames);
    }
    for namespace in namespaces(schemas) {
        sequence::resolve(schemas, namespace, &mut names, &mut renames);
    }
    for namespace in namespaces(schemas) {
        resolve_tables(schemas, namespace, &mut names, &mut renames);
    }
    for namespace in namespaces(schemas) {
        resolve_views(schemas, namespace, &mut names, &mut renames);
    }
    for enum_type in &next.enum_types {
        let Some(before) = previous.enum_type(original(&renames.enum_types, &enum_type.name)) else {
            continue;
        };
        let renamed = names.resolve(
            ObjectKind::EnumValue,
            |label| path(&before.name, label),
            before.values.iter().map(|value| &*value.label),
            enum_type.values.iter().map(|value| (&*value.label, value.renamed_from.as_deref())),
            |_, _| true,
        );
        if !renamed.is_empty() {
            renames.values.insert(enum_type.name.clone(), renamed);
        }
    }
    for table in &next.tables {
        let Some(before) = previous.table(original(&renames.tables, &table.name)) else { continue };
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
    names.finish()?;
    Ok(renames)
}

/// An enum type can be another one under a new name if they share a label.
fn resolve_enum_types(
    schemas: Pair<&Schema>,
    namespace: Option<&str>,
    names: &mut Names<'_>,
    renames: &mut Renames,
) {
    let Pair { previous, next } = schemas
        .map(|schema| schema.enum_types.iter().filter(move |e| e.name.namespace.as_deref() == namespace));
    let labels = |schema: &Schema, name: &str| -> BTreeSet<String> {
        let enum_type = schema.enum_type(&in_namespace(namespace, name));
        enum_type
            .into_iter()
            .flat_map(|enum_type| &enum_type.values)
            .map(|value| value.label.clone())
            .collect()
    };
    let renamed = names.resolve(
        ObjectKind::EnumType,
        |name| in_namespace(namespace, name).to_string(),
        previous.map(|enum_type| &*enum_type.name.name),
        next.map(|enum_type| (&*enum_type.name.name, enum_type.renamed_from.as_deref())),
        |before, after| !labels(schemas.previous, before).is_disjoint(&labels(schemas.next, after)),
    );
    renames.enum_types.extend(qualified(namespace, renamed));
}

/// A table can be another one under a new name if they share a column.
fn resolve_tables(
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

/// A view can be another one under a new name if they have the same columns.
fn resolve_views(
    schemas: Pair<&Schema>,
    namespace: Option<&str>,
    names: &mut Names<'_>,
    renames: &mut Renames,
) {
    let Pair { previous, next } =
        schemas.map(|schema| schema.views.iter().filter(move |v| v.name.namespace.as_deref() == namespace));
    let renamed = names.resolve(
        ObjectKind::View,
        |name| in_namespace(namespace, name).to_string(),
        previous.map(|view| &*view.name.name),
        next.map(|view| (&*view.name.name, view.renamed_from.as_deref())),
        |before, after| {
            let before = schemas.previous.view(&in_namespace(namespace, before));
            let after = schemas.next.view(&in_namespace(namespace, after));
            before.zip(after).is_some_and(|(before, after)| before.columns == after.columns)
        },
    );
    renames.views.extend(qualified(namespace, renamed));
}

impl Renames {
    /// `previous` is the schema before the renames.
    pub(super) fn push_steps(&self, previous: &Schema, steps: &mut Steps) {
        for (name, next) in &self.views {
            if let Some(view) = previous.view(name) {
                let step = ViewStep::Rename { view: view.clone(), next: next.clone() };
                steps.push(Phase::RenameViews, Step::View(step));
            }
        }
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
        for (previous, next) in &self.domains {
            let rename = DomainStep::Rename { previous: previous.clone(), next: next.clone() };
            steps.push(Phase::RenameTypes, Step::Domain(rename));
        }
        for (previous, next) in &self.tables {
            let (previous, next) = (previous.clone(), next.clone());
            steps.push(Phase::RenameTables, Step::RenameTable { previous, next });
        }
        for (previous, next) in &self.sequences {
            let rename = SequenceStep::Rename { previous: previous.clone(), next: next.clone() };
            steps.push(Phase::RenameTables, Step::Sequence(rename));
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
        path(self.previous_table(&table.name), self.previous_column(&table.name, column))
    }

    pub(super) fn previous_column<'a>(&'a self, table: &ObjectName, column: &'a str) -> &'a str {
        let renamed = self.columns.get(table).into_iter().flatten().find(|renamed| renamed.next == column);
        renamed.map_or(column, |renamed| &renamed.previous)
    }

    pub(super) fn previous_table<'a>(&'a self, name: &'a ObjectName) -> &'a ObjectName {
        original(&self.tables, name)
    }

    pub(super) fn previous_view<'a>(&'a self, name: &'a ObjectName) -> &'a ObjectName {
        original(&self.views, name)
    }

    pub(super) fn previous_sequence<'a>(&'a self, name: &'a ObjectName) -> &'a ObjectName {
        original(&self.sequences, name)
    }

    /// Of an enum type or a domain.
    pub(super) fn previous_type<'a>(&'a self, name: &'a ObjectName) -> &'a ObjectName {
        original(&self.domains, original(&self.enum_types, name))
    }

    /// The name before the migration of a value that is gone after it.
    pub(super) fn previous_label_path(&self, enum_type: &ObjectName, label: &str) -> String {
        path(original(&self.enum_types, enum_type), label)
    }

    /// Tables, views, sequences, enum types and domains with their names before and after.
    pub(super) fn relations_and_types(&self) -> impl Iterator<Item = (&ObjectName, &ObjectName)> {
        let types = self.enum_types.iter().chain(&self.domains);
        let relations = self.tables.iter().chain(&self.views).chain(&self.sequences);
        relations.chain(types).map(|(previous, next)| (previous, next))
    }

    /// The sequences with their names before and after.
    pub(super) fn sequences(&self) -> impl Iterator<Item = (&ObjectName, &ObjectName)> {
        self.sequences.iter().map(|(previous, next)| (previous, next))
    }

    /// The table under its next name, and the names of the column before and after.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&ObjectName, &str, &str)> {
        self.columns.iter().flat_map(|(table, renamed)| {
            renamed.iter().map(move |column| (table, &*column.previous, &*column.next))
        })
    }

    /// The labels of enum types before and after.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.values().flatten().map(|label| (&*label.previous, &*label.next))
    }

    fn sql_type(&self, sql_type: &SqlType) -> SqlType {
        match sql_type {
            SqlType::Enum(name) => SqlType::Enum(renamed(&self.enum_types, name).clone()),
            SqlType::Domain(name) => SqlType::Domain(renamed(&self.domains, name).clone()),
            SqlType::Array(element) => SqlType::Array(Box::new(self.sql_type(element))),
            other => other.clone(),
        }
    }
}

fn namespaces<'a>(schemas: Pair<&'a Schema>) -> BTreeSet<Option<&'a str>> {
    let of = |schema: &'a Schema| {
        let tables = schema.tables.iter().map(|table| table.name.namespace.as_deref());
        let tables = tables.chain(schema.views.iter().map(|view| view.name.namespace.as_deref()));
        let domains = schema.domains.iter().map(|domain| domain.name.namespace.as_deref());
        let enum_types = schema.enum_types.iter().map(|enum_type| enum_type.name.namespace.as_deref());
        let sequences = schema.sequences.iter().map(|sequence| sequence.name.namespace.as_deref());
        enum_types.chain(domains).chain(sequences).chain(tables)
    };
    of(schemas.previous).chain(of(schemas.next)).collect()
}

fn in_namespace(namespace: Option<&str>, name: &str) -> ObjectName {
    ObjectName { namespace: namespace.map(str::to_owned), name: name.to_owned() }
}

fn qualified(
    namespace: Option<&str>,
    renamed: Vec<Renamed>,
) -> impl Iterator<Item = (ObjectName, ObjectName)> {
    renamed.into_iter().map(move |Renamed { previous, next }| {
        (in_namespace(namespace, &previous), in_namespace(namespace, &next))
    })
}

fn renamed<'a>(renames: &'a [(ObjectName, ObjectName)], name: &'a ObjectName) -> &'a ObjectName {
    renames.iter().find(|(previous, _)| previous == name).map_or(name, |(_, next)| next)
}

fn original<'a>(renames: &'a [(ObjectName, ObjectName)], name: &'a ObjectName) -> &'a ObjectName {
    renames.iter().find(|(_, next)| next == name).map_or(name, |(previous, _)| previous)
}
