use levity::schema::View;

use super::{
    HazardKind::BreaksRunningCode,
    context::{Context, Gap},
    risk::Risk,
};
use crate::step::{Step, ViewStep};

pub(super) fn risks(step: &ViewStep, context: Context<'_>) -> Vec<Risk> {
    match step {
        ViewStep::Create { .. } | ViewStep::Replace(_) | ViewStep::Build(_) => Vec::new(),
        ViewStep::Rename { .. } => vec![Risk::new(
            BreaksRunningCode,
            "code that uses the old name fails",
            "stop the old code first, or create a second view, switch, and drop the old one later",
        )],
        ViewStep::Drop { comes_back: false, .. } => vec![Risk::new(
            BreaksRunningCode,
            "code that still uses the view fails",
            "deploy code that no longer uses it first",
        )],
        ViewStep::Drop { view, comes_back: true } => {
            let mut risks = Vec::new();
            if context.comes_back() != Some(Gap::None) {
                risks.push(if view.materialized { COMPUTED_AGAIN } else { MISSING });
            }
            risks.push(GRANTS_ARE_LOST);
            risks.extend(comes_back_as(context.steps, view).and_then(|next| lost_columns(view, next)));
            risks
        }
        ViewStep::Swap { previous, next } => {
            std::iter::once(GRANTS_ARE_LOST).chain(lost_columns(previous, next)).collect()
        }
    }
}

const GRANTS_ARE_LOST: Risk = Risk::new(
    BreaksRunningCode,
    "rights that were granted on it, its comment and its triggers are lost",
    "make them again in a custom migration right after this one",
);

const MISSING: Risk = Risk::new(
    BreaksRunningCode,
    "code that uses it fails until it is created again, some transactions later",
    "stop the code that uses it while the migration runs",
);

const COMPUTED_AGAIN: Risk = Risk::new(
    BreaksRunningCode,
    "code that uses it fails until its rows are computed again and its indexes built",
    "create another one beside it that does not read what changes, switch to it, and drop this one in a migration before",
);

fn comes_back_as<'a>(steps: &'a [Step], view: &View) -> Option<&'a View> {
    steps.iter().find_map(|step| match step {
        Step::View(ViewStep::Create { view: next, .. }) if next.name == view.name => Some(next),
        _ => None,
    })
}

/// Whether code that knows the columns of before finds them.
fn lost_columns(previous: &View, next: &View) -> Option<Risk> {
    let is_lost = previous.columns.iter().any(|column| !next.columns.contains(column));
    is_lost.then_some(Risk::new(
        BreaksRunningCode,
        "code that selects a column that is gone or has another type fails",
        "create a second view with the new columns, switch to it, and drop this one later",
    ))
}
