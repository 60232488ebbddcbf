use levity::schema::ObjectName;

use super::{
    HazardKind, column, constraint,
    context::Context,
    domain, enum_type, extension, generated, index, key,
    lock::{Lock, LockMode},
    partition, sequence, storage, table,
    three_steps::THREE_STEPS,
    view,
};
use crate::step::{Constraint, Step};

/// A hazard before it is known of which step.
pub(super) struct Risk {
    pub(super) kind: HazardKind,
    pub(super) lock: Option<Lock>,
    pub(super) explanation: &'static str,
    pub(super) safer_way: &'static str,
    pub(super) steps: Vec<String>,
}

impl Risk {
    pub(super) const fn new(kind: HazardKind, explanation: &'static str, safer_way: &'static str) -> Self {
        Self { kind, lock: None, explanation, safer_way, steps: Vec::new() }
    }

    /// What only a sequence of migrations does safely; where there is none, the safer way stays as it is said.
    pub(super) fn in_steps(self, steps: Vec<String>) -> Self {
        if steps.is_empty() { self } else { Self { safer_way: THREE_STEPS, steps, ..self } }
    }

    /// The table cannot be used while it lasts.
    pub(super) fn while_locked(self, table: &ObjectName) -> Self {
        Self { lock: Some(Lock { table: table.clone(), mode: LockMode::AccessExclusive }), ..self }
    }
}

/// What a step risks. Each kind of object has a file of its own.
pub(super) fn risks(context: Context<'_>) -> Vec<Risk> {
    match context.step() {
        Step::DropTable { .. } => table::dropped(),
        Step::RenameTable { previous, next } => table::renamed(previous, next),
        Step::SetLogged { table, logged } => storage::logged(table, *logged),

        Step::AddColumn { table, column, rules } => column::added(table, column, rules),
        Step::RenameColumn { table, previous, next } => column::renamed(table, previous, next),
        Step::DropColumn { .. } => column::dropped(),
        Step::AlterType { .. } => column::converted(context.step()),
        Step::RecreateColumn { table, previous, next, rules } => {
            generated::recreated(table, previous, next, rules)
        }
        Step::DropDefault { .. } | Step::DropIdentity { .. } | Step::DropExpression { .. } => {
            column::without_value()
        }
        Step::SetNotNull { .. } => column::required(),
        Step::DropNotNull { .. } => column::nullable(),
        Step::AddIdentity { table, identity, indexed, .. } => column::numbered(table, *identity, *indexed),
        Step::SetSequence { previous, next, .. } => storage::sequence(previous, next),
        Step::SetIdentity { identity, .. } => column::renumbered(*identity),

        Step::AddConstraint { table, constraint, partitioned } => {
            let mut risks = constraint::added(table, constraint, context.refused_by(table, constraint));
            if let (true, Constraint::ForeignKey(key)) = (*partitioned, constraint) {
                risks.extend(partition::foreign_key(table, key));
            }
            risks
        }
        Step::ReplaceKey { table, previous, next, partitioned, .. } => {
            let mut risks = key::replaced(table, previous, next, context.refused_by(table, next));
            if *partitioned && next.unique_index().is_some() {
                risks.push(partition::replaced_key(table));
            }
            risks
        }
        Step::KeyFromIndex { constraint, .. } => key::from_index(constraint),
        Step::IndexForKey { table, previous, next } => {
            key::replaced_by_index(previous, next, context.refused_by_index(table, next))
        }
        Step::AlterDeferrable { previous, next, .. } => {
            key::checked_earlier(*previous, *next).into_iter().collect()
        }
        Step::DropConstraint { constraint, .. } => constraint::dropped(constraint, context.comes_back()),
        Step::DropWithColumn { kind, .. } => {
            constraint::dropped_with_column(kind, context.comes_back().is_some())
        }

        Step::CreateIndex { table, index, .. } => index::built(index, context.refused_by_index(table, index)),
        Step::ReplaceIndex { table, previous, next, .. } => {
            index::replaced(previous, next, context.refused_by_index(table, next))
        }
        Step::DropIndex { unique, .. } => index::dropped(*unique, context.comes_back()),

        Step::Extension(step) => extension::risks(step),
        Step::Sequence(step) => sequence::risks(step, context),
        Step::Domain(step) => domain::risks(step),
        Step::RenameEnumType { .. } => enum_type::renamed(),
        Step::RenameEnumValue { .. } => enum_type::value_renamed(),

        Step::Partition(step) => partition::risks(step),
        Step::View(step) => view::risks(step, context),

        Step::CreateNamespace { .. }
        | Step::SetStorage { .. }
        | Step::SetComment { .. }
        | Step::CreateEnumType(_)
        | Step::AddEnumValue { .. }
        | Step::DropEnumType { .. }
        | Step::CreateTable(_)
        | Step::SetDefault { .. }
        | Step::RenameConstraint { .. }
        | Step::AlterStorage { .. }
        | Step::RenameIndex { .. } => Vec::new(),
    }
}
