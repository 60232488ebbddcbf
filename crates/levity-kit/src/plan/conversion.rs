//! The changes of one table's columns that PostgreSQL can do in one statement, so that the rows are written once.

use levity::schema::ObjectName;

use super::{
    leaves_rows_without,
    operation::{Kind, Operation},
    rewrites_to_add,
};
use crate::{render, step::Step};

/// Whether two steps that follow each other can be parts of one statement.
///
/// A dropped column joins what comes after it: a generated one that makes room. What comes before it has nothing to
/// do with it.
pub(super) fn are_neighbours(left: &Step, right: &Step) -> bool {
    let drops = |step: &Step| matches!(step, Step::DropColumn { .. });
    match (table_of(left), table_of(right)) {
        (Some(table), Some(other)) => table == other && (drops(left) || !drops(right)),
        _ => false,
    }
}

fn table_of(step: &Step) -> Option<&ObjectName> {
    match step {
        Step::AlterType { table, .. }
        | Step::RecreateColumn { table, .. }
        | Step::DropColumn { table, .. } => Some(table),
        Step::AddColumn { table, column, .. } => column.generated.as_ref().map(|_| table),
        _ => None,
    }
}

/// Steps that are one statement each, or all one. `first` is the place of the first one.
pub(super) fn operations(steps: &[Step], first: usize) -> Vec<Operation> {
    let makes_room = |step: &Step| matches!(step, Step::RecreateColumn { .. } | Step::DropColumn { .. });
    let only_drops = steps.iter().all(|step| matches!(step, Step::DropColumn { .. }));
    if steps.iter().any(makes_room) && !only_drops {
        return vec![operation(steps, first)];
    }
    let alike = |left: &Step, right: &Step| {
        writes(left) == writes(right) && (writes(left) || is_in_utc(left) && is_in_utc(right))
    };
    let groups = steps.chunk_by(alike).scan(first, |next, steps| {
        let first = std::mem::replace(next, *next + steps.len());
        Some(operation(steps, first))
    });
    groups.collect()
}

fn operation(steps: &[Step], first: usize) -> Operation {
    let table = steps.first().and_then(table_of).expect("a group has steps of one table");
    let mut depends_on_zone = false;
    let (mut drops, mut types, mut computed, mut plain) = (vec![], vec![], vec![], vec![]);
    for step in steps {
        match step {
            Step::DropColumn { column, .. } => drops.push(render::drop_column_action(column)),
            Step::AlterType { column, next, collation, cast, default, .. } => {
                depends_on_zone |= cast.in_utc;
                types.extend(render::type_actions(column, next, collation.next.as_ref(), cast, default));
            }
            Step::RecreateColumn { next, rules, .. } | Step::AddColumn { column: next, rules, .. } => {
                if let Step::RecreateColumn { .. } = step {
                    drops.push(render::drop_column_action(&next.name));
                }
                // A generated column can read another one of the statement.
                let adds = if next.generated.is_some() { &mut computed } else { &mut plain };
                adds.push(render::add_column_action(next, !leaves_rows_without(next, rules)));
            }
            _ => {}
        }
    }
    let actions = [drops, types, plain, computed].concat();
    let kind = if steps.iter().any(takes_long) { Kind::Long } else { Kind::Short };
    let added = steps.iter().filter_map(|step| match step {
        Step::RecreateColumn { next, rules, .. } | Step::AddColumn { column: next, rules, .. } => {
            Some((next, rules))
        }
        _ => None,
    });
    let defaults = (added.clone())
        .filter(|(column, rules)| leaves_rows_without(column, rules))
        .filter_map(|(column, _)| render::set_default(table, column));
    let comments = added.filter_map(|(column, _)| {
        let comment = column.comment.as_deref()?;
        Some(render::comment(table, Some(&column.name), Some(comment)))
    });
    let statement = render::alter_table_actions(table, &actions);
    // The session's zone is UTC already where the runner applies it, but not in every hand.
    let zone = depends_on_zone.then(|| "SET LOCAL TimeZone TO 'UTC'".to_owned());
    let statements = zone.into_iter().chain([statement]).chain(defaults).chain(comments);
    Operation { steps: first..first + steps.len(), kind, statements: statements.collect() }
}

fn is_in_utc(step: &Step) -> bool {
    matches!(step, Step::AlterType { cast, .. } if cast.in_utc)
}

/// Whether the step writes every row.
fn writes(step: &Step) -> bool {
    match step {
        Step::AlterType { cast, .. } => cast.rewrites,
        Step::RecreateColumn { next: column, rules, .. } | Step::AddColumn { column, rules, .. } => {
            rewrites_to_add(column, rules)
        }
        _ => false,
    }
}

fn takes_long(step: &Step) -> bool {
    match step {
        Step::AlterType { rechecks, .. } => writes(step) || *rechecks,
        Step::RecreateColumn { .. } | Step::AddColumn { .. } => writes(step),
        _ => false,
    }
}
