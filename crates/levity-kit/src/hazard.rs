//! What a migration risks.
//!
//! A hazard is announced where the server, or code that runs meanwhile, makes it so; `tests/hazards` proves each one on a
//! server. A change of the catalog alone is none: its lock is strong and brief, and waiting for it has a limit.

mod column;
mod constraint;
mod context;
mod domain;
mod enum_type;
mod extension;
mod generated;
mod index;
mod key;
mod lock;
mod partition;
mod risk;
mod sequence;
mod storage;
mod table;
mod three_steps;
mod view;

use std::fmt;

use crate::step::Step;
use context::Context;
use risk::{Risk, risks};

pub use lock::{Lock, LockMode};

/// A kind of risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HazardKind {
    /// Values or rows are gone afterwards.
    DataLoss,
    /// Every row is written anew, under a lock.
    TableRewrite,
    /// Every row is read, or an index is built, under a lock that others wait for.
    ScanUnderLock,
    /// The migration stops if the rows do not fit.
    FailsOnExistingRows,
    /// Code that knows the schema before the migration fails after it.
    BreaksRunningCode,
    /// Logical replication stops, although subscribers are migrated before their publisher.
    BreaksReplication,
}

impl HazardKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::DataLoss,
        Self::TableRewrite,
        Self::ScanUnderLock,
        Self::FailsOnExistingRows,
        Self::BreaksRunningCode,
        Self::BreaksReplication,
    ];

    /// Whether a person has to accept it before the migration is written, and before it is applied.
    ///
    /// A migration that stops at rows that do not fit needs nobody's consent: its stage is rolled back, nothing is lost, and
    /// nothing but the migration waits.
    pub fn needs_acknowledgement(self) -> bool {
        match self {
            Self::DataLoss
            | Self::TableRewrite
            | Self::ScanUnderLock
            | Self::BreaksRunningCode
            | Self::BreaksReplication => true,
            Self::FailsOnExistingRows => false,
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name that stands in files, flags and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::DataLoss => "data-loss",
            Self::TableRewrite => "table-rewrite",
            Self::ScanUnderLock => "scan-under-lock",
            Self::FailsOnExistingRows => "fails-on-existing-rows",
            Self::BreaksRunningCode => "breaks-running-code",
            Self::BreaksReplication => "breaks-replication",
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
#[non_exhaustive]
pub struct Hazard {
    /// The kind of risk.
    pub kind: HazardKind,
    /// The place of the step among the steps of the migration, from 0.
    pub position: usize,
    /// The step, in words.
    pub step: String,
    /// The lock that is held for as long as it takes to read or write all rows.
    pub lock: Option<Lock>,
    /// Why it is a risk.
    pub explanation: &'static str,
    /// What to do instead, or before.
    pub safer_way: &'static str,
    /// The migrations of the safer way, where only several of them are safe: expand, backfill, contract.
    pub steps: Vec<String>,
    /// Why a person accepts it, where one does.
    pub accepted: Option<String>,
}

impl Hazard {
    /// Whether a person still has to accept it.
    pub fn is_open(&self) -> bool {
        self.kind.needs_acknowledgement() && self.accepted.is_none()
    }

    /// Why it is a risk, and for whom the lock is one.
    pub fn reason(&self) -> String {
        match &self.lock {
            Some(lock) => format!("{}, while {lock}", self.explanation),
            None => self.explanation.to_owned(),
        }
    }
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
        for Risk { kind, lock, explanation, safer_way, steps } in risks(context) {
            hazards.push(Hazard {
                kind,
                position,
                step: step.clone(),
                lock,
                explanation,
                safer_way,
                steps,
                accepted: None,
            });
        }
    }
    hazards
}
