use super::{
    HazardKind::{BreaksRunningCode, FailsOnExistingRows, ScanUnderLock},
    lock::{Lock, LockMode},
    risk::Risk,
};
use crate::step::{DomainStep, DomainValues};

pub(super) fn risks(step: &DomainStep) -> Vec<Risk> {
    match step {
        DomainStep::Rename { .. } => {
            vec![Risk::new(BreaksRunningCode, "code that uses the old name fails", "stop the old code first")]
        }
        DomainStep::DropDefault { .. } => vec![Risk::new(
            BreaksRunningCode,
            "code that leaves out a column of the domain gets no value for it, and fails where one is required",
            "deploy code that gives the value first",
        )],
        DomainStep::SetNotNull { values, .. } => tightened(
            values,
            Risk::new(FailsOnExistingRows, "a row with NULL stops the migration", "fill the columns first"),
            Risk::new(
                BreaksRunningCode,
                "code that writes NULL fails",
                "deploy code that always gives a value first",
            ),
        ),
        DomainStep::DropNotNull { .. } => vec![Risk::new(
            BreaksRunningCode,
            "code that expects a value fails where it reads NULL",
            "deploy code that reads NULL first",
        )],
        DomainStep::AddCheck { values, .. } => tightened(
            values,
            Risk::new(
                FailsOnExistingRows,
                "a value that violates the condition stops the migration",
                "look for such values before, and correct them",
            ),
            Risk::new(
                BreaksRunningCode,
                "code that writes such values fails",
                "deploy code that writes none first",
            ),
        ),
        DomainStep::Create(_)
        | DomainStep::SetDefault { .. }
        | DomainStep::RenameCheck { .. }
        | DomainStep::DropCheck { .. }
        | DomainStep::Drop { .. } => Vec::new(),
    }
}

/// The risks of a new rule, whose tables are all read at once.
fn tightened(values: &DomainValues, fails: Risk, breaks: Risk) -> Vec<Risk> {
    let mut risks = Vec::new();
    if !values.is_empty() {
        risks.push(fails);
    }
    for table in &values.tables {
        let scan = Risk::new(
            ScanUnderLock,
            "the rows of every table with a column of the domain are read",
            "run it when little is written",
        );
        risks.push(Risk { lock: Some(Lock { table: table.clone(), mode: LockMode::Share }), ..scan });
    }
    risks.push(breaks);
    risks
}
