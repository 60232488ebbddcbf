//! Steps, cut into the stages in which the runner applies them.
//!
//! A table that exists is assumed to be large and in use. So indexes are built concurrently, constraints are added
//! without a look at the rows and validated afterwards, and a stage that holds a strong lock does nothing that takes
//! long. What the migration itself creates has no rows and no users: all of that goes into one plain transaction.

mod conversion;
mod operation;
mod volatility;

use std::{collections::BTreeSet, time::Duration};

use levity::{migrate::file::Stage, migrate::file::StageOptions};

use crate::{
    hazard::{Hazard, HazardKind},
    step::Step,
};
pub(crate) use operation::starts_with_default;
use operation::{Kind, Operation, operations};
pub(crate) use volatility::{leaves_rows_without, rewrites_to_add};

/// How long a stage of catalog changes waits for its locks. Everything that comes after it on the table waits behind
/// it, so it gives up soon and is tried again.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);

/// The stages of a migration. No steps make no stages.
pub fn plan(steps: &[Step]) -> Vec<Stage> {
    planned(steps).into_iter().map(|planned| planned.stage).collect()
}

/// The stages of a migration, each with the hazards of the steps that begin in it: those that a person has to accept.
pub(crate) fn plan_with(steps: &[Step], hazards: &[Hazard]) -> Vec<Stage> {
    let mut begun = BTreeSet::new();
    let mut stages = Vec::new();
    for Planned { mut stage, steps } in planned(steps) {
        let begins: BTreeSet<usize> = steps.difference(&begun).copied().collect();
        let kinds: BTreeSet<HazardKind> = (hazards.iter())
            .filter(|hazard| hazard.is_open() && begins.contains(&hazard.position))
            .map(|hazard| hazard.kind)
            .collect();
        stage.options.hazards = kinds.into_iter().map(|kind| kind.name().to_owned()).collect();
        begun.extend(steps);
        stages.push(stage);
    }
    stages
}

struct Planned {
    stage: Stage,
    /// The places of the steps of which it has a part.
    steps: BTreeSet<usize>,
}

fn planned(steps: &[Step]) -> Vec<Planned> {
    let mut stages: Vec<(Kind, Planned)> = Vec::new();
    let operations = operations(steps);
    let kinds: Vec<Kind> = operations.iter().map(|operation| operation.kind.clone()).collect();
    for (position, Operation { steps, kind, statements }) in operations.into_iter().enumerate() {
        let statements = statements.into_iter().map(|sql| format!("{sql};"));
        match stages.last_mut() {
            Some((last, planned)) if last.can_share_a_stage(&kinds[position..]) => {
                planned.stage.statements.extend(statements);
                planned.steps.extend(steps);
                *last = last.joined(&kind);
            }
            _ => {
                let stage = Stage { options: StageOptions::default(), statements: statements.collect() };
                stages.push((kind, Planned { stage, steps: steps.collect() }));
            }
        }
    }
    let with_options = |(kind, planned): (Kind, Planned)| Planned {
        stage: Stage { options: options(kind), ..planned.stage },
        ..planned
    };
    stages.into_iter().map(with_options).collect()
}

impl Kind {
    /// Whether the first of the kinds that come can be done in a stage that is of this kind so far.
    fn can_share_a_stage(&self, coming: &[Self]) -> bool {
        let Some(next) = coming.first() else { return false };
        match (self, next) {
            // A view is dropped in the stage that does what it makes room for.
            (Self::Fresh | Self::Short | Self::CreateView, Self::DropView) => {
                coming.iter().find(|kind| **kind != Self::DropView) != Some(&Self::Long)
            }
            (
                Self::Fresh | Self::Short | Self::DropView | Self::CreateView,
                Self::Fresh | Self::Short | Self::CreateView,
            )
            | (Self::DropView, Self::DropView | Self::Long)
            | (Self::Long, Self::CreateView)
            | (Self::EnumValue, Self::EnumValue) => true,
            (
                Self::Fresh
                | Self::Short
                | Self::EnumValue
                | Self::Long
                | Self::Validate
                | Self::DropView
                | Self::CreateView
                | Self::Concurrent(_)
                | Self::OnPartitions(_),
                _,
            ) => false,
        }
    }

    /// What a stage of this kind is with something in it that it can share.
    fn joined(&self, next: &Self) -> Self {
        match (self, next) {
            (Self::Long, _) | (_, Self::Long) => Self::Long,
            (Self::Fresh, Self::Fresh) => Self::Fresh,
            (Self::DropView, Self::DropView) => Self::DropView,
            (Self::EnumValue, _) => Self::EnumValue,
            _ => Self::Short,
        }
    }
}

fn options(kind: Kind) -> StageOptions {
    let default = StageOptions::default();
    match kind {
        Kind::Fresh | Kind::Validate => default,
        Kind::Short | Kind::Long | Kind::EnumValue | Kind::DropView | Kind::CreateView => {
            StageOptions { lock_timeout: Some(LOCK_TIMEOUT), ..default }
        }
        Kind::Concurrent(builds_index) => StageOptions { transaction: false, builds_index, ..default },
        Kind::OnPartitions(index) => StageOptions {
            transaction: false,
            lock_timeout: Some(LOCK_TIMEOUT),
            builds_index: Some(index),
            on_partitions: true,
            ..default
        },
    }
}
