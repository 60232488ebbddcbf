//! What a migration risks.

mod context;
mod index;
mod risk;

use std::fmt;

use crate::step::Step;
use context::Context;
use risk::risks;

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
    let mut hazards = Vec::new();
    for position in 0..steps.len() {
        let context = Context { steps, position };
        if context.is_new() || context.gets_another_value() {
            continue;
        }
        let step = context.step().to_string();
        for (kind, explanation, safer_way) in risks(context) {
            hazards.push(Hazard { kind, step: step.clone(), explanation, safer_way });
        }
    }
    hazards
}
