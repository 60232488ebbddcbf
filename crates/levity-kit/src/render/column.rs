use levity::{
    schema::{Column, GeneratedKind, GeneratedValue, ObjectName, SqlType},
    sql::{quote_ident, quote_name},
};

use super::{alter_table, identity::identity_definition};
use crate::{
    step::{Cast, TypeDefault},
    words::{Word, words},
};

/// A column as it stands in `CREATE TABLE` and `ADD COLUMN`.
pub(super) fn column_definition(column: &Column) -> String {
    let collation = collate(column.collation.as_ref());
    let mut sql = format!("{} {}{collation}", quote_ident(&column.name), column.sql_type);
    if let Some(identity) = column.identity {
        sql.push(' ');
        sql.push_str(&identity_definition(identity, column.identity_options));
    }
    if let Some(GeneratedValue { expression, kind }) = &column.generated {
        let kind = match kind {
            GeneratedKind::Stored => "STORED",
            GeneratedKind::Virtual => "VIRTUAL",
        };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({}) {kind}", expression.0));
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

/// With its default, or without: then it is for new rows only, by [`set_default`].
pub(crate) fn add_column_action(column: &Column, with_default: bool) -> String {
    if with_default {
        return format!("ADD COLUMN {}", column_definition(column));
    }
    format!("ADD COLUMN {}", column_definition(&Column { default: None, ..column.clone() }))
}

/// The default of a column, where it has one.
pub(crate) fn set_default(table: &ObjectName, column: &Column) -> Option<String> {
    let default = default_value(&column.default.as_ref()?.0);
    Some(alter_column(table, &column.name, &format!("SET DEFAULT {default}")))
}

pub(crate) fn drop_column_action(column: &str) -> String {
    format!("DROP COLUMN {}", quote_ident(column))
}

/// One action on a column: `SET NOT NULL`, `DROP DEFAULT`, …
pub(crate) fn alter_column(table: &ObjectName, column: &str, action: &str) -> String {
    alter_table(table, &format!("ALTER COLUMN {} {action}", quote_ident(column)))
}

/// The actions that give a column its new type, with the default around it where there is one: PostgreSQL runs the parts
/// of a statement in the order drop, type, set, so the table is never seen without its default.
pub(crate) fn type_actions(
    column: &str,
    next: &SqlType,
    collation: Option<&ObjectName>,
    cast: &Cast,
    default: &TypeDefault,
) -> Vec<String> {
    let column = quote_ident(column);
    let mut actions = Vec::new();
    if default.drop {
        actions.push(format!("ALTER COLUMN {column} DROP DEFAULT"));
    }
    let using = cast.using.as_ref().map_or_else(String::new, |using| format!(" USING {}", using.0));
    actions.push(format!("ALTER COLUMN {column} TYPE {next}{}{using}", collate(collation)));
    if let Some(expression) = &default.set {
        actions.push(format!("ALTER COLUMN {column} SET DEFAULT {}", default_value(&expression.0)));
    }
    actions
}

/// Without it, the column has the collation of its type.
fn collate(collation: Option<&ObjectName>) -> String {
    collation.map_or_else(String::new, |name| format!(" COLLATE {}", quote_name(name)))
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
