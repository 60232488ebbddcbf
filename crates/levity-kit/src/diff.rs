//! The difference between two schemas, as ordered steps.
//!
//! First the renames are settled: declared ones are taken, and whatever could be one without being
//! declared is an error. The comparison then works on a copy of the previous schema that already has the new names, so
//! that nothing after it needs to know about renames.

mod aside;
mod column;
mod constraint;
mod domain;
mod enum_type;
mod error;
mod exclusion;
mod extension;
mod generated;
mod graph;
mod handover;
mod hints;
mod identity;
mod index;
mod key;
mod moved;
mod order;
mod pair;
mod partition;
mod rename;
mod sequence;
mod table;
mod view;

use levity::schema::{ObjectName, Schema};

pub use error::{DiffError, ObjectKind, Question, UnsupportedChange};
pub use hints::RenameHints;

use crate::step::Step;
use order::{Phase, Steps};
use pair::Pair;

/// The steps from one schema to another, in the order in which they can be applied. None means that nothing changed.
///
/// Both schemas must be of one origin (written in Rust and read from a snapshot, or both introspected): expressions
/// are compared as text.
pub fn diff(previous: &Schema, next: &Schema, hints: &RenameHints) -> Result<Vec<Step>, DiffError> {
    if previous == next && *hints == RenameHints::default() {
        return Ok(Vec::new());
    }
    let renames = rename::resolve(previous, next, hints)?;
    let renamed = renames.apply(previous);
    let schemas = Pair { previous: &renamed, next };
    let names_in_use = table::relation_names(next);
    let rebuilds = enum_type::rebuilds(schemas, &renames, hints);
    let tables = table::pairs(schemas, &names_in_use, &rebuilds);
    let converted = column::converted(&tables, &renames);
    let unknown: Vec<String> = (hints.using.iter())
        .filter(|(column, _)| !converted.contains(*column))
        .map(|(column, using)| format!("--using {column}={using}"))
        .collect();
    if !unknown.is_empty() {
        return Err(DiffError::UnknownHints { hints: unknown });
    }
    let mut steps = Steps::default();
    let mut unsupported = moved::moved(schemas, hints);

    push_namespace_steps(schemas, &mut steps);
    extension::push_steps(schemas, &mut steps);
    renames.push_steps(previous, &mut steps);
    enum_type::push_steps(schemas, &rebuilds, &mut steps);
    domain::push_steps(schemas, &rebuilds, &mut steps, &mut unsupported);
    sequence::push_steps(schemas, &tables, &names_in_use, &mut steps);
    table::push_create_steps(schemas, &tables, &mut steps);
    table::push_drop_steps(schemas, &tables, &names_in_use, &mut steps);
    table::push_setting_steps(&tables, &mut steps);
    for table in &tables {
        partition::push_steps(table, schemas, &mut steps, &mut unsupported);
        column::push_steps(table, &renames, hints, &mut steps, &mut unsupported);
        key::push_key_steps(table, &mut steps);
        exclusion::push_exclusion_steps(table, &mut steps);
        constraint::push_check_steps(table, &mut steps);
        constraint::push_foreign_key_steps(table, &tables, &mut steps);
        index::push_steps(table, &mut steps);
    }
    view::push_steps(schemas, &renames, &names_in_use, &rebuilds, &mut steps);
    if !unsupported.is_empty() {
        return Err(DiffError::Unsupported { changes: unsupported });
    }
    Ok(steps.into_ordered())
}

/// A namespace that is no longer used stays: other projects can have objects in it.
fn push_namespace_steps(schemas: Pair<&Schema>, steps: &mut Steps) {
    let Pair { previous, next } = schemas.map(Schema::namespaces);
    for name in next.difference(&previous) {
        steps.push(Phase::CreateNamespaces, Step::CreateNamespace { name: (*name).to_owned() });
    }
}

/// `table.column`, the way hints and messages spell it.
fn path(owner: &ObjectName, part: &str) -> String {
    format!("{owner}.{part}")
}

#[cfg(test)]
mod tests;
