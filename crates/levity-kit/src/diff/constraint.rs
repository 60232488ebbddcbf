//! Check constraints, foreign keys, and what all constraints have in common.

use levity::schema::{Check, ForeignKey, Table};

use super::{
    key::can_rest,
    order::{Phase, Steps},
    table::{TablePair, pair_of},
};
use crate::{
    step::{Constraint, Step},
    words::{Word, words},
};

pub(super) fn push_check_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    let checks = pair.tables.map(|table| table.checks.as_slice());
    let converts = |check: &Check| mentions_converted(pair, &check.expression.0);
    let same = |left: &Check, right: &Check| {
        left.expression == right.expression && left.no_inherit == right.no_inherit && !converts(left)
    };
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
        let referenced = pair_of(pairs, &key.references);
        !key.columns.iter().any(|column| pair.compares_anew(column))
            && referenced.is_none_or(|referenced| can_rest(referenced, &key.referenced_columns))
    };
    let keys = pair.tables.map(|table| table.foreign_keys.as_slice());
    let same = |left: &ForeignKey, right: &ForeignKey| {
        let (name, deferrable) = (right.name.clone(), right.deferrable);
        ForeignKey { name, deferrable, ..left.clone() } == *right && rests(left)
    };
    let matched = Matched::of(keys.previous, keys.next, |key| &key.name, same);
    for (previous, next) in &matched.kept {
        if previous.deferrable != next.deferrable {
            steps.push(
                Phase::ForeignKeys,
                Step::AlterDeferrable {
                    table: pair.name().clone(),
                    constraint: next.name.clone(),
                    previous: previous.deferrable,
                    next: next.deferrable,
                },
            );
        }
    }
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

/// What two parts that are matched have in common, round by round: the name, the definition.
type Rounds = [(bool, bool); 3];

pub(super) const RENAMED_FIRST: Rounds = [(true, true), (false, true), (true, false)];
/// Of two parts under one name, no part is renamed to it.
pub(super) const CHANGED_FIRST: Rounds = [(true, true), (true, false), (false, true)];

impl<'a, T> Matched<'a, T> {
    /// A part that is the same under its name stays, and one that is the same under another name is renamed. What is left is
    /// matched by its name alone.
    pub(super) fn of(
        previous: &'a [T],
        next: &'a [T],
        name: impl Fn(&T) -> &str,
        same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        Self::in_rounds(RENAMED_FIRST, previous, next, name, same)
    }

    pub(super) fn in_rounds(
        rounds: Rounds,
        previous: &'a [T],
        next: &'a [T],
        name: impl Fn(&T) -> &str,
        same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let mut matched = Self { dropped: vec![], kept: vec![], changed: vec![], added: vec![] };
        let mut unmatched: Vec<&T> = previous.iter().collect();
        let mut pairs: Vec<(&T, Option<&T>)> = next.iter().map(|item| (item, None)).collect();
        for (by_name, by_definition) in rounds {
            let matches = |before: &T, item: &T| {
                (!by_name || name(before) == name(item)) && (!by_definition || same(before, item))
            };
            for (item, before) in pairs.iter_mut().filter(|(_, before)| before.is_none()) {
                let position = unmatched.iter().position(|candidate| matches(candidate, item));
                *before = position.map(|position| unmatched.remove(position));
            }
        }
        for (item, before) in pairs {
            match before {
                Some(before) if same(before, item) => matched.kept.push((before, item)),
                Some(before) => matched.changed.push((before, item)),
                None => matched.added.push(item),
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
    let exclusions = table.exclusions.iter().map(|exclusion| exclusion.name.as_str());
    primary_key.chain(uniques).chain(foreign_keys).chain(checks).chain(exclusions)
}

/// Whether an expression names a column whose values are converted to another type. PostgreSQL would parse it again
/// with the old operators and fail.
pub(super) fn mentions_converted(pair: &TablePair<'_>, expression: &str) -> bool {
    words(expression).filter_map(Word::identifier).any(|name| pair.converts(&name))
}

pub(super) fn push_add(pair: &TablePair<'_>, phase: Phase, constraint: Constraint, steps: &mut Steps) {
    let (table, partitioned) = (pair.name().clone(), pair.is_partitioned());
    steps.push(phase, Step::AddConstraint { table, constraint, partitioned });
}

pub(super) fn push_rename(pair: &TablePair<'_>, previous: &str, next: &str, steps: &mut Steps) {
    if previous != next {
        let (table, previous, next) = (pair.name().clone(), previous.to_owned(), next.to_owned());
        steps.push(Phase::RenameParts, Step::RenameConstraint { table, previous, next });
    }
}
