//! Generated columns, and what has to be done about them when a column that they read changes.

use levity::schema::{Column, Expression, GeneratedKind};

use super::{
    domain,
    order::{Phase, Steps},
    pair::Pair,
    table::TablePair,
};
use crate::{
    step::Step,
    words::{Word, words},
};

impl TablePair<'_> {
    /// Whether the column is dropped and added again under its name: PostgreSQL makes no generated column of another one,
    /// and lets no column change that a generated one reads. `SET EXPRESSION` is in its newer versions only, and refuses
    /// virtual columns of tables with checks.
    pub(super) fn recreates(&self, column: &str) -> bool {
        let Pair { previous, next } = self.tables.map(|table| table.column(column));
        let (Some(previous), Some(next)) = (previous, next) else { return false };
        match (&previous.generated, &next.generated) {
            (None, None) => false,
            (None, Some(_)) => true,
            // The values of a virtual column are nowhere: there is nothing to keep.
            (Some(before), None) => before.kind == GeneratedKind::Virtual,
            (Some(before), Some(after)) => {
                before != after
                    || self.changes_type(column)
                        && (after.kind == GeneratedKind::Virtual || self.needs_a_cast(column))
                    || self.reads_a_changed_column(&before.expression)
            }
        }
    }

    /// Whether a dropped column is in the way of a change, since it reads another one that changes.
    pub(super) fn drops_early(&self, column: &str) -> bool {
        let generated = self.tables.previous.column(column).and_then(|column| column.generated.as_ref());
        self.drops(column)
            && generated.is_some_and(|generated| self.reads_a_changed_column(&generated.expression))
    }

    /// Whether what rests on the column goes with it before indexes and keys are built, be it made anew or dropped.
    pub(super) fn goes_early(&self, column: &str) -> bool {
        self.recreates(column) || self.drops_early(column)
    }

    /// When what rests on the columns goes by itself, since one of them does.
    pub(super) fn gone_with(&self, columns: &[&str]) -> Option<Phase> {
        let any = |is_gone: &dyn Fn(&str) -> bool| columns.iter().any(|column| is_gone(column));
        if any(&|column| self.goes_early(column)) {
            Some(Phase::ConvertColumns)
        } else {
            any(&|column| self.drops(column)).then_some(Phase::DropColumns)
        }
    }

    fn reads_a_changed_column(&self, expression: &Expression) -> bool {
        let changes = |name: &str| {
            let generated = self
                .tables
                .map(|table| table.column(name))
                .map(|column| column.is_some_and(|column| column.generated.is_some()));
            // No generated column reads another one; one of that name in the text is something else.
            !generated.previous && (self.changes_type(name) || generated.next)
        };
        words(&expression.0).filter_map(Word::identifier).any(|name| changes(&name))
    }
}

/// Whether everything about the column is done: it is dropped and added again.
pub(super) fn push_recreation(pair: &TablePair<'_>, columns: Pair<&Column>, steps: &mut Steps) -> bool {
    let recreates = pair.recreates(&columns.next.name);
    if recreates {
        let table = pair.name().clone();
        let (previous, next) = (Box::new(columns.previous.clone()), without_scan(pair, columns.next, steps));
        let rules = domain::rules(pair.schemas, &next.sql_type);
        steps.push(Phase::ConvertColumns, Step::RecreateColumn { table, previous, next, rules });
    }
    recreates
}

/// New generated columns, after what they read has its type.
pub(super) fn push_add_steps(pair: &TablePair<'_>, steps: &mut Steps) {
    for column in &pair.tables.next.columns {
        if column.generated.is_some() && pair.tables.previous.column(&column.name).is_none() {
            let rules = domain::rules(pair.schemas, &column.sql_type);
            let (table, column) = (pair.name().clone(), without_scan(pair, column, steps));
            steps.push(Phase::ConvertColumns, Step::AddColumn { table, column, rules });
        }
    }
}

/// A generated column that becomes a plain one keeps its values.
pub(super) fn push_steps(pair: &TablePair<'_>, columns: Pair<&Column>, steps: &mut Steps) {
    if columns.previous.generated.is_some() && columns.next.generated.is_none() {
        let (table, column) = (pair.name().clone(), columns.next.name.clone());
        steps.push(Phase::DropIdentities, Step::DropExpression { table, column });
    }
}

/// The column as it is added. A required virtual one becomes required afterwards: computing it for every row takes no lock
/// then that others wait for.
fn without_scan(pair: &TablePair<'_>, column: &Column, steps: &mut Steps) -> Column {
    let is_virtual =
        column.generated.as_ref().is_some_and(|generated| generated.kind == GeneratedKind::Virtual);
    if !is_virtual || column.nullable {
        return column.clone();
    }
    let (table, name) = (pair.name().clone(), column.name.clone());
    steps.push(Phase::AlterColumns, Step::SetNotNull { table, column: name });
    Column { nullable: true, ..column.clone() }
}
