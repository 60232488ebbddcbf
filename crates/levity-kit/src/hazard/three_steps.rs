//! Expand, backfill, contract: a change as three migrations, each of which the code that runs meanwhile survives.

use levity::{
    schema::{Column, ObjectName, SqlType},
    sql::{quote_ident, quote_name},
};

use crate::step::Cast;

/// The name of the way, where [`Hazard::steps`](super::Hazard::steps) are its steps.
pub(super) const THREE_STEPS: &str = "expand, backfill, contract";

/// Another type, in another column.
pub(super) fn to_convert(table: &ObjectName, column: &str, next: &SqlType, cast: &Cast) -> Vec<String> {
    let new = format!("{column}_new");
    let value = cast.using.as_ref().map_or_else(|| quote_ident(column), |using| using.0.clone());
    vec![
        format!(
            "expand: add the nullable column `{table}.{new}` of type {next}, and deploy code that writes both"
        ),
        copy(table, column, &new, &value),
        format!("contract: deploy code that uses `{table}.{new}` only, then drop `{table}.{column}`"),
    ]
}

pub(super) fn to_rename_column(table: &ObjectName, previous: &str, next: &str) -> Vec<String> {
    vec![
        format!(
            "expand: add `{table}.{next}` as a nullable column of the type of `{table}.{previous}`, and deploy code that \
             writes both"
        ),
        copy(table, previous, next, &quote_ident(previous)),
        format!("contract: deploy code that uses `{table}.{next}` only, then drop `{table}.{previous}`"),
    ]
}

pub(super) fn to_rename_table(previous: &ObjectName, next: &ObjectName) -> Vec<String> {
    vec![
        format!("expand: create `{next}` like `{previous}`, and deploy code that writes both"),
        format!(
            "backfill, in batches: INSERT INTO {} SELECT * FROM {} ON CONFLICT DO NOTHING",
            quote_name(next),
            quote_name(previous)
        ),
        format!("contract: deploy code that uses `{next}` only, then drop `{previous}`"),
    ]
}

/// A required column, for which there is no value.
pub(super) fn to_require(table: &ObjectName, column: &str) -> Vec<String> {
    vec![
        format!("expand: add `{table}.{column}` as nullable, and deploy code that fills it"),
        fill(table, column, "…"),
        format!("contract: make `{table}.{column}` required"),
    ]
}

/// A column whose default is another one in each row; nothing for one that is numbered, or needs a constraint to be tested.
pub(super) fn to_fill(table: &ObjectName, column: &Column) -> Vec<String> {
    let Some(default) = &column.default else { return Vec::new() };
    let name = &column.name;
    let mut steps = vec![
        format!(
            "expand: add `{table}.{name}` as nullable without a default, and in the migration after it the default"
        ),
        fill(table, name, &default.0),
    ];
    if !column.nullable {
        steps.push(format!("contract: make `{table}.{name}` required"));
    }
    steps
}

fn copy(table: &ObjectName, from: &str, to: &str, value: &str) -> String {
    let (from, to) = (quote_ident(from), quote_ident(to));
    let table = quote_name(table);
    format!(
        "backfill, in batches: UPDATE {table} SET {to} = {value} WHERE {to} IS NULL AND {from} IS NOT NULL"
    )
}

fn fill(table: &ObjectName, column: &str, value: &str) -> String {
    let column = quote_ident(column);
    format!(
        "backfill, in batches: UPDATE {} SET {column} = {value} WHERE {column} IS NULL",
        quote_name(table)
    )
}
