use levity::schema::{Identity, SqlType};

use super::{
    HazardKind,
    context::{Context, Gap},
    index::replaced_index,
};
use crate::{
    plan::may_be_volatile,
    step::{Constraint, Loss, Step},
};

/// Kind, explanation, safer way.
pub(super) type Risk = (HazardKind, &'static str, &'static str);

#[expect(clippy::too_many_lines, reason = "one arm for each step")]
pub(super) fn risks(context: Context<'_>) -> Vec<Risk> {
    use HazardKind::{BlockingLock, BreaksRunningCode, DataLoss, FailsOnExistingRows, TableRewrite};
    match context.step() {
        Step::DropTable { .. } => vec![
            (
                DataLoss,
                "its rows are gone",
                "deploy code that no longer uses the table first, and keep a copy of its rows",
            ),
            (
                BreaksRunningCode,
                "code that still uses the table fails",
                "deploy code that no longer uses it first",
            ),
        ],
        Step::DropColumn { .. } => vec![
            (
                DataLoss,
                "its values are gone",
                "deploy code that no longer uses the column first, and keep a copy of its values",
            ),
            (
                BreaksRunningCode,
                "code that still selects or writes the column fails",
                "deploy code that no longer uses the column first",
            ),
        ],
        Step::RenameTable { .. } | Step::RenameColumn { .. } => vec![(
            BreaksRunningCode,
            "code that uses the old name fails",
            "stop the old code first, or add the new one beside it, copy, switch, and drop the old one later",
        )],
        Step::RenameEnumType { .. } | Step::RenameEnumValue { .. } => {
            vec![(BreaksRunningCode, "code that uses the old name fails", "stop the old code first")]
        }
        Step::AddColumn { column, .. } => {
            let mut risks = Vec::new();
            let filled = column.default.is_some() || column.identity.is_some();
            if !column.nullable && !filled {
                risks.push((
                    FailsOnExistingRows,
                    "existing rows would have no value for the required column",
                    "give it a default, or add it as nullable, fill it, and make it required in a later migration",
                ));
                risks.push((
                    BreaksRunningCode,
                    "code that does not know the column cannot insert",
                    "give it a default, or make it required once all code fills it",
                ));
            }
            if column.identity.is_some()
                || column.default.as_ref().is_some_and(|default| may_be_volatile(&default.0))
            {
                risks.push((
                    TableRewrite,
                    "each row gets a value of its own, so every row is written while nobody can use the table",
                    "add the column as nullable without the default, set the default, and fill the rows in batches",
                ));
            }
            risks
        }
        Step::AlterType { previous, next, cast, rechecks, .. } => {
            let mut risks = Vec::new();
            if cast.loss == Loss::Fails || cast.loss == Loss::Changes && is_text(previous) {
                risks.push((
                    FailsOnExistingRows,
                    "a value that does not fit the new type stops the migration",
                    "look for such values before, and correct them",
                ));
            }
            if in_utc(previous, next) {
                risks.push((
                    DataLoss,
                    "a time is read and written as UTC, whatever zone was meant",
                    "if it was another zone, name it with `--using`",
                ));
            } else if cast.loss == Loss::Changes {
                risks.push((
                    DataLoss,
                    "values can be rounded, cut or changed by the conversion",
                    "add a column of the new type, fill and compare it, and drop the old one later",
                ));
            }
            if cast.rewrites {
                risks.push((
                    TableRewrite,
                    "every row is written and every index of the column rebuilt while nobody can use the table",
                    "add a column of the new type, fill it in batches, and switch to it",
                ));
                risks.push((
                    BreaksRunningCode,
                    "prepared statements and code that expects the old type fail",
                    "add a column of the new type and switch to it",
                ));
            } else if *rechecks {
                risks.push((
                    BlockingLock,
                    "checks are tested, and indexes with expressions built, anew while nobody can use the table",
                    "drop them before, and add them again in a later migration",
                ));
            }
            risks
        }
        Step::DropDefault { .. } | Step::DropIdentity { .. } => vec![(
            BreaksRunningCode,
            "code that leaves the column out gets no value for it, and fails where one is required",
            "deploy code that gives the value first",
        )],
        Step::SetNotNull { .. } => vec![
            (FailsOnExistingRows, "a row with NULL stops the migration", "fill the column first"),
            (BreaksRunningCode, "code that writes NULL fails", "deploy code that always gives a value first"),
        ],
        Step::DropNotNull { .. } => vec![(
            BreaksRunningCode,
            "code that expects a value fails where it reads NULL",
            "deploy code that reads NULL first",
        )],
        Step::AddIdentity { identity, indexed, .. } => {
            let mut risks = Vec::new();
            if !indexed {
                risks.push((
                    BlockingLock,
                    "the largest value is looked up in the whole table while nobody can use it, since no index begins with the column",
                    "create an index on the column in an earlier migration",
                ));
            }
            if *identity == Identity::Always {
                risks.push(GIVEN_VALUES_FAIL);
            }
            risks
        }
        Step::SetIdentity { identity: Identity::Always, .. } => vec![GIVEN_VALUES_FAIL],
        Step::AddConstraint { table, constraint } => {
            added_constraint(constraint, context.refuses_more(table, constraint))
        }
        Step::ReplaceKey { table, next, .. } => {
            let mut risks = added_constraint(next, context.refuses_more(table, next));
            risks.push(CONFLICT_TARGET_IS_GONE);
            risks
        }
        Step::CreateIndex { table, index } if index.unique => {
            unique(context.index_refuses_more(table, index))
        }
        Step::ReplaceIndex { table, previous, next } => replaced_index(context, table, previous, next),
        Step::DropConstraint { constraint, .. } => match (context.comes_back(), constraint) {
            (Some(Gap::Stages), _) => vec![comes_back_later(constraint)],
            (None, Constraint::PrimaryKey(_) | Constraint::Unique(_)) => vec![CONFLICT_TARGET_IS_GONE],
            (Some(Gap::None), _) | (None, Constraint::ForeignKey(_) | Constraint::Check(_)) => Vec::new(),
        },
        Step::DropIndex { unique: true, .. } => {
            vec![if context.comes_back().is_some() { KEY_COMES_BACK_LATER } else { CONFLICT_TARGET_IS_GONE }]
        }
        Step::CreateNamespace { .. }
        // The hazards of the column say it.
        | Step::DropWithColumn { .. }
        | Step::CreateEnumType(_)
        | Step::AddEnumValue { .. }
        | Step::DropEnumType { .. }
        | Step::CreateTable(_)
        | Step::SetDefault { .. }
        | Step::SetIdentity { .. }
        | Step::RenameConstraint { .. }
        | Step::CreateIndex { .. }
        | Step::AlterStorage { .. }
        | Step::RenameIndex { .. }
        | Step::DropIndex { .. } => Vec::new(),
    }
}

/// Whether the values are texts, which nothing has forced into the form of another type.
fn is_text(sql_type: &SqlType) -> bool {
    match sql_type {
        SqlType::Array(element) => is_text(element),
        other => matches!(other, SqlType::Text | SqlType::Varchar(_)),
    }
}

/// Whether a conversion adds a time zone to times, or takes it from them. The session's is UTC.
fn in_utc(previous: &SqlType, next: &SqlType) -> bool {
    use SqlType as T;
    match (previous, next) {
        (T::Array(previous), T::Array(next)) => in_utc(previous, next),
        (T::Timestamp | T::Text | T::Varchar(_), T::Timestamptz)
        | (T::Timestamptz, T::Timestamp | T::Text | T::Varchar(_)) => true,
        _ => false,
    }
}

const GIVEN_VALUES_FAIL: Risk = (
    HazardKind::BreaksRunningCode,
    "inserts that give the value fail",
    "deploy code that leaves the column out first",
);

pub(super) const CONFLICT_TARGET_IS_GONE: Risk = (
    HazardKind::BreaksRunningCode,
    "`ON CONFLICT` on what was there fails",
    "deploy code that does not name it first",
);

const KEY_COMES_BACK_LATER: Risk = (
    HazardKind::BreaksRunningCode,
    "it is not enforced until it comes back, and `ON CONFLICT` on it fails",
    STOP_WRITERS,
);

const STOP_WRITERS: &str = "stop the code that writes to the table while the migration runs";

fn comes_back_later(constraint: &Constraint) -> Risk {
    match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => KEY_COMES_BACK_LATER,
        Constraint::ForeignKey(_) => (
            HazardKind::BreaksRunningCode,
            "it is not enforced until it comes back, and its ON DELETE actions do not run",
            "stop the code that writes to either table while the migration runs",
        ),
        Constraint::Check(_) => {
            (HazardKind::BreaksRunningCode, "it is not enforced until it comes back", STOP_WRITERS)
        }
    }
}

pub(super) fn unique(refuses_more: bool) -> Vec<Risk> {
    let fails = (
        HazardKind::FailsOnExistingRows,
        "duplicate rows stop the migration",
        "look for duplicates before, and resolve them",
    );
    let breaks = (
        HazardKind::BreaksRunningCode,
        "code that writes duplicates fails",
        "deploy code that writes none first",
    );
    if refuses_more { vec![fails, breaks] } else { vec![fails] }
}

fn added_constraint(constraint: &Constraint, refuses_more: bool) -> Vec<Risk> {
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
    let mut risks = vec![(HazardKind::FailsOnExistingRows, stops, safer_way)];
    if refuses_more {
        risks.push((HazardKind::BreaksRunningCode, breaks, "deploy code that writes none first"));
    }
    risks
}
