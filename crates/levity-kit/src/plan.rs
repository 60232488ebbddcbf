//! Steps, cut into the stages in which the runner applies them.
//!
//! A table that exists is assumed to be large and in use. So indexes are built concurrently, constraints are added
//! without a look at the rows and validated afterwards, and a stage that holds a strong lock does nothing that takes
//! long. What the migration itself creates has no rows and no users: all of that goes into one plain transaction.

mod added;
mod conversion;
mod operation;
mod volatility;

use std::time::Duration;

use levity::{migrate::file::Stage, migrate::file::StageOptions};

use crate::step::Step;
pub(crate) use added::reads_rows_to_add;
use operation::{Kind, Operation, operations};
pub(crate) use volatility::{leaves_rows_without, rewrites_to_add};

/// How long a stage of catalog changes waits for its locks. Everything that comes after it on the table waits behind
/// it, so it gives up soon and is tried again.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);

/// The stages of a migration. No steps make no stages.
pub fn plan(steps: &[Step]) -> Vec<Stage> {
    let mut stages: Vec<(Kind, Stage)> = Vec::new();
    for Operation { kind, statements } in operations(steps) {
        let statements = statements.into_iter().map(|sql| format!("{sql};"));
        match stages.last_mut() {
            Some((last, stage)) if last.can_share_a_stage(&kind) => {
                stage.statements.extend(statements);
                if kind == Kind::Short {
                    *last = Kind::Short;
                }
            }
            _ => stages
                .push((kind, Stage { options: StageOptions::default(), statements: statements.collect() })),
        }
    }
    stages.into_iter().map(|(kind, stage)| Stage { options: options(kind), ..stage }).collect()
}

impl Kind {
    fn can_share_a_stage(&self, next: &Self) -> bool {
        match (self, next) {
            (Self::Fresh | Self::Short, Self::Fresh | Self::Short) | (Self::EnumValue, Self::EnumValue) => {
                true
            }
            (
                Self::Fresh
                | Self::Short
                | Self::EnumValue
                | Self::Long
                | Self::Validate
                | Self::Concurrent(_),
                _,
            ) => false,
        }
    }
}

fn options(kind: Kind) -> StageOptions {
    let default = StageOptions::default();
    match kind {
        Kind::Fresh | Kind::Validate => default,
        Kind::Short | Kind::Long | Kind::EnumValue => {
            StageOptions { lock_timeout: Some(LOCK_TIMEOUT), ..default }
        }
        Kind::Concurrent(builds_index) => StageOptions { transaction: false, builds_index, ..default },
    }
}
