use levity::schema::{Index, ObjectName};

use crate::{
    plan::{plan, starts_with_default},
    step::{Constraint, Step, ViewStep},
    words::{Word, words},
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

    /// Whether the step is in the transaction of the one before, which gives a column its default.
    pub(super) fn follows_default(self) -> bool {
        let before = self.position.checked_sub(1).map(|position| &self.steps[position]);
        before.is_some_and(|before| starts_with_default(before, self.step()))
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
            // The rows of a materialized view are computed in a stage of their own.
            Step::View(_) => plan(&self.steps[self.position..=self.position + between + 1]).len() == 1,
            _ => false,
        };
        Some(if shares_a_stage { Gap::None } else { Gap::Stages })
    }

    /// Which rows a constraint refuses.
    pub(super) fn refused_by(self, table: &ObjectName, constraint: &Constraint) -> Refused {
        let was_there = self.steps[..self.position].iter().any(|step| match step {
            Step::DropConstraint { table: other, constraint: before } => {
                other == table && refuses_the_same(before, constraint)
            }
            _ => false,
        });
        let adds_empty = |names: &[String]| self.adds_empty(table).any(|name| names.contains(name));
        let holds_already = match constraint {
            Constraint::PrimaryKey(key) => adds_empty(&key.columns),
            Constraint::Unique(unique) => !unique.nulls_not_distinct && adds_empty(&unique.columns),
            // Where one column is NULL, the others must be too.
            Constraint::ForeignKey(key) if key.match_full && key.columns.len() > 1 => false,
            Constraint::ForeignKey(key) => adds_empty(&key.columns),
            Constraint::Exclusion(exclusion) => self.adds_empty(table).any(|name| {
                exclusion.elements.iter().any(|element| element.key.part.column() == Some(name.as_str()))
            }),
            Constraint::Check(check) => {
                let new: Vec<&String> = self.adds_empty(table).collect();
                is_unknown_of(&check.expression.0, &new)
            }
        };
        Refused::of(was_there, holds_already)
    }

    /// The same for a unique index.
    pub(super) fn refused_by_index(self, table: &ObjectName, index: &Index) -> Refused {
        let was_there = self.steps[..self.position].iter().any(|step| match step {
            Step::DropIndex { table: other, name, unique, .. } => {
                *unique && other == table && *name == index.name
            }
            _ => false,
        });
        let has = |name: &str| index.keys.iter().any(|key| key.part.column() == Some(name));
        Refused::of(was_there, self.adds_empty(table).any(|name| has(name)))
    }

    /// The columns that the migration adds without a value that repeats: in existing rows, and in those of code that does
    /// not know them, they are NULL, or numbered; where they are required instead, there are no such rows.
    fn adds_empty(self, table: &ObjectName) -> impl Iterator<Item = &'a String> {
        let table = table.clone();
        self.steps.iter().filter_map(move |step| match step {
            Step::AddColumn { table: other, column, rules }
                if *other == table && rules.default_of(column).is_none() && column.generated.is_none() =>
            {
                Some(&column.name)
            }
            _ => None,
        })
    }
}

/// The rows that a new constraint or unique index refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// None: one of its columns is new, and does not repeat in the rows that code can write which does not know it.
    Nothing,
    /// What was written while the same one was missing.
    MeanwhileOnly,
    /// Rows that could be written before.
    More,
}

impl Refused {
    fn of(was_there: bool, holds_already: bool) -> Self {
        match (was_there, holds_already) {
            (_, true) => Self::Nothing,
            (true, false) => Self::MeanwhileOnly,
            (false, false) => Self::More,
        }
    }
}

/// Whether a condition is NULL, which passes, when these columns are: it names nothing but them and operators that make NULL
/// of NULL.
fn is_unknown_of(condition: &str, columns: &[&String]) -> bool {
    const OPERATORS: [&str; 7] = ["and", "or", "not", "between", "in", "like", "ilike"];
    let mut names = words(condition).filter_map(Word::identifier).peekable();
    names.peek().is_some() && names.all(|name| columns.contains(&&name) || OPERATORS.contains(&name.as_str()))
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
            Step::AddConstraint { table: other, constraint: after, .. },
        ) => {
            let is_primary_key = matches!(before, Constraint::PrimaryKey(_));
            table == other
                && before.kind() == after.kind()
                && (is_primary_key || before.name() == after.name() || refuses_the_same(before, after))
        }
        (
            Step::DropWithColumn { table, kind, name },
            Step::AddConstraint { table: other, constraint, .. },
        ) => {
            let is_primary_key = matches!(constraint, Constraint::PrimaryKey(_));
            table == other && *kind == constraint.kind() && (is_primary_key || name == constraint.name())
        }
        (
            Step::DropWithColumn { table, kind: "unique index", name }
            | Step::DropIndex { table, name, unique: true, .. },
            Step::CreateIndex { table: other, index, .. },
        ) => table == other && index.unique && *name == index.name,
        (
            Step::View(ViewStep::Drop { view: before, .. }),
            Step::View(ViewStep::Create { view: after, .. }),
        ) => before.name == after.name,
        _ => false,
    }
}

fn refuses_the_same(previous: &Constraint, next: &Constraint) -> bool {
    match (previous, next) {
        (Constraint::PrimaryKey(previous), Constraint::PrimaryKey(next)) => previous.columns == next.columns,
        (Constraint::Unique(previous), Constraint::Unique(next)) => {
            previous.columns == next.columns && previous.nulls_not_distinct == next.nulls_not_distinct
        }
        (Constraint::ForeignKey(previous), Constraint::ForeignKey(next)) => {
            previous.columns == next.columns
                && previous.references == next.references
                && previous.referenced_columns == next.referenced_columns
                && previous.match_full == next.match_full
        }
        (Constraint::Check(previous), Constraint::Check(next)) => previous.expression == next.expression,
        (Constraint::Exclusion(previous), Constraint::Exclusion(next)) => {
            previous.elements == next.elements && previous.predicate == next.predicate
        }
        (previous, next) => previous == next,
    }
}
