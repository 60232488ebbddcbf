use levity::schema::{Index, IndexKey};

use super::{
    HazardKind::{BreaksRunningCode, FailsOnExistingRows},
    constraint::{CONFLICT_TARGET_IS_GONE, KEY_COMES_BACK_LATER},
    context::{Gap, Refused},
    risk::Risk,
};

pub(super) fn built(index: &Index, refused: Refused) -> Vec<Risk> {
    if index.unique { unique(refused) } else { Vec::new() }
}

pub(super) fn replaced(previous: &Index, next: &Index, refused: Refused) -> Vec<Risk> {
    let mut risks = Vec::new();
    if next.unique && !refuses_as_much(previous, next) {
        risks = unique(refused);
    }
    if previous.unique && !is_same_target(previous, next) {
        risks.push(CONFLICT_TARGET_IS_GONE);
    }
    risks
}

pub(super) fn dropped(unique: bool, comes_back: Option<Gap>) -> Vec<Risk> {
    match (unique, comes_back) {
        (false, _) => Vec::new(),
        (true, Some(_)) => vec![KEY_COMES_BACK_LATER],
        (true, None) => vec![CONFLICT_TARGET_IS_GONE],
    }
}

/// What a unique index risks, with a constraint over it or not.
pub(super) fn unique(refused: Refused) -> Vec<Risk> {
    let fails = Risk::new(
        FailsOnExistingRows,
        "duplicate rows stop the migration",
        "look for duplicates before, and resolve them",
    );
    let breaks = Risk::new(
        BreaksRunningCode,
        "code that writes duplicates fails",
        "deploy code that writes none first",
    );
    match refused {
        Refused::Nothing => Vec::new(),
        Refused::MeanwhileOnly => vec![fails],
        Refused::More => vec![fails, breaks],
    }
}

/// Whether rows that fit into the one index fit into the other: rows that differ in some keys differ in more of them.
pub(super) fn refuses_as_much(previous: &Index, next: &Index) -> bool {
    let covers = previous.predicate.is_none() || previous.predicate == next.predicate;
    let nulls = previous.nulls_not_distinct || !next.nulls_not_distinct;
    previous.unique && covers && nulls && has_keys_of(next, previous)
}

/// Whether what an `ON CONFLICT` finds is still there.
pub(super) fn is_same_target(previous: &Index, next: &Index) -> bool {
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
