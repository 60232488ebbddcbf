//! What it risks when a primary key, unique or exclusion constraint makes room for another, or for an index.

use levity::schema::{Deferrable, Exclusion, Index, ObjectName};

use super::{
    HazardKind::{BreaksReplication, BreaksRunningCode},
    constraint::{self, CONFLICT_TARGET_IS_GONE},
    context::Refused,
    index::{is_same_target, refuses_as_much, unique},
    risk::Risk,
};
use crate::step::Constraint;

pub(super) fn replaced(
    table: &ObjectName,
    previous: &Constraint,
    next: &Constraint,
    refused: Refused,
) -> Vec<Risk> {
    let mut risks = match (previous, next, previous.unique_index(), next.unique_index()) {
        (_, _, Some(before), Some(after)) if refuses_as_much(&before, &after) => {
            constraint::no_conflict_target(next).into_iter().collect()
        }
        (Constraint::Exclusion(before), Constraint::Exclusion(after), ..)
            if excludes_as_much(before, after) =>
        {
            let lock = constraint::built_under_lock(table);
            std::iter::once(lock).chain(constraint::no_conflict_target(next)).collect()
        }
        _ => constraint::added(table, next, refused),
    };
    risks.extend(checked_earlier(previous.deferrable(), next.deferrable()));
    if let (Some(before), Some(after)) = (previous.unique_index(), next.unique_index()) {
        if previous.deferrable() == Deferrable::No && !is_same_target(&before, &after) {
            risks.push(CONFLICT_TARGET_IS_GONE);
        }
        if matches!(next, Constraint::PrimaryKey(_)) {
            if previous.deferrable() == Deferrable::No && next.deferrable() != Deferrable::No {
                risks.push(NO_DEFERRABLE_REPLICA_IDENTITY);
            } else if !is_same_target(&before, &after) {
                risks.push(OTHER_REPLICA_IDENTITY);
            }
        }
    }
    risks
}

/// The index refuses duplicates already.
pub(super) fn from_index(constraint: &Constraint) -> Vec<Risk> {
    constraint::no_conflict_target(constraint).into_iter().collect()
}

pub(super) fn replaced_by_index(previous: &Constraint, next: &Index, refused: Refused) -> Vec<Risk> {
    let Some(before) = previous.unique_index() else { return Vec::new() };
    let mut risks = Vec::new();
    if next.unique && !refuses_as_much(&before, next) {
        risks = unique(refused);
    }
    risks.extend(checked_earlier(previous.deferrable(), Deferrable::No).filter(|_| next.unique));
    if previous.deferrable() == Deferrable::No && !is_same_target(&before, next) {
        risks.push(CONFLICT_TARGET_IS_GONE);
    }
    if matches!(previous, Constraint::PrimaryKey(_)) {
        risks.push(constraint::NO_REPLICA_IDENTITY);
    }
    risks
}

/// Whether rows that the one accepts are accepted by the other.
fn excludes_as_much(previous: &Exclusion, next: &Exclusion) -> bool {
    let covers = previous.predicate.is_none() || previous.predicate == next.predicate;
    covers && previous.elements.iter().all(|element| next.elements.contains(element))
}

/// What happens to code that relies on the end of its transaction.
pub(super) fn checked_earlier(previous: Deferrable, next: Deferrable) -> Option<Risk> {
    (next < previous).then_some(Risk::new(
        BreaksRunningCode,
        "code that violates it until the end of its transaction fails",
        "deploy code that does not first",
    ))
}

const OTHER_REPLICA_IDENTITY: Risk = Risk::new(
    BreaksReplication,
    "a subscriber stops at the next update or delete while its primary key has other columns than the publisher's",
    "set `REPLICA IDENTITY FULL` on the publisher until both sides are migrated",
);

const NO_DEFERRABLE_REPLICA_IDENTITY: Risk = Risk::new(
    BreaksReplication,
    "a primary key that is deferrable is no replica identity, so updates and deletes of a table that is published fail",
    "set `REPLICA IDENTITY FULL` on the publisher first",
);
