//! Storage parameters of tables.

use std::collections::BTreeMap;

use levity::{
    schema::ObjectName,
    sql::{quote_ident, quote_literal},
};

use super::alter_table;

/// `fillfactor = 70, toast.autovacuum_enabled = 'false'`
pub(super) fn parameters<'a>(parameters: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let parameters = parameters.map(|(parameter, value)| format!("{} = {}", name(parameter), text(value)));
    parameters.collect::<Vec<_>>().join(", ")
}

/// The statements that lead from some parameters to others.
pub(crate) fn set_parameters(
    table: &ObjectName,
    previous: &BTreeMap<String, String>,
    next: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut statements = Vec::new();
    let gone = previous.keys().filter(|parameter| !next.contains_key(*parameter));
    let gone: Vec<String> = gone.map(|parameter| name(parameter)).collect();
    if !gone.is_empty() {
        statements.push(alter_table(table, &format!("RESET ({})", gone.join(", "))));
    }
    let set = parameters(next.iter().filter(|(parameter, value)| previous.get(*parameter) != Some(value)));
    if !set.is_empty() {
        statements.push(alter_table(table, &format!("SET ({set})")));
    }
    statements
}

fn name(parameter: &str) -> String {
    let parts: Vec<String> = parameter.split('.').map(quote_ident).collect();
    parts.join(".")
}

fn text(value: &str) -> String {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { value.to_owned() } else { quote_literal(value) }
}
