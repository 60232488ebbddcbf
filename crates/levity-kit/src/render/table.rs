use levity::{schema::Table, sql::quote_name};

use super::{column::column_definition, constraint::constraint_definition};
use crate::step::Constraint;

/// `CREATE TABLE` with a line for each column and constraint.
pub(crate) fn create_table(table: &Table) -> String {
    let constraints = (table.primary_key.iter().cloned().map(Constraint::PrimaryKey))
        .chain(table.uniques.iter().cloned().map(Constraint::Unique))
        .chain(table.checks.iter().cloned().map(Constraint::Check));
    let lines: Vec<String> = (table.columns.iter().map(column_definition))
        .chain(constraints.map(|constraint| constraint_definition(&constraint)))
        .map(|line| format!("  {line}"))
        .collect();
    if lines.is_empty() {
        return format!("CREATE TABLE {} ()", quote_name(&table.name));
    }
    format!("CREATE TABLE {} (\n{}\n)", quote_name(&table.name), lines.join(",\n"))
}
