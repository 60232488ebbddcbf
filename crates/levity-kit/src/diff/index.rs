use std::collections::BTreeMap;

use levity::schema::{Index, IndexKey};

use super::{
    constraint::{CHANGED_FIRST, Matched, RENAMED_FIRST, mentions_converted},
    handover::{Handover, can_hand_over},
    order::{Phase, Steps},
    table::TablePair,
};
use crate::step::Step;

pub(super) fn push_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    let indexes = pair.tables.map(|table| table.indexes.as_slice());
    let handover = Handover::of(pair);
    // Indexes and keys hand over to each other by their names.
    let rounds = if can_hand_over(pair) { CHANGED_FIRST } else { RENAMED_FIRST };
    let matched = Matched::in_rounds(
        rounds,
        indexes.previous,
        indexes.next,
        |index| &index.name,
        |left, right| {
            // The parameters of a partitioned index cannot change where it is.
            let in_place = !pair.is_partitioned() || left.storage == right.storage;
            in_place && same_index(left, right) && !must_be_rebuilt(pair, left) && !is_gone(pair, left)
        },
    );
    let partitioned = pair.is_partitioned();
    let drop = |phase, index: &Index, steps: &mut Steps| {
        let (table, name, unique) = (pair.name().clone(), index.name.clone(), index.unique);
        steps.push(phase, Step::DropIndex { table, name, unique, partitioned });
    };
    let create = |index: &Index, steps: &mut Steps| {
        let (table, index) = (pair.name().clone(), index.clone());
        steps.push(Phase::Indexes, Step::CreateIndex { table, index, partitioned });
    };
    let gone = |phase, index: &Index, steps: &mut Steps| {
        let (table, name) = (pair.name().clone(), index.name.clone());
        let kind = if index.unique { "unique index" } else { "index" };
        steps.push(phase, Step::DropWithColumn { table, kind, name });
    };
    for index in matched.dropped.into_iter().filter(|index| !handover.is_used(index)) {
        let columns: Vec<&str> = index.columns().collect();
        let phase = match pair.drop_phase(&index.name, &columns) {
            _ if must_be_rebuilt(pair, index) => Phase::DropInTheWay,
            Phase::DropInTheWay => Phase::DropInTheWay,
            phase => match pair.gone_with(&columns) {
                Some(phase) => {
                    gone(phase, index, steps);
                    continue;
                }
                // A foreign key that comes back must not find it to rest on.
                None if index.unique => Phase::DropKeys,
                None => phase,
            },
        };
        drop(phase, index, steps);
    }
    for (previous, next) in matched.kept {
        push_rename(pair, previous, next, steps);
        push_storage(pair, Phase::Indexes, previous, next, steps);
    }
    for (previous, next) in matched.changed {
        let in_the_way =
            must_be_rebuilt(pair, previous) || previous.columns().any(|column| pair.writes_values(column));
        if !in_the_way && is_gone(pair, previous) {
            gone(Phase::ConvertColumns, previous, steps);
            create(next, steps);
        } else if in_the_way {
            drop(Phase::DropInTheWay, previous, steps);
            create(next, steps);
        } else {
            let (table, previous, next) = (pair.name().clone(), previous.clone(), next.clone());
            steps.push(Phase::Indexes, Step::ReplaceIndex { table, previous, next, partitioned });
        }
    }
    for index in matched.added.into_iter().filter(|index| !handover.is_successor(index)) {
        create(index, steps);
    }
}

/// Whether a column goes before indexes are built, be it to come back, and takes the index with it.
fn is_gone(pair: &TablePair<'_>, index: &Index) -> bool {
    index.columns().any(|column| pair.goes_early(column))
}

/// Whether PostgreSQL could not carry the index through a change of a column's type by itself.
fn must_be_rebuilt(pair: &TablePair<'_>, index: &Index) -> bool {
    let expressions = index.keys.iter().filter_map(|key| key.part.expression());
    let mut expressions = expressions.chain(&index.predicate);
    expressions.any(|expression| mentions_converted(pair, &expression.0))
}

/// The storage parameters that PostgreSQL follows from the moment on that they are set. All others, `pages_per_range` and
/// those of access methods that extensions bring, say how the index is built.
const IN_PLACE: [&str; 6] =
    ["autosummarize", "buffering", "deduplicate_items", "fastupdate", "fillfactor", "gin_pending_list_limit"];

fn is_for_building((parameter, _): &(&String, &String)) -> bool {
    !IN_PLACE.contains(&parameter.as_str())
}

/// Whether two indexes differ in nothing but their names and what is changed where the index is.
pub(super) fn same_index(left: &Index, right: &Index) -> bool {
    left.storage.iter().filter(is_for_building).eq(right.storage.iter().filter(is_for_building))
        && left.unique == right.unique
        && left.nulls_not_distinct == right.nulls_not_distinct
        && left.method == right.method
        && left.predicate == right.predicate
        && left.include == right.include
        && left.keys.len() == right.keys.len()
        && left.keys.iter().zip(&right.keys).all(|(left, right)| same_key(left, right))
}

pub(super) fn same_key(left: &IndexKey, right: &IndexKey) -> bool {
    left.part == right.part
        && left.collation == right.collation
        && left.operator_class == right.operator_class
        && left.descending == right.descending
        && left.nulls_order() == right.nulls_order()
}

fn push_rename(pair: &TablePair<'_>, previous: &Index, next: &Index, steps: &mut Steps) {
    if previous.name != next.name {
        let (table, previous, next) = (pair.name().clone(), previous.name.clone(), next.name.clone());
        steps.push(Phase::RenameParts, Step::RenameIndex { table, previous, next });
    }
}

pub(super) fn push_storage(
    pair: &TablePair<'_>,
    phase: Phase,
    previous: &Index,
    next: &Index,
    steps: &mut Steps,
) {
    push_storage_steps(pair, phase, &next.name, [&previous.storage, &next.storage], steps);
}

/// From one set of storage parameters to another.
pub(super) fn push_storage_steps(
    pair: &TablePair<'_>,
    phase: Phase,
    index: &str,
    [previous, next]: [&BTreeMap<String, String>; 2],
    steps: &mut Steps,
) {
    if previous != next {
        let (table, index) = (pair.name().clone(), index.to_owned());
        let (previous, next) = (previous.clone(), next.clone());
        steps.push(phase, Step::AlterStorage { table, index, previous, next });
    }
}
