//! Views, which stand over everything else: what the other steps do to the tables decides which of them are in the way.

mod names;
mod reads;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{ObjectName, Schema, View};

use super::{
    enum_type::Rebuilds,
    graph::dependencies_first,
    index,
    order::{Phase, Steps},
    pair::Pair,
    rename::Renames,
    table::TablePair,
};
use crate::step::{Step, ViewStep};
use names::NewNames;
use reads::Reads;
use window::{Create, Drop, settle};

/// A view on one side or on both, and what becomes of it.
struct ViewPlan<'a> {
    previous: Option<&'a View>,
    next: Option<&'a View>,
    reads: Pair<Option<Reads<'a>>>,
    /// When it is dropped, if it is.
    drop: Option<Drop>,
    /// When it is created or replaced, if it is.
    create: Option<Create>,
}

impl<'a> ViewPlan<'a> {
    fn name(&self) -> &'a ObjectName {
        let view = self.next.or(self.previous).expect("a view is on one side at least");
        &view.name
    }

    /// Whether `CREATE OR REPLACE VIEW` can make the next view of the previous one: the columns stay, and new ones are
    /// the last.
    fn is_replaceable(&self) -> bool {
        self.previous.zip(self.next).is_some_and(|(previous, next)| {
            !previous.materialized && !next.materialized && next.columns.starts_with(&previous.columns)
        })
    }

    /// Drops it at the latest then, and creates it again at the earliest then.
    fn rebuild(&mut self, drop: Drop, create: Create) {
        self.drop = Some(self.drop.map_or(drop, |before| before.min(drop)));
        if self.next.is_some() {
            self.create = Some(self.create.map_or(create, |before| before.max(create)));
        }
    }
}

/// Called last: the steps that are there decide which views make room.
pub(super) fn push_steps(
    schemas: Pair<&Schema>,
    renames: &Renames,
    names_in_use: &BTreeSet<ObjectName>,
    rebuilds: &Rebuilds,
    steps: &mut Steps,
) {
    if schemas.previous.views.is_empty() && schemas.next.views.is_empty() {
        return;
    }
    let new_names = NewNames::new(renames, schemas);
    let mut plans = plans(schemas, renames, names_in_use);
    let resized = resized_relations(steps, &plans);
    for plan in &mut plans {
        if let Some((previous, next)) = plan.previous.zip(plan.next)
            && is_changed(Pair { previous, next }, plan.reads.next.as_ref(), &resized, &new_names)
        {
            if plan.is_replaceable() {
                plan.create = Some(Create::WithOthers);
            } else {
                plan.rebuild(Drop::RightBefore, Create::WithOthers);
            }
        }
    }
    settle(&mut plans, steps);
    push_drop_steps(&plans, steps);
    push_create_steps(&plans, schemas.previous, steps);
    push_index_steps(&plans, schemas, names_in_use, rebuilds, steps);
}

/// The views of both sides by name, those that are new or gone with their steps.
fn plans<'a>(
    schemas: Pair<&'a Schema>,
    renames: &'a Renames,
    names_in_use: &BTreeSet<ObjectName>,
) -> Vec<ViewPlan<'a>> {
    let mut sides: BTreeMap<&ObjectName, (Option<&View>, Option<&View>)> = BTreeMap::new();
    for view in &schemas.previous.views {
        sides.entry(&view.name).or_default().0 = Some(view);
    }
    for view in &schemas.next.views {
        sides.entry(&view.name).or_default().1 = Some(view);
    }
    let plan = |(previous, next): (Option<&'a View>, Option<&'a View>)| ViewPlan {
        previous,
        next,
        reads: Pair {
            previous: previous.map(|view| Reads::of(view, Some(renames))),
            next: next.map(|view| Reads::of(view, None)),
        },
        drop: previous.filter(|_| next.is_none()).map(|view| {
            let taken = names_in_use.contains(&view.name)
                || view.indexes.iter().any(|index| names_in_use.contains(&view.name.sibling(&index.name)));
            if taken { Drop::First } else { Drop::Last }
        }),
        create: next.filter(|_| previous.is_none()).map(|_| Create::WithOthers),
    };
    sides.into_values().map(plan).collect()
}

/// Tables and views whose columns have other names than before, so that `*` means something else.
fn resized_relations(steps: &Steps, plans: &[ViewPlan<'_>]) -> BTreeSet<ObjectName> {
    let tables = steps.iter().filter_map(|(_, step)| match step {
        Step::AddColumn { table, .. } | Step::RenameColumn { table, .. } => Some(table.clone()),
        _ => None,
    });
    let names = |view: &View| view.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let views = plans.iter().filter(|plan| plan.previous.map(names) != plan.next.map(names));
    tables.chain(views.map(|plan| plan.name().clone())).collect()
}

fn is_changed(
    views: Pair<&View>,
    reads: Option<&Reads<'_>>,
    resized: &BTreeSet<ObjectName>,
    new_names: &NewNames,
) -> bool {
    let Pair { previous, next } = views;
    let reads_resized = |reads: &Reads<'_>| {
        reads.all_columns && resized.iter().any(|name| *name != next.name && reads.mentions_table(name))
    };
    previous.materialized != next.materialized
        || previous.columns != next.columns
        || previous.options != next.options
        || !new_names.same_query(views)
        || reads.is_some_and(reads_resized)
}

fn push_drop_steps(plans: &[ViewPlan<'_>], steps: &mut Steps) {
    let mut dropped: Vec<&ViewPlan<'_>> = plans.iter().filter(|plan| plan.drop.is_some()).collect();
    dropped = dependencies_first(dropped, |plan, other| {
        plan.reads.previous.as_ref().is_some_and(|reads| reads.mentions_view(other.name()))
    });
    for plan in dropped.into_iter().rev() {
        let (Some(view), Some(drop)) = (plan.previous, plan.drop) else { continue };
        if !swaps(plan, plans) {
            let (view, comes_back) = (view.clone(), plan.next.is_some());
            steps.push(drop.phase(), Step::View(ViewStep::Drop { view, comes_back }));
        }
    }
}

fn push_create_steps(plans: &[ViewPlan<'_>], previous: &Schema, steps: &mut Steps) {
    let created: Vec<&ViewPlan<'_>> = plans.iter().filter(|plan| plan.create.is_some()).collect();
    let created = dependencies_first(created, |plan, other| {
        plan.reads.next.as_ref().is_some_and(|reads| reads.mentions_view(other.name()))
    });
    let mut with_rows: BTreeSet<&ObjectName> = (previous.tables.iter().map(|table| &table.name))
        .chain(previous.views.iter().map(|view| &view.name))
        .collect();
    for plan in created {
        let (Some(next), Some(create), Some(reads)) = (plan.next, plan.create, &plan.reads.next) else {
            continue;
        };
        let reads_rows = with_rows.iter().any(|name| reads.mentions_table(name));
        if reads_rows {
            with_rows.insert(&next.name);
        }
        let step = match (plan.previous, plan.drop) {
            (Some(previous), Some(_)) if swaps(plan, plans) => {
                steps.push(Phase::BuildViews, Step::View(ViewStep::Build(next.clone())));
                ViewStep::Swap { previous: previous.clone(), next: next.clone() }
            }
            (Some(_), None) => ViewStep::Replace(next.clone()),
            (previous, _) => ViewStep::Create { view: next.clone(), again: previous.is_some(), reads_rows },
        };
        steps.push(create.phase(), Step::View(step));
    }
}

/// Whether a materialized view can be computed beside the one that is in use: nothing that it reads is in between, and the
/// one in use is not in the way of something that is dropped before.
fn swaps(plan: &ViewPlan<'_>, plans: &[ViewPlan<'_>]) -> bool {
    let Some(next) = plan.next.filter(|next| next.materialized) else { return false };
    let reads_none = |reads: &Option<Reads<'_>>, is_changed: fn(&ViewPlan<'_>) -> bool| {
        let mut others = plans.iter().filter(|other| other.name() != &next.name && is_changed(other));
        reads.as_ref().is_some_and(|reads| !others.any(|other| reads.mentions_view(other.name())))
    };
    plan.drop == Some(Drop::RightBefore)
        && plan.create == Some(Create::WithOthers)
        && reads_none(&plan.reads.next, |other| other.drop.is_some() || other.create.is_some())
        && reads_none(&plan.reads.previous, |other| other.drop.is_some_and(|drop| drop < Drop::Last))
}

/// The indexes of the materialized views that stay.
fn push_index_steps(
    plans: &[ViewPlan<'_>],
    schemas: Pair<&Schema>,
    names_in_use: &BTreeSet<ObjectName>,
    rebuilds: &Rebuilds,
    steps: &mut Steps,
) {
    for plan in plans.iter().filter(|plan| plan.drop.is_none()) {
        if let Some((previous, next)) = plan.previous.zip(plan.next) {
            let (previous, next) = (previous.as_table(), next.as_table());
            let tables = Pair { previous: &previous, next: &next };
            index::push_steps(&TablePair { tables, schemas, names_in_use, rebuilds }, steps);
        }
    }
}
