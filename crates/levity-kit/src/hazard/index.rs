use levity::schema::Index;

use super::{
    HazardKind::{BreaksRunningCode, FailsOnExistingRows},
    constraint::{CONFLICT_TARGET_IS_GONE, KEY_COMES_BACK_LATER},
    context::{Gap, Refused},
    risk::Risk,
};

pub(super) fn built(index: &Index, refused: Refused) -> Vec<Risk> {
    if index.unique { unique(refused) } else { Vec::new() }
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
