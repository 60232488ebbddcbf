use levity::{
    schema::{Column, Identity, ObjectName, SqlType},
    sql::{quote_ident, quote_literal, quote_name},
};

use super::alter_table;
use crate::{
    step::{Cast, TypeDefault},
    words::{Word, words},
};

/// A column as it stands in `CREATE TABLE` and `ADD COLUMN`.
pub(super) fn column_definition(column: &Column) -> String {
    let mut sql = format!("{} {}", quote_ident(&column.name), column.sql_type);
    if let Some(identity) = column.identity {
        sql.push_str(" GENERATED ");
        sql.push_str(generated(identity));
        sql.push_str(" AS IDENTITY");
    }
    if let Some(default) = &column.default {
        sql.push_str(" DEFAULT ");
        sql.push_str(&default_value(&default.0));
    }
    // An identity column is NOT NULL without saying so.
    if !column.nullable && column.identity.is_none() {
        sql.push_str(" NOT NULL");
    }
    sql
}

pub(crate) fn add_column(table: &ObjectName, column: &Column) -> String {
    alter_table(table, &format!("ADD COLUMN {}", column_definition(column)))
}

/// One action on a column: `SET NOT NULL`, `DROP DEFAULT`, …
pub(crate) fn alter_column(table: &ObjectName, column: &str, action: &str) -> String {
    alter_table(table, &format!("ALTER COLUMN {} {action}", quote_ident(column)))
}

/// The actions that give a column its new type, with the default around it where there is one: PostgreSQL runs the parts
/// of a statement in the order drop, type, set, so the table is never seen without its default.
pub(crate) fn type_actions(column: &str, next: &SqlType, cast: &Cast, default: &TypeDefault) -> Vec<String> {
    let column = quote_ident(column);
    let mut actions = Vec::new();
    if default.drop {
        actions.push(format!("ALTER COLUMN {column} DROP DEFAULT"));
    }
    let using = cast.using.as_ref().map_or_else(String::new, |using| format!(" USING {}", using.0));
    actions.push(format!("ALTER COLUMN {column} TYPE {next}{using}"));
    if let Some(expression) = &default.set {
        actions.push(format!("ALTER COLUMN {column} SET DEFAULT {}", default_value(&expression.0)));
    }
    actions
}

/// The identity, and its sequence moved past the values that exist: it would start at 1 and collide with them. A serial
/// column's own sequence is asked for the number to go on with, and dropped.
pub(crate) fn add_identity(
    table: &ObjectName,
    column: &str,
    identity: Identity,
    serial: Option<&ObjectName>,
) -> Vec<String> {
    let (quoted, name) = (quote_ident(column), quote_name(table));
    let add = alter_column(table, column, &format!("ADD GENERATED {} AS IDENTITY", generated(identity)));
    let next = serial
        .map_or_else(String::new, |serial| format!(", nextval({})", quote_literal(&quote_name(serial))));
    let continue_numbering = format!(
        "SELECT setval(\n  pg_get_serial_sequence({}, {}),\n  greatest(coalesce(max({quoted}), 0) + 1, 1{next}),\n  false\n)\n\
         FROM {name}",
        quote_literal(&name),
        quote_literal(column),
    );
    let Some(serial) = serial.map(quote_name) else { return vec![add, continue_numbering] };
    vec![
        alter_column(table, column, "DROP DEFAULT"),
        // The name that `pg_get_serial_sequence` finds must be the new one's.
        format!("ALTER SEQUENCE {serial} OWNED BY NONE"),
        add,
        continue_numbering,
        format!("DROP SEQUENCE {serial}"),
    ]
}

pub(crate) fn generated(identity: Identity) -> &'static str {
    match identity {
        Identity::Always => "ALWAYS",
        Identity::ByDefault => "BY DEFAULT",
    }
}

/// What the grammar of `DEFAULT` does not accept outside of parentheses.
const NEEDS_PARENTHESES: [&str; 13] = [
    "and", "at", "between", "collate", "ilike", "in", "is", "isnull", "like", "not", "notnull", "or",
    "similar",
];

pub(crate) fn default_value(expression: &str) -> String {
    let mut names = words(expression).filter_map(Word::identifier);
    if names.any(|name| NEEDS_PARENTHESES.contains(&name.as_str())) {
        format!("({expression})")
    } else {
        expression.to_owned()
    }
}
