//! Identity columns and their sequences.

use levity::{
    schema::{Identity, IdentityOptions, IdentitySequence, ObjectName},
    sql::{quote_literal, quote_name},
};

use super::alter_column;

pub(crate) fn generated(identity: Identity) -> &'static str {
    match identity {
        Identity::Always => "ALWAYS",
        Identity::ByDefault => "BY DEFAULT",
    }
}

/// `GENERATED ALWAYS AS IDENTITY (START WITH 100)`
pub(super) fn identity_definition(identity: Identity, options: IdentityOptions) -> String {
    let sql = format!("GENERATED {} AS IDENTITY", generated(identity));
    let numbers = [
        ("START WITH", options.start),
        ("INCREMENT BY", options.increment),
        ("MINVALUE", options.min),
        ("MAXVALUE", options.max),
        ("CACHE", options.cache),
    ];
    let said = numbers.iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}")));
    let said: Vec<String> = said.chain(options.cycle.then(|| "CYCLE".to_owned())).collect();
    if said.is_empty() { sql } else { format!("{sql} ({})", said.join(" ")) }
}

/// The identity, and its sequence moved past the values that exist: it would start at its beginning and collide with them.
/// A serial column's own sequence is asked for the number to go on with, and dropped.
pub(crate) fn add_identity(
    table: &ObjectName,
    column: &str,
    identity: Identity,
    options: IdentityOptions,
    sequence: IdentitySequence,
    serial: Option<&ObjectName>,
) -> Vec<String> {
    let (quoted, name) = (levity::sql::quote_ident(column), quote_name(table));
    let add = alter_column(table, column, &format!("ADD {}", identity_definition(identity, options)));
    let serial = serial.map(quote_name);
    let next =
        serial.as_ref().map_or_else(String::new, |serial| format!(", nextval({})", quote_literal(serial)));
    let IdentitySequence { start, increment, .. } = sequence;
    let before = i128::from(start) - i128::from(increment);
    let (furthest, last) = if increment < 0 { ("least", "min") } else { ("greatest", "max") };
    let step =
        if increment < 0 { format!("- {}", increment.unsigned_abs()) } else { format!("+ {increment}") };
    let continue_numbering = format!(
        "SELECT setval(\n  pg_get_serial_sequence({}, {}),\n  {furthest}(coalesce({last}({quoted}), {before}) {step}, {start}{next}),\n  false\n)\n\
         FROM {name}",
        quote_literal(&name),
        quote_literal(column),
    );
    let Some(serial) = serial else { return vec![add, continue_numbering] };
    vec![
        alter_column(table, column, "DROP DEFAULT"),
        // The name that `pg_get_serial_sequence` finds must be the new one's.
        format!("ALTER SEQUENCE {serial} OWNED BY NONE"),
        add,
        continue_numbering,
        format!("DROP SEQUENCE {serial}"),
    ]
}

/// The actions of `ALTER COLUMN` that make one sequence of another. The number that comes next stays.
pub(crate) fn set_sequence(previous: IdentitySequence, next: IdentitySequence) -> String {
    let numbers = [
        ("START WITH", previous.start, next.start),
        ("INCREMENT BY", previous.increment, next.increment),
        ("MINVALUE", previous.min, next.min),
        ("MAXVALUE", previous.max, next.max),
        ("CACHE", previous.cache, next.cache),
    ];
    let changed = numbers.iter().filter(|(_, previous, next)| previous != next);
    let mut actions: Vec<String> = changed.map(|(name, _, value)| format!("SET {name} {value}")).collect();
    if previous.cycle != next.cycle {
        actions.push(if next.cycle { "SET CYCLE" } else { "SET NO CYCLE" }.to_owned());
    }
    actions.join(" ")
}
