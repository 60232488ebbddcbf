use levity::sql::{quote_ident, quote_name};

use super::{Kind, Operation, Operations};
use crate::{
    render,
    step::{SequenceStep, Step},
};

/// Whether a column asks a sequence from now on that has to start after its values. In between nobody may write the column.
pub(crate) fn starts_with_default(left: &Step, right: &Step) -> bool {
    match (left, right) {
        (
            Step::SetDefault { table, column, .. },
            Step::Sequence(SequenceStep::Continue { table: other, column: of, .. }),
        ) => table == other && column == of,
        _ => false,
    }
}

impl Operations<'_> {
    /// The two of them in one transaction.
    pub(super) fn push_start(&mut self, default: &Step, start: &SequenceStep) {
        let first = self.list.len();
        self.push_step(default);
        self.push_sequence_step(start);
        let parts: Vec<Operation> = self.list.drain(first..).collect();
        let is_long = parts.iter().any(|part| part.kind == Kind::Long);
        let kind = if is_long { Kind::Long } else { Kind::Short };
        self.push_all(kind, parts.into_iter().flat_map(|part| part.statements).collect());
    }

    pub(super) fn push_sequence_step(&mut self, step: &SequenceStep) {
        match step {
            SequenceStep::Create(sequence) => self.push(Kind::Fresh, render::create_sequence(sequence)),
            SequenceStep::Rename { previous, next } => self.push(
                Kind::Short,
                format!("ALTER SEQUENCE {} RENAME TO {}", quote_name(previous), quote_ident(&next.name)),
            ),
            SequenceStep::Alter { previous, next } => {
                self.push(Kind::Short, render::change_sequence(previous, next));
            }
            SequenceStep::SetOwner { name, owner } => {
                let is_new = owner.as_ref().is_some_and(|owner| self.created.contains(&owner.table));
                let kind = if is_new { Kind::Fresh } else { Kind::Short };
                self.push(kind, render::own_sequence(name, owner.as_ref()));
            }
            SequenceStep::Continue { name, table, column, indexed } => {
                let kind = if *indexed { Kind::Short } else { Kind::Long };
                self.push(kind, render::continue_sequence(name, table, column));
            }
            SequenceStep::Drop { name } => {
                self.push(Kind::Short, format!("DROP SEQUENCE {}", quote_name(name)));
            }
            SequenceStep::DropWithOwner { .. } => {}
        }
    }
}
