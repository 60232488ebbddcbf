//! Primary keys and unique constraints, and what foreign keys rest on.

use std::collections::BTreeSet;

use levity::schema::{Index, PrimaryKey, Table, Unique};

use super::{
    constraint::{Matched, push_add, push_rename},
    handover::Handover,
    index::{push_storage, same_index},
    order::{Phase, Steps},
    table::TablePair,
};
use crate::step::{Constraint, Step};

pub(super) fn push_key_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    let handover = Handover::of(pair);
    push_matched(pair, matched_primary_keys(pair), &handover, steps);
    push_matched(pair, matched_uniques(pair), &handover, steps);
}

/// A table has one primary key, whatever its name.
pub(super) fn matched_primary_keys<'a>(pair: &TablePair<'a>) -> Matched<'a, PrimaryKey> {
    let keys = pair.tables.map(|table| table.primary_key.as_slice());
    let same = |left: &PrimaryKey, right: &PrimaryKey| {
        same_primary_key(left, right)
            && !(pair.is_partitioned() && left.storage != right.storage)
            && !is_gone(pair, left.columns.iter().chain(&left.include))
    };
    Matched::of(keys.previous, keys.next, |_| "", same)
}

pub(super) fn matched_uniques<'a>(pair: &TablePair<'a>) -> Matched<'a, Unique> {
    let uniques = pair.tables.map(|table| table.uniques.as_slice());
    let same = |left: &Unique, right: &Unique| {
        same_unique(left, right)
            && !(pair.is_partitioned() && left.storage != right.storage)
            && !is_gone(pair, left.columns.iter().chain(&left.include))
    };
    Matched::of(uniques.previous, uniques.next, |unique| &unique.name, same)
}

fn same_primary_key(left: &PrimaryKey, right: &PrimaryKey) -> bool {
    left.columns == right.columns && left.include == right.include && left.deferrable == right.deferrable
}

fn same_unique(left: &Unique, right: &Unique) -> bool {
    left.columns == right.columns
        && left.nulls_not_distinct == right.nulls_not_distinct
        && left.include == right.include
        && left.deferrable == right.deferrable
}

fn push_matched<'a, T>(
    pair: &TablePair<'a>,
    matched: Matched<'a, T>,
    handover: &Handover<'a>,
    steps: &mut Steps,
) where
    T: Clone,
    Constraint: From<T>,
{
    let constraint = |key: &T| Constraint::from(key.clone());
    for previous in matched.dropped {
        push_drop(pair, constraint(previous), handover, steps);
    }
    for (previous, next) in matched.kept {
        let (previous, next) = (constraint(previous), constraint(next));
        push_rename(pair, previous.name(), next.name(), steps);
        if let Some(index) = previous.unique_index() {
            push_storage_of_key(pair, &index, &next, steps);
        }
    }
    for (previous, next) in matched.changed {
        push_replace(pair, constraint(previous), constraint(next), handover, steps);
    }
    for next in matched.added {
        push_new(pair, constraint(next), handover, steps);
    }
}

/// A new key, from an index that is there already if one can be used.
fn push_new(pair: &TablePair<'_>, key: Constraint, handover: &Handover<'_>, steps: &mut Steps) {
    let Some(index) = handover.index_for(&key) else { return push_add(pair, Phase::Keys, key, steps) };
    let (table, name, constraint) = (pair.name().clone(), index.name.clone(), key.clone());
    steps.push(Phase::Keys, Step::KeyFromIndex { table, index: name, constraint });
    push_storage_of_key(pair, index, &key, steps);
}

/// A key whose column is dropped goes with the column, unless its name or its index is in the way before that.
fn push_drop(pair: &TablePair<'_>, constraint: Constraint, handover: &Handover<'_>, steps: &mut Steps) {
    if let Some(next) = handover.index_after(&constraint) {
        let (table, next) = (pair.name().clone(), next.clone());
        steps.push(Phase::Indexes, Step::IndexForKey { table, previous: constraint, next });
        return;
    }
    let index = constraint.unique_index();
    let columns: Vec<&str> = index.iter().flat_map(Index::columns).collect();
    // A foreign key that comes back must not find the old key to rest on.
    let phase = match pair.drop_phase(constraint.name(), &columns) {
        Phase::DropParts => Phase::DropKeys,
        phase => phase,
    };
    // As long as it is there, no column of a primary key can accept NULL.
    let is_in_the_way = matches!(&constraint, Constraint::PrimaryKey(key) if key.columns.iter().any(|name| {
        pair.tables.next.column(name).is_some_and(|column| column.nullable)
    }));
    if phase == Phase::DropKeys
        && let Some(gone) = pair.gone_with(&columns)
        && (gone < Phase::DropColumns || !is_in_the_way)
    {
        push_gone(pair, gone, &constraint, steps);
        return;
    }
    steps.push(phase, Step::DropConstraint { table: pair.name().clone(), constraint });
}

/// The new key is built beside the old one, unless the type of a column changes under the old one: the new type need not
/// have an order.
fn push_replace(
    pair: &TablePair<'_>,
    previous: Constraint,
    next: Constraint,
    handover: &Handover<'_>,
    steps: &mut Steps,
) {
    let table = pair.name().clone();
    let index = previous.unique_index();
    if index.iter().flat_map(Index::columns).any(|column| pair.goes_early(column)) {
        push_gone(pair, Phase::ConvertColumns, &previous, steps);
        push_add(pair, Phase::Keys, next, steps);
        return;
    }
    if index
        .iter()
        .flat_map(|index| &index.keys)
        .any(|key| key.part.column().is_some_and(|c| pair.converts(c)))
    {
        steps.push(Phase::DropInTheWay, Step::DropConstraint { table, constraint: previous });
        push_new(pair, next, handover, steps);
        return;
    }
    let used = handover.index_for(&next);
    let index = used.map(|index| index.name.clone());
    let partitioned = pair.is_partitioned();
    steps.push(Phase::Keys, Step::ReplaceKey { table, previous, next: next.clone(), index, partitioned });
    if let Some(used) = used {
        push_storage_of_key(pair, used, &next, steps);
    }
}

/// Whether a column goes before keys are built, be it to come back, and takes the key with it.
fn is_gone<'a>(pair: &TablePair<'_>, columns: impl IntoIterator<Item = &'a String>) -> bool {
    columns.into_iter().any(|column| pair.goes_early(column))
}

pub(super) fn push_gone(pair: &TablePair<'_>, phase: Phase, constraint: &Constraint, steps: &mut Steps) {
    let (table, kind, name) = (pair.name().clone(), constraint.kind(), constraint.name().to_owned());
    steps.push(phase, Step::DropWithColumn { table, kind, name });
}

fn push_storage_of_key(pair: &TablePair<'_>, index: &Index, key: &Constraint, steps: &mut Steps) {
    if let Some(next) = key.unique_index() {
        push_storage(pair, Phase::Keys, index, &next, steps);
    }
}

/// Whether a foreign key that references the columns can stay while the migration changes that table.
pub(super) fn can_rest(referenced: &TablePair<'_>, columns: &[String]) -> bool {
    keeps_keys(referenced, columns) && !columns.iter().any(|column| referenced.compares_anew(column))
}

/// Whether every key over exactly these columns is still there after the migration.
fn keeps_keys(pair: &TablePair<'_>, columns: &[String]) -> bool {
    let handover = Handover::of(pair);
    keys(pair.tables.previous).filter(|key| key.covers(columns)).all(|key| {
        let stays = keys(pair.tables.next).any(|other| key.is_kept_as(&other));
        // PostgreSQL makes the key anew for an included column that gets another type, and forgets foreign keys there.
        let made_anew = key.include().iter().any(|column| pair.retypes(column));
        !made_anew && (stays || matches!(key, Key::Index(index) if handover.becomes_key(index)))
    })
}

/// What a foreign key can rest on.
enum Key<'a> {
    Primary(&'a PrimaryKey),
    Unique(&'a Unique),
    Index(&'a Index),
}

impl Key<'_> {
    fn covers(&self, columns: &[String]) -> bool {
        let covered = match self {
            Self::Primary(key) => key.key_columns(),
            Self::Unique(unique) => unique.key_columns(),
            Self::Index(index) => index.key_columns(),
        };
        let columns: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
        covered.is_some_and(|covered| covered.into_iter().collect::<BTreeSet<_>>() == columns)
    }

    fn include(&self) -> &[String] {
        match self {
            Self::Primary(key) => &key.include,
            Self::Unique(unique) => &unique.include,
            Self::Index(index) => &index.include,
        }
    }

    /// Whether the other one is the same after the migration, and not built anew.
    fn is_kept_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Primary(left), Self::Primary(right)) => same_primary_key(left, right),
            (Self::Unique(left), Self::Unique(right)) => same_unique(left, right),
            (Self::Index(left), Self::Index(right)) => same_index(left, right),
            (Self::Primary(_) | Self::Unique(_) | Self::Index(_), _) => false,
        }
    }
}

fn keys(table: &Table) -> impl Iterator<Item = Key<'_>> {
    let primary_key = table.primary_key.iter().map(Key::Primary);
    let uniques = table.uniques.iter().map(Key::Unique);
    primary_key.chain(uniques).chain(table.indexes.iter().map(Key::Index))
}
