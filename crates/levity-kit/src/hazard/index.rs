//! What another index in the place of one risks.

use levity::schema::{Index, IndexKey, ObjectName};

use super::{
    context::Context,
    risk::{CONFLICT_TARGET_IS_GONE, Risk, unique},
};

pub(super) fn replaced_index(
    context: Context<'_>,
    table: &ObjectName,
    previous: &Index,
    next: &Index,
) -> Vec<Risk> {
    let mut risks = Vec::new();
    if next.unique && !refuses_as_much(previous, next) {
        risks = unique(context.index_refuses_more(table, next));
    }
    if previous.unique && !is_same_target(previous, next) {
        risks.push(CONFLICT_TARGET_IS_GONE);
    }
    risks
}

/// Whether rows that fit into the one index fit into the other: rows that differ in some keys differ in more of them.
fn refuses_as_much(previous: &Index, next: &Index) -> bool {
    let covers = previous.predicate.is_none() || previous.predicate == next.predicate;
    let nulls = previous.nulls_not_distinct || !next.nulls_not_distinct;
    previous.unique && covers && nulls && has_keys_of(next, previous)
}

/// Whether what an `ON CONFLICT` finds is still there.
fn is_same_target(previous: &Index, next: &Index) -> bool {
    next.unique
        && previous.predicate == next.predicate
        && has_keys_of(previous, next)
        && has_keys_of(next, previous)
}

fn has_keys_of(index: &Index, other: &Index) -> bool {
    let compares_alike = |left: &IndexKey, right: &IndexKey| {
        left.part == right.part
            && left.collation == right.collation
            && left.operator_class == right.operator_class
    };
    other.keys.iter().all(|key| index.keys.iter().any(|candidate| compares_alike(candidate, key)))
}
