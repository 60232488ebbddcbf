//! The hazards of a migration, and a person's consent to them.

use levity_kit::{
    generate::Generated,
    hazard::{Hazard, HazardKind},
};

use super::Result;
use crate::{
    args::{Acceptance, one_line},
    context::Context,
    failure::Failure,
    hazard::describe,
    printer::note,
    prompt,
};

/// Takes the reasons that the flags give, and asks for the others where there is somebody to ask. What is left then refuses
/// the migration.
pub(super) async fn accept(
    context: &Context,
    acceptances: &[Acceptance],
    generated: &mut Generated,
) -> Result<()> {
    for Acceptance { kinds, reason } in acceptances {
        for kind in kinds {
            if !generated.accept(*kind, reason) {
                return Err(Failure::NothingToAccept { kind: *kind });
            }
        }
    }
    if prompt::can_ask(context) {
        for kind in HazardKind::ALL {
            let open: Vec<&Hazard> =
                generated.hazards.iter().filter(|hazard| hazard.kind == kind && hazard.is_open()).collect();
            if open.is_empty() {
                continue;
            }
            open.iter().flat_map(|hazard| describe(hazard)).for_each(note);
            let answer = prompt::text(&format!("Why is {kind} accepted? (empty: it is not)")).await?;
            let reason = one_line(&answer).ok_or(Failure::Declined)?;
            generated.accept(kind, &reason);
        }
    }
    let hazards: Vec<Hazard> = generated.hazards.iter().filter(|hazard| hazard.is_open()).cloned().collect();
    if hazards.is_empty() { Ok(()) } else { Err(Failure::Hazards { hazards }) }
}
