use levity::schema::{Deferrable, ObjectName};

use super::{
    HazardKind::{BreaksReplication, BreaksRunningCode, FailsOnExistingRows, ScanUnderLock},
    context::{Gap, Refused},
    index::unique,
    risk::Risk,
};
use crate::step::Constraint;

pub(super) fn added(table: &ObjectName, constraint: &Constraint, refused: Refused) -> Vec<Risk> {
    let mut risks = refused_rows(constraint, refused);
    match constraint {
        Constraint::Exclusion(_) => risks.push(built_under_lock(table)),
        Constraint::PrimaryKey(_)
        | Constraint::Unique(_)
        | Constraint::ForeignKey(_)
        | Constraint::Check(_) => {}
    }
    risks.extend(no_conflict_target(constraint));
    risks
}

/// While a table has one, even an `ON CONFLICT` that names nothing fails.
pub(super) fn no_conflict_target(constraint: &Constraint) -> Option<Risk> {
    let has_index = match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_) => true,
        Constraint::ForeignKey(_) | Constraint::Check(_) => false,
    };
    (has_index && constraint.deferrable() != Deferrable::No).then_some(Risk::new(
        BreaksRunningCode,
        "`ON CONFLICT` cannot use a constraint that is deferrable, and fails unless it names another one",
        "deploy code that names another one, or has no `ON CONFLICT`, first",
    ))
}

fn refused_rows(constraint: &Constraint, refused: Refused) -> Vec<Risk> {
    let (stops, safer_way, breaks) = match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => return unique(refused),
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
        Constraint::Exclusion(_) => (
            "rows that conflict with each other stop the migration",
            "look for such rows before, and resolve them",
            "code that writes conflicting rows fails",
        ),
    };
    let fails = Risk::new(FailsOnExistingRows, stops, safer_way);
    let breaks = Risk::new(BreaksRunningCode, breaks, "deploy code that writes none first");
    match refused {
        Refused::Nothing => Vec::new(),
        Refused::MeanwhileOnly => vec![fails],
        Refused::More => vec![fails, breaks],
    }
}

/// PostgreSQL builds the index of an exclusion constraint only together with the constraint.
pub(super) fn built_under_lock(table: &ObjectName) -> Risk {
    let risk = Risk::new(
        ScanUnderLock,
        "every row is read and compared while nobody can use the table",
        "migrate while the table is not in use, or give it a condition that only new rows fulfil",
    );
    risk.while_locked(table)
}

pub(super) fn dropped(constraint: &Constraint, comes_back: Option<Gap>) -> Vec<Risk> {
    let is_primary_key = matches!(constraint, Constraint::PrimaryKey(_));
    let mut risks = match (comes_back, constraint) {
        (Some(Gap::Stages), _) => vec![comes_back_later(constraint)],
        (None, Constraint::PrimaryKey(_) | Constraint::Unique(_)) => vec![CONFLICT_TARGET_IS_GONE],
        (Some(Gap::None), _)
        | (None, Constraint::ForeignKey(_) | Constraint::Check(_) | Constraint::Exclusion(_)) => Vec::new(),
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
        Constraint::Check(_) | Constraint::Exclusion(_) => {
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

pub(super) const NO_REPLICA_IDENTITY: Risk = Risk::new(
    BreaksReplication,
    "a table that is published has no replica identity without it, so its updates and deletes fail",
    "set `REPLICA IDENTITY FULL` on the publisher first",
);
