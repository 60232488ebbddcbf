use levity::{
    schema::{Table, Unique},
    sql::quote_name,
};

use super::{
    add_constraint, column::column_definition, comment::comments, constraint::constraint_definition,
    storage::parameters,
};
use crate::step::Constraint;

/// `CREATE TABLE` with a line for each column and constraint, and what cannot stand in it.
pub(crate) fn create_table(table: &Table) -> Vec<String> {
    let (repeated, uniques): (Vec<_>, Vec<_>) = table
        .uniques
        .iter()
        .enumerate()
        .partition(|(position, unique)| is_repeated(table, *position, unique));
    let constraints = (table.primary_key.iter().cloned().map(Constraint::PrimaryKey))
        .chain(uniques.into_iter().map(|(_, unique)| Constraint::Unique(unique.clone())))
        .chain(table.checks.iter().cloned().map(Constraint::Check));
    let lines: Vec<String> = (table.columns.iter().map(column_definition))
        .chain(constraints.map(|constraint| constraint_definition(&constraint)))
        .map(|line| format!("  {line}"))
        .collect();
    let name = quote_name(&table.name);
    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let body = if lines.is_empty() { "()".to_owned() } else { format!("(\n{}\n)", lines.join(",\n")) };
    let storage = parameters(table.storage.iter());
    let storage = if storage.is_empty() { storage } else { format!(" WITH ({storage})") };
    let create = format!("CREATE {unlogged}TABLE {name} {body}{storage}");
    let repeated = repeated.into_iter().map(|(_, unique)| Constraint::Unique(unique.clone()));
    std::iter::once(create)
        .chain(repeated.map(|constraint| add_constraint(&table.name, &constraint)))
        .chain(comments(table))
        .collect()
}

/// Whether PostgreSQL would leave the constraint out, since another one of the same statement has the same columns.
fn is_repeated(table: &Table, position: usize, unique: &Unique) -> bool {
    let same_as_key = !unique.nulls_not_distinct
        && table.primary_key.as_ref().is_some_and(|key| key.columns == unique.columns);
    same_as_key
        || table.uniques[..position].iter().any(|other| {
            other.columns == unique.columns && other.nulls_not_distinct == unique.nulls_not_distinct
        })
}
