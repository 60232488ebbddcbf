//! A hazard as a person, or a program, reads it.

use levity_kit::hazard::Hazard;
use serde::Serialize;

use crate::printer::{YELLOW, styled};

#[derive(Debug, Serialize)]
pub(crate) struct HazardJson {
    kind: &'static str,
    step: String,
    /// What is held for as long as it takes; null when that is only a moment.
    lock: Option<LockJson>,
    explanation: &'static str,
    safer_way: &'static str,
    /// The migrations of the safer way, where only several of them are safe.
    steps: Vec<String>,
    /// Whether it has to be accepted.
    needs_acceptance: bool,
    /// Why it is accepted; null when it is not.
    accepted: Option<String>,
}

#[derive(Debug, Serialize)]
struct LockJson {
    table: String,
    mode: &'static str,
    blocks: &'static str,
}

impl From<&Hazard> for HazardJson {
    fn from(hazard: &Hazard) -> Self {
        Self {
            kind: hazard.kind.name(),
            step: hazard.step.clone(),
            lock: hazard.lock.as_ref().map(|lock| LockJson {
                table: lock.table.to_string(),
                mode: lock.mode.name(),
                blocks: lock.mode.blocks(),
            }),
            explanation: hazard.explanation,
            safer_way: hazard.safer_way,
            steps: hazard.steps.clone(),
            needs_acceptance: hazard.kind.needs_acknowledgement(),
            accepted: hazard.accepted.clone(),
        }
    }
}

/// The lines that tell a person.
pub(crate) fn describe(hazard: &Hazard) -> Vec<String> {
    let Hazard { kind, step, .. } = hazard;
    let name = styled(YELLOW, format_args!("hazard {kind}"));
    let mut lines = vec![format!("{name}: {step}: {}", hazard.reason())];
    lines.extend(safer(hazard));
    lines.extend(hazard.accepted.as_ref().map(|reason| format!("  accepted: {reason}")));
    lines
}

/// The lines that say what is safer.
pub(crate) fn safer(hazard: &Hazard) -> impl Iterator<Item = String> {
    let steps = (1..).zip(&hazard.steps).map(|(number, step)| format!("    {number}. {step}"));
    std::iter::once(format!("  safer: {}", hazard.safer_way)).chain(steps)
}
