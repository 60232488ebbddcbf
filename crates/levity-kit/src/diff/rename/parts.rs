//! The order in which parts of tables get their new names.

use std::collections::{BTreeMap, VecDeque};

use levity::schema::{ObjectName, generated_name};

use crate::step::{PartitionStep, Step};

/// The renames of constraints, indexes and partitions, each when its new name is free: the tables of a namespace share
/// these names, and one can get a name that a part of another one still has. In a circle the first gets a name in between.
///
/// Names of checks and foreign keys belong to their table alone. To take them for shared ones costs a needless name in between
/// where two tables have the same.
pub(in crate::diff) fn in_free_order(renames: Vec<Step>) -> Vec<Step> {
    let mut waiting = VecDeque::from(renames);
    let mut taken: BTreeMap<ObjectName, usize> = BTreeMap::new();
    for step in &mut waiting {
        if let Some((table, previous, _)) = names(step) {
            *taken.entry(table.sibling(&**previous)).or_default() += 1;
        }
    }
    let mut ordered = Vec::with_capacity(waiting.len());
    // How many have been looked at since one got its name.
    let mut blocked = 0;
    while let Some(mut step) = waiting.pop_front() {
        let Some((table, previous, next)) = names(&mut step) else {
            ordered.push(step);
            continue;
        };
        let is_taken = taken.get(&table.sibling(&**next)).is_some_and(|number| *number > 0);
        if is_taken && blocked <= waiting.len() {
            blocked += 1;
            waiting.push_back(step);
            continue;
        }
        blocked = 0;
        if let Some(number) = taken.get_mut(&table.sibling(&**previous)) {
            *number -= 1;
        }
        if is_taken {
            let between = generated_name(&[previous, "levity_renamed"]);
            let last = std::mem::replace(next, between.clone());
            let mut rest = step.clone();
            if let Some((_, previous, next)) = names(&mut rest) {
                (*previous, *next) = (between, last);
            }
            waiting.push_back(rest);
        }
        ordered.push(step);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Of steps such as `a: x -> y`.
    fn ordered(renames: &str) -> String {
        let step = |rename: &str| {
            let (table, names) = rename.split_once(": ").unwrap();
            let (previous, next) = names.split_once(" -> ").unwrap();
            Step::RenameConstraint { table: table.into(), previous: previous.into(), next: next.into() }
        };
        let mut steps = in_free_order(renames.split(", ").map(step).collect());
        let text = |(table, previous, next): (&ObjectName, &mut String, &mut String)| {
            format!("{table}: {previous} -> {next}")
        };
        steps.iter_mut().filter_map(|step| names(step).map(text)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_waits_until_its_name_is_free() {
        assert_eq!(ordered("a: x -> y, a: y -> z, b: w -> x"), "a: y -> z, a: x -> y, b: w -> x");
    }

    #[test]
    fn a_circle_is_broken_once() {
        assert_eq!(
            ordered("a: x -> y, a: y -> x"),
            "a: x -> x_levity_renamed, a: y -> x, a: x_levity_renamed -> y"
        );
    }

    #[test]
    fn what_leads_into_a_circle_and_circles_of_one_name_end() {
        assert_eq!(
            ordered("a: x -> y, b: y -> z, b: z -> y"),
            "a: x -> x_levity_renamed, b: y -> y_levity_renamed, b: z -> y, a: x_levity_renamed -> y, \
             b: y_levity_renamed -> z"
        );
        assert_eq!(
            ordered("a: x -> y, a: y -> x, b: x -> y, b: y -> x"),
            "a: x -> x_levity_renamed, a: y -> y_levity_renamed, b: x -> x_levity_renamed, b: y -> x, \
             a: x_levity_renamed -> y, a: y_levity_renamed -> x, b: x_levity_renamed -> y"
        );
    }
}
