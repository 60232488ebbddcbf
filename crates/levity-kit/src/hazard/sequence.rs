use levity::schema::Sequence;

use super::{
    HazardKind::{BreaksRunningCode, DataLoss, FailsOnExistingRows, ScanUnderLock},
    context::Context,
    risk::Risk,
};
use crate::step::SequenceStep;

pub(super) fn risks(step: &SequenceStep, context: Context<'_>) -> Vec<Risk> {
    match step {
        SequenceStep::Rename { .. } => {
            vec![Risk::new(BreaksRunningCode, "code that uses the old name fails", "stop the old code first")]
        }
        SequenceStep::Alter { previous, next } if narrows(previous, next) => vec![Risk::new(
            FailsOnExistingRows,
            "a sequence that is beyond its new limits already stops the migration",
            "compare its last number with them before",
        )],
        SequenceStep::Drop { .. } => vec![
            Risk::new(
                DataLoss,
                "nobody knows any more which numbers it gave out",
                "deploy code that no longer uses the sequence first, and keep its last number",
            ),
            Risk::new(
                BreaksRunningCode,
                "code that still asks for its next number fails",
                "deploy code that no longer uses it first",
            ),
        ],
        SequenceStep::Continue { table, indexed: false, .. } if context.follows_default() => vec![
            Risk::new(
                ScanUnderLock,
                "the largest value is looked up in the whole table, since no index begins with the column",
                "create an index on the column in an earlier migration",
            )
            .while_locked(table),
        ],
        SequenceStep::Create(_)
        | SequenceStep::Continue { .. }
        | SequenceStep::Alter { .. }
        | SequenceStep::SetOwner { .. }
        // The hazards of the column say it.
        | SequenceStep::DropWithOwner { .. } => Vec::new(),
    }
}

fn narrows(previous: &Sequence, next: &Sequence) -> bool {
    next.min > previous.min || next.max < previous.max
}
