use levity::{
    schema::{Column, Identity, ObjectName, SqlType},
    sql::{quote_ident, quote_literal, quote_name},
};

use super::alter_table;
use crate::{
    step::{Cast, TypeDefault},
    words::words,
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
    if !column.nullable {
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

/// The new type, with the default around it where there is one: PostgreSQL runs the parts in the order drop, type, set,
/// and in one statement the table is never without its default.
pub(crate) fn alter_type(
    table: &ObjectName,
    column: &str,
    next: &SqlType,
    cast: &Cast,
    default: &TypeDefault,
) -> String {
    let column = quote_ident(column);
    let mut actions = Vec::new();
    if default.drop {
        actions.push(format!("ALTER COLUMN {column} DROP DEFAULT"));
    }
    let using = cast.using.as_ref().map_or(String::new(), |using| format!(" USING {}", using.0));
    actions.push(format!("ALTER COLUMN {column} TYPE {next}{using}"));
    if let Some(expression) = &default.set {
        actions.push(format!("ALTER COLUMN {column} SET DEFAULT {}", default_value(&expression.0)));
    }
    if let [action] = &actions[..] {
        return alter_table(table, action);
    }
    alter_table(table, &format!("\n  {}", actions.join(",\n  ")))
}

/// The identity, and its sequence moved past the values that exist: it would start at 1 and collide with them.
pub(crate) fn add_identity(table: &ObjectName, column: &str, identity: Identity) -> Vec<String> {
    let (quoted, name) = (quote_ident(column), quote_name(table));
    vec![
        alter_column(table, column, &format!("ADD GENERATED {} AS IDENTITY", generated(identity))),
        format!(
            "SELECT setval(\n  pg_get_serial_sequence({}, {}),\n  greatest(coalesce(max({quoted}), 0), 0) + 1,\n  false\n)\n\
             FROM {name}",
            quote_literal(&name),
            quote_literal(column),
        ),
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
    let mut names = words(expression).filter_map(|word| word.identifier());
    if names.any(|name| NEEDS_PARENTHESES.contains(&name.as_str())) {
        format!("({expression})")
    } else {
        expression.to_owned()
    }
}
