use std::collections::BTreeSet;

use levity::schema::{Check, ForeignKey, Index, PrimaryKey, Table, Unique};

use super::{
    index::same_index,
    order::{Phase, Steps},
    table::TablePair,
};
use crate::{
    step::{Constraint, Step},
    words::{Word, words},
};

/// Primary keys and unique constraints.
pub(super) fn push_key_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    let keys = pair.tables.map(|table| table.primary_key.as_ref());
    match (keys.previous, keys.next) {
        (None, None) => {}
        (None, Some(next)) => push_add(pair, Phase::Keys, Constraint::PrimaryKey(next.clone()), steps),
        (Some(previous), None) => {
            push_drop_key(pair, &previous.columns, Constraint::PrimaryKey(previous.clone()), steps);
        }
        (Some(previous), Some(next))
            if same_primary_key(previous, next) && !is_gone(pair, &previous.columns) =>
        {
            push_rename(pair, &previous.name, &next.name, steps);
        }
        (Some(previous), Some(next)) => {
            let before = Constraint::PrimaryKey(previous.clone());
            push_replace(pair, &previous.columns, before, Constraint::PrimaryKey(next.clone()), steps);
        }
    }

    let uniques = pair.tables.map(|table| table.uniques.as_slice());
    let same = |left: &Unique, right: &Unique| same_unique(left, right) && !is_gone(pair, &left.columns);
    let matched = Matched::of(uniques.previous, uniques.next, |unique| &unique.name, same);
    for unique in matched.dropped {
        push_drop_key(pair, &unique.columns, Constraint::Unique(unique.clone()), steps);
    }
    for (previous, next) in matched.kept {
        push_rename(pair, &previous.name, &next.name, steps);
    }
    for (previous, next) in matched.changed {
        let before = Constraint::Unique(previous.clone());
        push_replace(pair, &previous.columns, before, Constraint::Unique(next.clone()), steps);
    }
    for unique in matched.added {
        push_add(pair, Phase::Keys, Constraint::Unique(unique.clone()), steps);
    }
}

pub(super) fn push_check_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    let checks = pair.tables.map(|table| table.checks.as_slice());
    let converts = |check: &Check| mentions_converted(pair, &check.expression.0);
    let same = |left: &Check, right: &Check| left.expression == right.expression && !converts(left);
    let matched = Matched::of(checks.previous, checks.next, |check| &check.name, same);
    let drop = |phase, check: &Check, steps: &mut Steps| {
        let (table, constraint) = (pair.name().clone(), Constraint::Check(check.clone()));
        steps.push(phase, Step::DropConstraint { table, constraint });
    };
    for check in matched.dropped {
        let taken = constraint_names(pair.tables.next).any(|name| name == check.name);
        drop(if taken || converts(check) { Phase::DropInTheWay } else { Phase::DropParts }, check, steps);
    }
    for (previous, next) in matched.kept {
        push_rename(pair, &previous.name, &next.name, steps);
    }
    for (previous, next) in matched.changed {
        drop(if converts(previous) { Phase::DropInTheWay } else { Phase::Checks }, previous, steps);
        push_add(pair, Phase::Checks, Constraint::Check(next.clone()), steps);
    }
    for check in matched.added {
        push_add(pair, Phase::Checks, Constraint::Check(check.clone()), steps);
    }
}

pub(super) fn push_foreign_key_steps(pair: &TablePair<'_>, pairs: &[TablePair<'_>], steps: &mut Steps) {
    // A foreign key rests on one index and two types. When one of them changes it has to go before and come back after.
    let rests = |key: &ForeignKey| {
        let referenced = pairs.iter().find(|pair| *pair.name() == key.references);
        !key.columns.iter().any(|column| pair.converts(column))
            && referenced.is_none_or(|referenced| can_rest(referenced, &key.referenced_columns))
    };
    let keys = pair.tables.map(|table| table.foreign_keys.as_slice());
    let same = |left: &ForeignKey, right: &ForeignKey| {
        ForeignKey { name: right.name.clone(), ..left.clone() } == *right && rests(left)
    };
    let matched = Matched::of(keys.previous, keys.next, |key| &key.name, same);
    let drop = |phase, key: &ForeignKey, steps: &mut Steps| {
        let (table, constraint) = (pair.name().clone(), Constraint::ForeignKey(key.clone()));
        steps.push(phase, Step::DropConstraint { table, constraint });
    };
    for key in matched.dropped {
        drop(Phase::DropForeignKeys, key, steps);
    }
    for (previous, next) in matched.kept {
        push_rename(pair, &previous.name, &next.name, steps);
    }
    for (previous, next) in matched.changed {
        let moves = previous.references != next.references;
        drop(
            if moves || !rests(previous) { Phase::DropForeignKeys } else { Phase::ForeignKeys },
            previous,
            steps,
        );
        push_add(pair, Phase::ForeignKeys, Constraint::ForeignKey(next.clone()), steps);
    }
    for key in matched.added {
        push_add(pair, Phase::ForeignKeys, Constraint::ForeignKey(key.clone()), steps);
    }
}

/// What became of the constraints or indexes of a table.
pub(super) struct Matched<'a, T> {
    pub(super) dropped: Vec<&'a T>,
    /// The same, at most under another name.
    pub(super) kept: Vec<(&'a T, &'a T)>,
    pub(super) changed: Vec<(&'a T, &'a T)>,
    pub(super) added: Vec<&'a T>,
}

impl<'a, T> Matched<'a, T> {
    /// Matches by name, and what is left by definition: a part that differs in nothing but the name is renamed.
    pub(super) fn of(
        previous: &'a [T],
        next: &'a [T],
        name: impl Fn(&T) -> &str,
        same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let named = |items: &'a [T], wanted: &str| items.iter().find(|item| name(item) == wanted);
        let mut matched = Self { dropped: vec![], kept: vec![], changed: vec![], added: vec![] };
        let mut unmatched: Vec<&T> =
            previous.iter().filter(|item| named(next, name(item)).is_none()).collect();
        for item in next {
            if let Some(before) = named(previous, name(item)) {
                let pairs = if same(before, item) { &mut matched.kept } else { &mut matched.changed };
                pairs.push((before, item));
            } else if let Some(position) = unmatched.iter().position(|before| same(before, item)) {
                matched.kept.push((unmatched.remove(position), item));
            } else {
                matched.added.push(item);
            }
        }
        matched.dropped = unmatched;
        matched
    }
}

fn constraint_names(table: &Table) -> impl Iterator<Item = &str> {
    let primary_key = table.primary_key.iter().map(|key| key.name.as_str());
    let uniques = table.uniques.iter().map(|unique| unique.name.as_str());
    let foreign_keys = table.foreign_keys.iter().map(|key| key.name.as_str());
    let checks = table.checks.iter().map(|check| check.name.as_str());
    primary_key.chain(uniques).chain(foreign_keys).chain(checks)
}

/// Whether an expression names a column whose values are converted to another type. PostgreSQL would parse it again
/// with the old operators and fail.
pub(super) fn mentions_converted(pair: &TablePair<'_>, expression: &str) -> bool {
    words(expression).filter_map(Word::identifier).any(|name| pair.converts(&name))
}

/// Whether a foreign key that references the columns can stay while the migration changes that table.
pub(super) fn can_rest(referenced: &TablePair<'_>, columns: &[String]) -> bool {
    keeps_keys(referenced, columns) && !columns.iter().any(|column| referenced.converts(column))
}

/// Whether every key over exactly these columns is still there after the migration.
fn keeps_keys(pair: &TablePair<'_>, columns: &[String]) -> bool {
    keys(pair.tables.previous)
        .filter(|key| key.covers(columns))
        .all(|key| keys(pair.tables.next).any(|other| key.is_kept_as(&other)))
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

fn same_primary_key(left: &PrimaryKey, right: &PrimaryKey) -> bool {
    left.columns == right.columns
}

fn same_unique(left: &Unique, right: &Unique) -> bool {
    left.columns == right.columns && left.nulls_not_distinct == right.nulls_not_distinct
}

fn push_add(pair: &TablePair<'_>, phase: Phase, constraint: Constraint, steps: &mut Steps) {
    steps.push(phase, Step::AddConstraint { table: pair.name().clone(), constraint });
}

/// A key whose column is dropped goes with the column, unless its name or its index is in the way before that.
fn push_drop_key(pair: &TablePair<'_>, columns: &[String], constraint: Constraint, steps: &mut Steps) {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    // A foreign key that comes back must not find the old key to rest on.
    let phase = match pair.drop_phase(constraint.name(), &columns) {
        Phase::DropParts => Phase::DropKeys,
        phase => phase,
    };
    // As long as it is there, no column of a primary key can accept NULL.
    let is_in_the_way = matches!(constraint, Constraint::PrimaryKey(_))
        && columns.iter().any(|name| pair.tables.next.column(name).is_some_and(|column| column.nullable));
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
    columns: &[String],
    previous: Constraint,
    next: Constraint,
    steps: &mut Steps,
) {
    let table = pair.name().clone();
    if is_gone(pair, columns) {
        push_gone(pair, Phase::ConvertColumns, &previous, steps);
        push_add(pair, Phase::Keys, next, steps);
    } else if columns.iter().any(|column| pair.converts(column)) {
        steps.push(Phase::DropInTheWay, Step::DropConstraint { table, constraint: previous });
        push_add(pair, Phase::Keys, next, steps);
    } else {
        let previous = previous.name().to_owned();
        steps.push(Phase::Keys, Step::ReplaceKey { table, previous, next });
    }
}

/// Whether a column goes and comes back, and takes the key with it.
fn is_gone(pair: &TablePair<'_>, columns: &[String]) -> bool {
    columns.iter().any(|column| pair.recreates(column))
}

fn push_gone(pair: &TablePair<'_>, phase: Phase, constraint: &Constraint, steps: &mut Steps) {
    let (table, kind, name) = (pair.name().clone(), constraint.kind(), constraint.name().to_owned());
    steps.push(phase, Step::DropWithColumn { table, kind, name });
}

fn push_rename(pair: &TablePair<'_>, previous: &str, next: &str, steps: &mut Steps) {
    if previous != next {
        let (table, previous, next) = (pair.name().clone(), previous.to_owned(), next.to_owned());
        steps.push(Phase::RenameParts, Step::RenameConstraint { table, previous, next });
    }
}
