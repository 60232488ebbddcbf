//! What `push` needs: a plan from what a database holds to what the schema wants, without a migration.
//!
//! The two sides must be of one origin, so both are introspected: the target, and a scratch database that is built from
//! the schema ([`build_and_introspect`](crate::prove::build_and_introspect)). The caller then compares the two with
//! [`diff`](crate::diff::diff), shows the [hazards](crate::hazard::hazards) and applies the [plan](crate::plan::plan).

use std::collections::BTreeSet;

use levity::schema::{Extension, ObjectName, Schema, Table, View};

use crate::introspect::Unsupported;

/// The part of a database that a project may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// The objects that one of the known schemas names.
    pub schema: Schema,
    /// What stays as it is: tables, views, types, and partitions, indexes or constraints of ours, that no known schema names.
    pub others: Vec<Unsupported>,
}

/// Splits what was found in a database into what is ours and what is not, by name.
///
/// `known` are all schemas that tell what is ours: the one that is wanted, the last snapshot, and what an earlier push
/// has made. An object that none of them names belongs to somebody else; a difference must not drop it. Columns of our
/// tables are kept: whoever shows the plan decides about one that nobody knows.
pub fn owned(found: &Schema, known: &[&Schema]) -> Owned {
    let mut others = Vec::new();
    let mut schema = Schema::default();
    schema.declared_namespaces.clone_from(&found.declared_namespaces);
    for extension in &found.extensions {
        let definitions = known.iter().flat_map(|known| &known.extensions);
        let mut definitions = definitions.filter(|known| known.name == extension.name).peekable();
        if definitions.peek().is_none() {
            others.push(other("extension", extension.name.clone()));
        } else if definitions.all(|known| known.namespace.is_none()) {
            // Nobody says where it should be, so it is right where it is.
            schema.extensions.push(Extension::new(&extension.name));
        } else {
            schema.extensions.push(extension.clone());
        }
    }
    for enum_type in &found.enum_types {
        if known.iter().any(|known| known.enum_type(&enum_type.name).is_some()) {
            schema.enum_types.push(enum_type.clone());
        } else {
            others.push(other("enum type", enum_type.name.to_string()));
        }
    }
    for domain in &found.domains {
        if known.iter().any(|known| known.domain(&domain.name).is_some()) {
            schema.domains.push(domain.clone());
        } else {
            others.push(other("domain", domain.name.to_string()));
        }
    }
    for sequence in &found.sequences {
        if known.iter().any(|known| known.sequence(&sequence.name).is_some()) {
            schema.sequences.push(sequence.clone());
        } else {
            others.push(other("sequence", sequence.name.to_string()));
        }
    }
    for table in &found.tables {
        let definitions: Vec<&Table> = known.iter().filter_map(|known| known.table(&table.name)).collect();
        if definitions.is_empty() {
            others.push(other("table", table.name.to_string()));
        } else {
            schema.tables.push(owned_parts(table, &definitions, &mut others));
        }
    }
    for view in &found.views {
        let definitions: Vec<&View> = known.iter().filter_map(|known| known.view(&view.name)).collect();
        if definitions.is_empty() {
            others.push(other(view.kind(), view.name.to_string()));
            continue;
        }
        let mut view = view.clone();
        view.indexes.retain(|index| {
            let mut indexes = definitions.iter().flat_map(|view| &view.indexes);
            let known = indexes.any(|other| other.name == index.name);
            if !known {
                others.push(other("index", part(&view.name, &index.name)));
            }
            known
        });
        schema.views.push(view);
    }
    Owned { schema, others }
}

fn owned_parts(found: &Table, definitions: &[&Table], others: &mut Vec<Unsupported>) -> Table {
    let names: BTreeSet<&str> = definitions.iter().flat_map(|table| part_names(table)).collect();
    let mut table = found.clone();
    table.partitions.retain(|partition| {
        let mut partitions = definitions.iter().flat_map(|table| &table.partitions);
        let known = partitions.any(|other| other.name == partition.name);
        if !known {
            others.push(other("partition", found.name.sibling(&partition.name).to_string()));
        }
        known
    });
    let mut keep = |kind: &str, name: &str| {
        let known = names.contains(name);
        if !known {
            others.push(other(kind, part(&found.name, name)));
        }
        known
    };
    table.uniques.retain(|unique| keep("unique constraint", &unique.name));
    table.foreign_keys.retain(|key| keep("foreign key", &key.name));
    table.checks.retain(|check| keep("check constraint", &check.name));
    table.exclusions.retain(|exclusion| keep("exclusion constraint", &exclusion.name));
    table.indexes.retain(|index| keep("index", &index.name));
    table
}

fn part_names(table: &Table) -> impl Iterator<Item = &str> {
    let uniques = table.uniques.iter().map(|unique| unique.name.as_str());
    let foreign_keys = table.foreign_keys.iter().map(|key| key.name.as_str());
    let checks = table.checks.iter().map(|check| check.name.as_str());
    let exclusions = table.exclusions.iter().map(|exclusion| exclusion.name.as_str());
    let indexes = table.indexes.iter().map(|index| index.name.as_str());
    uniques.chain(foreign_keys).chain(checks).chain(exclusions).chain(indexes)
}

fn part(table: &ObjectName, name: &str) -> String {
    format!("{table}.{name}")
}

fn other(kind: &str, name: String) -> Unsupported {
    Unsupported { kind: kind.to_owned(), name }
}
