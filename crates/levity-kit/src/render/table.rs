use levity::{schema::Table, sql::quote_name};

use super::{
    add_constraint,
    column::column_definition,
    comment::comments,
    constraint::constraint_definition,
    partition::{create_partitions, partition_by},
    storage::parameters,
};
use crate::step::Constraint;

/// `CREATE TABLE` with a line for each column and constraint, and what cannot stand in it.
pub(crate) fn create_table(table: &Table) -> Vec<String> {
    let mut constraints: Vec<Constraint> = (table.primary_key.iter().cloned().map(Constraint::PrimaryKey))
        .chain(table.uniques.iter().cloned().map(Constraint::Unique))
        .chain(table.checks.iter().cloned().map(Constraint::Check))
        .chain(table.exclusions.iter().cloned().map(Constraint::Exclusion))
        .collect();
    let mut repeated = Vec::new();
    let mut position = 0;
    while position < constraints.len() {
        if constraints[..position].iter().any(|other| is_repeated(other, &constraints[position])) {
            repeated.push(constraints.remove(position));
        } else {
            position += 1;
        }
    }
    let lines: Vec<String> = (table.columns.iter().map(column_definition))
        .chain(constraints.iter().map(constraint_definition))
        .map(|line| format!("  {line}"))
        .collect();
    let name = quote_name(&table.name);
    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let body = if lines.is_empty() { "()".to_owned() } else { format!("(\n{}\n)", lines.join(",\n")) };
    let storage = parameters(table.storage.iter());
    let storage = if storage.is_empty() { storage } else { format!(" WITH ({storage})") };
    let partition_by = table.partition_by.as_ref().map(partition_by).unwrap_or_default();
    let create = format!("CREATE {unlogged}TABLE {name} {body}{partition_by}{storage}");
    std::iter::once(create)
        .chain(repeated.iter().map(|constraint| add_constraint(&table.name, constraint)))
        .chain(create_partitions(table))
        .chain(comments(table))
        .collect()
}

/// Whether PostgreSQL would leave the constraint out, since another one of the same statement compares the same.
fn is_repeated(first: &Constraint, second: &Constraint) -> bool {
    match (first, second) {
        (Constraint::Exclusion(first), Constraint::Exclusion(second)) => {
            first.elements == second.elements && first.predicate == second.predicate
        }
        _ => match (first.unique_index(), second.unique_index()) {
            (Some(first), Some(second)) => {
                first.keys == second.keys && first.nulls_not_distinct == second.nulls_not_distinct
            }
            (_, None) | (None, Some(_)) => false,
        },
    }
}
