//! The order in which parts of tables get their new names.

use std::collections::BTreeSet;

use levity::schema::{ObjectName, generated_name};

use crate::step::{PartitionStep, Step};

/// The renames of constraints, indexes and partitions, each when its new name is free: the tables of a namespace share
/// these names, and one can get a name that a part of another one still has. In a circle the first gets a name in between.
pub(in crate::diff) fn in_free_order(mut renames: Vec<Step>) -> Vec<Step> {
    let mut ordered = Vec::with_capacity(renames.len());
    while !renames.is_empty() {
        let taken: BTreeSet<ObjectName> =
            renames.iter_mut().filter_map(names).map(|(table, name, _)| table.sibling(&**name)).collect();
        let is_free = |step: &mut Step| {
            names(step).is_none_or(|(table, _, next)| !taken.contains(&table.sibling(&**next)))
        };
        let position = renames.iter_mut().position(is_free).unwrap_or_else(|| {
            let mut first = renames[0].clone();
            if let (Some((_, _, between)), Some((_, name, _))) = (names(&mut first), names(&mut renames[0])) {
                *between = generated_name(&[name, "levity_renamed"]);
                name.clone_from(between);
            }
            renames.insert(0, first);
            0
        });
        ordered.push(renames.remove(position));
    }
    ordered
}

/// The table, and the names of its part before and after.
fn names(step: &mut Step) -> Option<(&ObjectName, &mut String, &mut String)> {
    match step {
        Step::RenameConstraint { table, previous, next }
        | Step::RenameIndex { table, previous, next }
        | Step::Partition(PartitionStep::Rename { table, previous, next }) => Some((table, previous, next)),
        _ => None,
    }
}
