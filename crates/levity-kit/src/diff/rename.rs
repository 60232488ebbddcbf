//! Which objects are the same under another name.

mod apply;
mod domain;
mod enum_type;
mod names;
mod parts;
mod sequence;
mod table;
mod view;

use std::collections::BTreeMap;

use levity::schema::{ObjectName, Schema, SqlType, Table};

use super::{
    DiffError, RenameHints,
    graph::dependencies_first,
    order::{Phase, Steps},
    pair::Pair,
    path,
};
use crate::step::{DomainStep, SequenceStep, Step, ViewStep};
use names::{Names, Renamed};
pub(super) use parts::in_free_order;

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
    renames.enum_types = enum_type::resolve(schemas, &mut names);
    renames.domains = domain::resolve(schemas, &mut names, &renames);
    renames.sequences = sequence::resolve(schemas, &mut names);
    renames.tables = table::resolve(schemas, &mut names, &renames);
    renames.views = view::resolve(schemas, &mut names);
    enum_type::resolve_values(schemas, &mut names, &mut renames);
    table::resolve_columns(schemas, &mut names, &mut renames);
    names.finish()?;
    Ok(renames)
}

impl Renames {
    /// `previous` is the schema before the renames.
    pub(super) fn push_steps(&self, previous: &Schema, steps: &mut Steps) {
        self.push_object_steps(previous, steps);
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

    /// Each when its new name is free: objects of different kinds share their names as well.
    fn push_object_steps(&self, previous: &Schema, steps: &mut Steps) {
        let mut renames: Vec<(Phase, &(ObjectName, ObjectName), Step)> = Vec::new();
        for names in &self.views {
            if let Some(view) = previous.view(&names.0) {
                let step = ViewStep::Rename { view: view.clone(), next: names.1.clone() };
                renames.push((Phase::RenameViews, names, Step::View(step)));
            }
        }
        for names in &self.enum_types {
            let (previous, next) = names.clone();
            renames.push((Phase::RenameTypes, names, Step::RenameEnumType { previous, next }));
        }
        for names in &self.domains {
            let (previous, next) = names.clone();
            let step = DomainStep::Rename { previous, next };
            renames.push((Phase::RenameTypes, names, Step::Domain(step)));
        }
        for names in &self.tables {
            let (previous, next) = names.clone();
            renames.push((Phase::RenameTables, names, Step::RenameTable { previous, next }));
        }
        for names in &self.sequences {
            let (previous, next) = names.clone();
            let step = SequenceStep::Rename { previous, next };
            renames.push((Phase::RenameTables, names, Step::Sequence(step)));
        }
        let waits = |names: &(ObjectName, ObjectName), other: &(ObjectName, ObjectName)| names.1 == other.0;
        let mut renames = dependencies_first(renames, |(_, names, _), (_, other, _)| waits(names, other));
        // One that has to wait keeps its phase; what it waits for comes no later.
        for position in (0..renames.len()).rev() {
            let (earlier, later) = renames.split_at_mut(position);
            let (phase, names, _) = &later[0];
            for (other, ..) in earlier.iter_mut().filter(|(_, other, _)| waits(names, other)) {
                *other = (*other).min(*phase);
            }
        }
        for (phase, _, step) in renames {
            steps.push(phase, step);
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

fn renamed<'a>(renames: &'a [(ObjectName, ObjectName)], name: &'a ObjectName) -> &'a ObjectName {
    renames.iter().find(|(previous, _)| previous == name).map_or(name, |(_, next)| next)
}

fn original<'a>(renames: &'a [(ObjectName, ObjectName)], name: &'a ObjectName) -> &'a ObjectName {
    renames.iter().find(|(_, next)| next == name).map_or(name, |(previous, _)| previous)
}
