//! When a view makes room for a change, and when it comes back.
//!
//! PostgreSQL refuses to change the type of a column that a view reads, to drop such a column, its table or its type, and
//! to drop the primary key that the view's groups rest on. Then the view goes before and comes back after, and so do the
//! views over it.

use super::{
    super::order::{Phase, Steps},
    Reads, ViewPlan,
};
use crate::step::{Constraint, DomainStep, SequenceStep, Step};

/// When a view is dropped, from early to late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Drop {
    /// Before everything else.
    First,
    /// Before the columns that it reads get another type.
    BeforeConversion,
    /// Before the views of the next schema are created.
    RightBefore,
    /// Before columns, tables and types are dropped.
    Last,
}

/// When a view is created or replaced, from early to late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Create {
    /// As soon as the columns that it reads have their types.
    AfterConversion,
    /// After the changes of all tables, and before anything is dropped.
    WithOthers,
    /// After columns, tables and types are dropped.
    Last,
}

impl Drop {
    pub(super) fn phase(self) -> Phase {
        match self {
            Self::First => Phase::DropViewsInTheWay,
            Self::BeforeConversion => Phase::DropConvertedViews,
            Self::RightBefore => Phase::DropChangedViews,
            Self::Last => Phase::DropObsoleteViews,
        }
    }

    /// When a view can be back that is dropped then.
    fn back(self) -> Create {
        match self {
            Self::BeforeConversion => Create::AfterConversion,
            Self::First | Self::RightBefore => Create::WithOthers,
            Self::Last => Create::Last,
        }
    }
}

impl Create {
    pub(super) fn phase(self) -> Phase {
        match self {
            Self::AfterConversion => Phase::CreateConvertedViews,
            Self::WithOthers => Phase::CreateViews,
            Self::Last => Phase::CreateLateViews,
        }
    }
}

/// Lets every view make room for the steps and for the views that it reads.
pub(super) fn settle(plans: &mut [ViewPlan<'_>], steps: &Steps) {
    // The views whose older query reads what is dropped at the end.
    let mut obsolete: Vec<bool> = Vec::new();
    for plan in plans.iter_mut() {
        let mut reads_dropped = false;
        for (phase, step) in steps.iter() {
            make_room(plan, phase, step, &mut reads_dropped);
        }
        obsolete.push(reads_dropped);
    }
    // What one view does moves others, until nothing moves any more: drops only get earlier and creations only later.
    loop {
        let mut moved = false;
        for position in 0..plans.len() {
            for other in (0..plans.len()).filter(|other| *other != position) {
                moved |= follow(plans, position, other);
            }
            let plan = &mut plans[position];
            if obsolete[position] && plan.drop.is_none() && plan.create == Some(Create::Last) {
                plan.rebuild(Drop::Last, Create::Last);
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
}

/// What one step asks of a view.
fn make_room(plan: &mut ViewPlan<'_>, phase: Phase, step: &Step, reads_dropped: &mut bool) {
    let before = |reads: &dyn Fn(&Reads<'_>) -> bool| plan.reads.previous.as_ref().is_some_and(reads);
    let after = |reads: &dyn Fn(&Reads<'_>) -> bool| plan.reads.next.as_ref().is_some_and(reads);
    // Whether the older query and the next one read what is dropped.
    let mut dropped = None;
    match step {
        Step::AlterType { table, column, .. } => {
            if before(&|reads| reads.mentions_column(table, column)) {
                plan.rebuild(Drop::BeforeConversion, Create::AfterConversion);
            }
        }
        Step::RecreateColumn { table, next, .. } => {
            if before(&|reads| reads.mentions_column(table, &next.name)) {
                plan.rebuild(Drop::BeforeConversion, Create::AfterConversion);
            }
        }
        // A generated column makes room for the conversion of what it reads.
        Step::DropColumn { table, column } if phase < Phase::DropColumns => {
            if before(&|reads| reads.mentions_column(table, column)) {
                plan.rebuild(Drop::BeforeConversion, Create::AfterConversion);
            }
        }
        Step::RenameEnumType { previous, .. } | Step::Domain(DomainStep::Rename { previous, .. }) => {
            if phase == Phase::SetTypesAside && before(&|reads| reads.mentions_type(previous)) {
                plan.rebuild(Drop::BeforeConversion, Create::AfterConversion);
            }
        }
        Step::DropConstraint { table, constraint: Constraint::PrimaryKey(_) }
        | Step::ReplaceKey { table, previous: Constraint::PrimaryKey(_), .. }
        | Step::IndexForKey { table, previous: Constraint::PrimaryKey(_), .. } => {
            if before(&|reads| reads.groups && reads.mentions_table(table)) {
                plan.rebuild(Drop::First, Create::WithOthers);
            }
        }
        Step::AddConstraint { table, constraint: Constraint::PrimaryKey(_), .. }
        | Step::KeyFromIndex { table, constraint: Constraint::PrimaryKey(_), .. } => {
            if after(&|reads| reads.groups && reads.mentions_table(table)) {
                plan.create = plan.create.map(|create| create.max(Create::WithOthers));
            }
        }
        Step::DropTable { name } if phase == Phase::DropInTheWay => {
            if before(&|reads| reads.mentions_table(name)) {
                plan.rebuild(Drop::First, Create::WithOthers);
            }
        }
        Step::DropTable { name } => {
            let reads = |reads: &Reads<'_>| reads.mentions_table(name);
            dropped = Some((before(&reads), after(&reads)));
        }
        Step::Sequence(SequenceStep::Drop { name } | SequenceStep::DropWithOwner { name, .. })
            if phase == Phase::DropInTheWay =>
        {
            if before(&|reads| reads.mentions_sequence(name)) {
                plan.rebuild(Drop::First, Create::WithOthers);
            }
        }
        Step::Sequence(SequenceStep::Drop { name } | SequenceStep::DropWithOwner { name, .. }) => {
            let reads = |reads: &Reads<'_>| reads.mentions_sequence(name);
            dropped = Some((before(&reads), after(&reads)));
        }
        Step::DropEnumType { name } | Step::Domain(DomainStep::Drop { name }) => {
            let reads = |reads: &Reads<'_>| reads.mentions_type(name);
            dropped = Some((before(&reads), after(&reads)));
        }
        Step::DropColumn { table, column } => {
            let reads = |reads: &Reads<'_>| reads.mentions_column(table, column);
            dropped = Some((before(&reads), after(&reads)));
        }
        Step::CreateNamespace { .. }
        | Step::Extension(_)
        | Step::Domain(_)
        | Step::Sequence(_)
        | Step::CreateEnumType(_)
        | Step::RenameEnumValue { .. }
        | Step::AddEnumValue { .. }
        | Step::CreateTable(_)
        | Step::RenameTable { .. }
        | Step::AddColumn { .. }
        | Step::RenameColumn { .. }
        | Step::DropWithColumn { .. }
        | Step::SetStorage { .. }
        | Step::SetLogged { .. }
        | Step::SetComment { .. }
        | Step::SetSequence { .. }
        | Step::DropExpression { .. }
        | Step::SetDefault { .. }
        | Step::DropDefault { .. }
        | Step::SetNotNull { .. }
        | Step::DropNotNull { .. }
        | Step::AddIdentity { .. }
        | Step::SetIdentity { .. }
        | Step::DropIdentity { .. }
        | Step::AddConstraint { .. }
        | Step::ReplaceKey { .. }
        | Step::KeyFromIndex { .. }
        | Step::IndexForKey { .. }
        | Step::AlterDeferrable { .. }
        | Step::AlterStorage { .. }
        | Step::RenameConstraint { .. }
        | Step::DropConstraint { .. }
        | Step::CreateIndex { .. }
        | Step::ReplaceIndex { .. }
        | Step::RenameIndex { .. }
        | Step::DropIndex { .. }
        | Step::Partition(_)
        | Step::View(_) => {}
    }
    match dropped {
        // The query is the same or still uses the name: it must not be read while the name has two meanings.
        Some((true, true)) => plan.rebuild(Drop::Last, Create::Last),
        Some((false, true)) => plan.create = plan.create.map(|_| Create::Last),
        // Another query takes its place before.
        Some((true, false)) => *reads_dropped = true,
        Some((false, false)) | None => {}
    }
}

/// Moves a view before the drop of one that it reads, and after its creation. Returns whether it was moved.
fn follow(plans: &mut [ViewPlan<'_>], position: usize, other: usize) -> bool {
    let (name, drop, create) = (plans[other].name(), plans[other].drop, plans[other].create);
    let plan = &mut plans[position];
    let mut moved = false;
    let mentions = |reads: &Option<Reads<'_>>| reads.as_ref().is_some_and(|reads| reads.mentions_view(name));
    if let Some(drop) = drop.filter(|_| mentions(&plan.reads.previous)) {
        let is_replaced_before = drop == Drop::Last
            && plan.drop.is_none()
            && plan.create == Some(Create::WithOthers)
            && !mentions(&plan.reads.next);
        if !is_replaced_before && plan.drop.is_none_or(|own| own > drop) {
            plan.rebuild(drop, drop.back());
            moved = true;
        }
    }
    if let Some((create, own)) = create.zip(plan.create)
        && own < create
        && mentions(&plan.reads.next)
    {
        plan.create = Some(create);
        moved = true;
    }
    moved
}
