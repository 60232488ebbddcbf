use super::{HazardKind, risk::Risk};
use crate::step::ExtensionStep;

pub(super) fn risks(step: &ExtensionStep) -> Vec<Risk> {
    match step {
        ExtensionStep::Create(_) => Vec::new(),
        ExtensionStep::Move { .. } => vec![Risk::new(
            HazardKind::BreaksRunningCode,
            "code that finds its functions, types and operators where they were fails",
            "have the search path of every role lead to both namespaces first",
        )],
    }
}
