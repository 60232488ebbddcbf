use std::fmt;

use super::{MigrateError, StageId, apply::Work};

/// A stage with hazards that nobody has acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnacknowledgedStage {
    /// The stage.
    pub stage: StageId,
    /// Its hazards that are not acknowledged, by name.
    pub hazards: Vec<String>,
}

impl fmt::Display for UnacknowledgedStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has `{}`", self.stage, self.hazards.join("`, `"))
    }
}

/// Fails where one of the stages has a hazard that nobody has acknowledged.
pub(super) fn refuse_unacknowledged<'a>(stages: impl Iterator<Item = Work<'a>>) -> Result<(), MigrateError> {
    let stages: Vec<UnacknowledgedStage> = stages
        .map(|work| UnacknowledgedStage {
            stage: work.id(),
            hazards: work.options().unacknowledged().map(str::to_owned).collect(),
        })
        .filter(|stage| !stage.hazards.is_empty())
        .collect();
    if stages.is_empty() { Ok(()) } else { Err(MigrateError::Unacknowledged { stages }) }
}
