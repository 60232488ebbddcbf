//! The sequences of identity columns.

use levity::schema::{Column, IndexMethod, Table};

use super::{
    order::{Phase, Steps},
    pair::Pair,
    table::TablePair,
};
use crate::step::Step;

/// What changes about how the sequence of a column counts that is an identity column on both sides.
pub(super) fn push_sequence_steps(pair: &TablePair<'_>, columns: Pair<&Column>, steps: &mut Steps) {
    if columns.previous.identity.is_none() || columns.next.identity.is_none() {
        return;
    }
    // PostgreSQL changes the type of the sequence with that of its column, and with it the limits that are the type's own.
    let sql_type = &columns.next.sql_type;
    let sequences = columns.map(|column| column.identity_options.sequence(sql_type));
    let (Some(previous), Some(next)) = (sequences.previous, sequences.next) else { return };
    if previous == next {
        return;
    }
    let fits_before = next.fits(&columns.previous.sql_type);
    // Before the type changes, the limits are still those of the old type.
    let before = columns.previous.identity_options.sequence(&columns.previous.sql_type);
    let (phase, previous) = match before {
        Some(before) if fits_before => (Phase::DropIdentities, before),
        _ => (Phase::AlterColumns, previous),
    };
    let (table, column) = (pair.name().clone(), columns.next.name.clone());
    steps.push(phase, Step::SetSequence { table, column, previous, next });
}

/// Whether the largest and the smallest value of the column can be found without reading the table.
pub(super) fn leads_an_index(table: &Table, column: &str) -> bool {
    let keys = table.primary_key.iter().map(|key| &key.columns);
    let uniques = table.uniques.iter().map(|unique| &unique.columns);
    keys.chain(uniques).any(|columns| columns.first().is_some_and(|first| first == column))
        || table.indexes.iter().any(|index| {
            let first = index.keys.first().and_then(|key| key.part.column());
            first == Some(column) && index.predicate.is_none() && index.method == IndexMethod::Btree
        })
}
