//! What a migration risks.

use std::{collections::BTreeSet, fmt};

use levity::schema::{ObjectName, SqlType};

use crate::{
    plan::may_be_volatile,
    step::{Constraint, Loss, Step},
};

/// A kind of risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HazardKind {
    /// Values or rows are gone afterwards.
    DataLoss,
    /// Every row is written anew, while nobody can read or write the table.
    TableRewrite,
    /// Readers or writers wait for longer than a moment.
    BlockingLock,
    /// The migration stops if the rows do not fit.
    FailsOnExistingRows,
    /// Code that knows the schema before the migration fails after it.
    BreaksRunningCode,
}

impl HazardKind {
    /// The name that stands in files, flags and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::DataLoss => "data-loss",
            Self::TableRewrite => "table-rewrite",
            Self::BlockingLock => "blocking-lock",
            Self::FailsOnExistingRows => "fails-on-existing-rows",
            Self::BreaksRunningCode => "breaks-running-code",
        }
    }
}

impl fmt::Display for HazardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What one step risks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// The kind of risk.
    pub kind: HazardKind,
    /// The step, in words.
    pub step: String,
    /// Why it is a risk.
    pub explanation: &'static str,
    /// What to do instead, or before.
    pub safer_way: &'static str,
}

/// The hazards of a migration, in the order of its steps. What happens to a table that the migration itself creates is
/// none.
pub fn hazards(steps: &[Step]) -> Vec<Hazard> {
    let created: BTreeSet<&ObjectName> = (steps.iter())
        .filter_map(|step| match step {
            Step::CreateTable(table) => Some(&table.name),
            _ => None,
        })
        .collect();
    let mut hazards = Vec::new();
    for step in steps {
        if let Step::AddConstraint { table, .. } | Step::CreateIndex { table, .. } = step
            && created.contains(table)
        {
            continue;
        }
        if gets_another_value(step, steps) {
            continue;
        }
        for (kind, explanation, safer_way) in risks(step) {
            hazards.push(Hazard { kind, step: step.to_string(), explanation, safer_way });
        }
    }
    hazards
}

/// Whether a column that loses its default or identity gets another one.
fn gets_another_value(step: &Step, steps: &[Step]) -> bool {
    let (Step::DropDefault { table, column } | Step::DropIdentity { table, column }) = step else {
        return false;
    };
    steps.iter().any(|step| match step {
        Step::SetDefault { table: other, column: name, .. }
        | Step::AddIdentity { table: other, column: name, .. } => other == table && name == column,
        _ => false,
    })
}

type Risk = (HazardKind, &'static str, &'static str);

fn risks(step: &Step) -> Vec<Risk> {
    use HazardKind::{BlockingLock, BreaksRunningCode, DataLoss, FailsOnExistingRows, TableRewrite};
    match step {
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
        Step::AlterType { previous, next, cast, .. } => {
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
            }
            risks
        }
        Step::DropDefault { .. } | Step::DropIdentity { .. } => vec![(
            BreaksRunningCode,
            "code that leaves the column out gets no value for it, and fails where one is required",
            "deploy code that gives the value first",
        )],
        Step::SetNotNull { .. } => {
            vec![(FailsOnExistingRows, "a row with NULL stops the migration", "fill the column first")]
        }
        Step::AddIdentity { indexed: false, .. } => vec![(
            BlockingLock,
            "the largest value is looked up in the whole table while nobody can use it, since no index begins with the column",
            "create an index on the column in an earlier migration",
        )],
        Step::AddConstraint { constraint, .. } => added_constraint(constraint),
        Step::ReplaceKey { next, .. } => added_constraint(next),
        Step::CreateIndex { index, .. } | Step::ReplaceIndex { index, .. } if index.unique => {
            vec![(
                FailsOnExistingRows,
                "duplicate rows stop the migration",
                "look for duplicates before, and resolve them",
            )]
        }
        Step::CreateNamespace { .. }
        | Step::CreateEnumType(_)
        | Step::AddEnumValue { .. }
        | Step::DropEnumType { .. }
        | Step::CreateTable(_)
        | Step::SetDefault { .. }
        | Step::DropNotNull { .. }
        | Step::AddIdentity { .. }
        | Step::SetIdentity { .. }
        | Step::RenameConstraint { .. }
        | Step::DropConstraint { .. }
        | Step::CreateIndex { .. }
        | Step::ReplaceIndex { .. }
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

fn added_constraint(constraint: &Constraint) -> Vec<Risk> {
    let (explanation, safer_way) = match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => {
            ("duplicate rows stop the migration", "look for duplicates before, and resolve them")
        }
        Constraint::ForeignKey(_) => (
            "a row without its referenced row stops the migration",
            "look for such rows before, and resolve them",
        ),
        Constraint::Check(_) => (
            "a row that violates the condition stops the migration",
            "look for such rows before, and correct them",
        ),
    };
    vec![(HazardKind::FailsOnExistingRows, explanation, safer_way)]
}
