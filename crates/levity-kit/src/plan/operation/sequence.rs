use levity::sql::{quote_ident, quote_name};

use super::{Kind, Operations};
use crate::{render, step::SequenceStep};

impl Operations<'_> {
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
