use levity::schema::{Index, ObjectName};

use crate::{
    plan::plan,
    step::{Constraint, Step},
};

/// A step among the others of its migration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) steps: &'a [Step],
    pub(super) position: usize,
}

impl<'a> Context<'a> {
    pub(super) fn step(self) -> &'a Step {
        &self.steps[self.position]
    }

    /// Whether the step adds a part to a table that is new.
    pub(super) fn is_new(self) -> bool {
        let (Step::AddConstraint { table, .. } | Step::CreateIndex { table, .. }) = self.step() else {
            return false;
        };
        self.steps.iter().any(|step| matches!(step, Step::CreateTable(created) if created.name == *table))
    }

    /// Whether a column that loses its default or identity gets another one.
    pub(super) fn gets_another_value(self) -> bool {
        let (Step::DropDefault { table, column }
        | Step::DropIdentity { table, column }
        | Step::DropExpression { table, column }) = self.step()
        else {
            return false;
        };
        self.steps.iter().any(|step| match step {
            Step::SetDefault { table: other, column: name, .. }
            | Step::AddIdentity { table: other, column: name, .. } => other == table && name == column,
            _ => false,
        })
    }

    /// Whether what the step drops comes back, and if so, whether only in a later stage.
    pub(super) fn comes_back(self) -> Option<Gap> {
        let later = &self.steps[self.position + 1..];
        let between = later.iter().position(|step| takes_the_place(self.step(), step))?;
        let until_then = &self.steps[self.position..=self.position + between];
        // A unique index is built in a stage of its own. Foreign keys and checks begin with a change of the catalog.
        let shares_a_stage = match &later[between] {
            Step::AddConstraint { constraint: Constraint::ForeignKey(_) | Constraint::Check(_), .. } => {
                plan(until_then).len() == 1
            }
            _ => false,
        };
        Some(if shares_a_stage { Gap::None } else { Gap::Stages })
    }

    /// Whether a constraint refuses rows that could be written before. It does not when it only comes back, and when
    /// code that knows nothing of a new column leaves NULL in it.
    pub(super) fn refuses_more(self, table: &ObjectName, constraint: &Constraint) -> bool {
        let was_there = self.steps[..self.position].iter().any(|step| match step {
            Step::DropConstraint { table: other, constraint: before } => {
                other == table && refuses_the_same(before, constraint)
            }
            _ => false,
        });
        let columns: Vec<&str> = match constraint {
            Constraint::PrimaryKey(key) => key.columns.iter().map(String::as_str).collect(),
            Constraint::Unique(unique) if unique.nulls_not_distinct => Vec::new(),
            Constraint::Unique(unique) => unique.columns.iter().map(String::as_str).collect(),
            Constraint::ForeignKey(key) => key.columns.iter().map(String::as_str).collect(),
            Constraint::Check(_) => Vec::new(),
        };
        !was_there && !self.leaves_out(table, &columns)
    }

    /// The same for a unique index.
    pub(super) fn index_refuses_more(self, table: &ObjectName, index: &Index) -> bool {
        let columns = index.keys.iter().filter_map(|key| key.part.column());
        let was_there = self.steps[..self.position].iter().any(|step| match step {
            Step::DropIndex { table: other, name, unique } => {
                *unique && other == table && *name == index.name
            }
            _ => false,
        });
        index.unique && !was_there && !self.leaves_out(table, &columns.collect::<Vec<_>>())
    }

    /// Whether one of the columns is new, and no value is put into it by itself.
    fn leaves_out(self, table: &ObjectName, columns: &[&str]) -> bool {
        self.steps.iter().any(|step| match step {
            Step::AddColumn { table: other, column } => {
                other == table
                    && column.default.is_none()
                    && column.generated.is_none()
                    && columns.contains(&column.name.as_str())
            }
            _ => false,
        })
    }
}

/// Whether something is missing between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Both are one transaction.
    None,
    /// Others can work in between.
    Stages,
}

fn takes_the_place(dropped: &Step, added: &Step) -> bool {
    match (dropped, added) {
        (
            Step::DropConstraint { table, constraint: before },
            Step::AddConstraint { table: other, constraint: after },
        ) => {
            let is_primary_key = matches!(before, Constraint::PrimaryKey(_));
            table == other
                && before.kind() == after.kind()
                && (is_primary_key || before.name() == after.name())
        }
        (Step::DropWithColumn { table, kind, name }, Step::AddConstraint { table: other, constraint }) => {
            let is_primary_key = matches!(constraint, Constraint::PrimaryKey(_));
            table == other && *kind == constraint.kind() && (is_primary_key || name == constraint.name())
        }
        (
            Step::DropWithColumn { table, kind: "unique index", name },
            Step::CreateIndex { table: other, index },
        ) => table == other && index.unique && *name == index.name,
        (Step::DropIndex { table, name, unique: true }, Step::CreateIndex { table: other, index }) => {
            table == other && index.unique && *name == index.name
        }
        _ => false,
    }
}

fn refuses_the_same(previous: &Constraint, next: &Constraint) -> bool {
    match (previous, next) {
        (Constraint::PrimaryKey(previous), Constraint::PrimaryKey(next)) => previous.columns == next.columns,
        (Constraint::ForeignKey(previous), Constraint::ForeignKey(next)) => {
            previous.columns == next.columns
                && previous.references == next.references
                && previous.referenced_columns == next.referenced_columns
        }
        (previous, next) => previous == next,
    }
}
