use super::{
    HazardKind::{BreaksReplication, BreaksRunningCode, FailsOnExistingRows},
    context::Gap,
    index::unique,
    risk::Risk,
};
use crate::step::Constraint;

pub(super) fn added(constraint: &Constraint, refuses_more: bool) -> Vec<Risk> {
    let (stops, safer_way, breaks) = match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => return unique(refuses_more),
        Constraint::ForeignKey(_) => (
            "a row without its referenced row stops the migration",
            "look for such rows before, and resolve them",
            "code that writes such rows, or deletes what they reference, fails",
        ),
        Constraint::Check(_) => (
            "a row that violates the condition stops the migration",
            "look for such rows before, and correct them",
            "code that writes such rows fails",
        ),
    };
    let mut risks = vec![Risk::new(FailsOnExistingRows, stops, safer_way)];
    if refuses_more {
        risks.push(Risk::new(BreaksRunningCode, breaks, "deploy code that writes none first"));
    }
    risks
}

pub(super) fn replaced(next: &Constraint, refuses_more: bool) -> Vec<Risk> {
    let mut risks = added(next, refuses_more);
    risks.push(CONFLICT_TARGET_IS_GONE);
    if matches!(next, Constraint::PrimaryKey(_)) {
        risks.push(Risk::new(
            BreaksReplication,
            "a subscriber stops at the next update or delete while its primary key has other columns than the publisher's",
            "set `REPLICA IDENTITY FULL` on the publisher until both sides are migrated",
        ));
    }
    risks
}

pub(super) fn dropped(constraint: &Constraint, comes_back: Option<Gap>) -> Vec<Risk> {
    let is_primary_key = matches!(constraint, Constraint::PrimaryKey(_));
    let mut risks = match (comes_back, constraint) {
        (Some(Gap::Stages), _) => vec![comes_back_later(constraint)],
        (None, Constraint::PrimaryKey(_) | Constraint::Unique(_)) => vec![CONFLICT_TARGET_IS_GONE],
        (Some(Gap::None), _) | (None, Constraint::ForeignKey(_) | Constraint::Check(_)) => Vec::new(),
    };
    if is_primary_key && comes_back != Some(Gap::None) {
        risks.push(NO_REPLICA_IDENTITY);
    }
    risks
}

/// The hazards of the column say the rest.
pub(super) fn dropped_with_column(kind: &str, comes_back: bool) -> Vec<Risk> {
    let comes_back = comes_back.then_some(KEY_COMES_BACK_LATER);
    let identity = (kind == "primary key").then_some(NO_REPLICA_IDENTITY);
    comes_back.into_iter().chain(identity).collect()
}

fn comes_back_later(constraint: &Constraint) -> Risk {
    match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => KEY_COMES_BACK_LATER,
        Constraint::ForeignKey(_) => Risk::new(
            BreaksRunningCode,
            "it is not enforced until it comes back, and its ON DELETE actions do not run",
            "stop the code that writes to either table while the migration runs",
        ),
        Constraint::Check(_) => {
            Risk::new(BreaksRunningCode, "it is not enforced until it comes back", STOP_WRITERS)
        }
    }
}

pub(super) const CONFLICT_TARGET_IS_GONE: Risk = Risk::new(
    BreaksRunningCode,
    "`ON CONFLICT` on what was there fails",
    "deploy code that does not name it first",
);

pub(super) const KEY_COMES_BACK_LATER: Risk = Risk::new(
    BreaksRunningCode,
    "it is not enforced until it comes back, and `ON CONFLICT` on it fails",
    STOP_WRITERS,
);

const STOP_WRITERS: &str = "stop the code that writes to the table while the migration runs";

const NO_REPLICA_IDENTITY: Risk = Risk::new(
    BreaksReplication,
    "a table that is published has no replica identity without it, so its updates and deletes fail",
    "set `REPLICA IDENTITY FULL` on the publisher first",
);
