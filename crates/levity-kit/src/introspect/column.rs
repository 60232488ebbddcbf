use std::collections::BTreeSet;

use levity::schema::{
    Column, Expression, GeneratedKind, GeneratedValue, Identity, IdentitySequence, ObjectName, SqlType,
};
use tokio_postgres::Row;

use super::read::object_name;

pub(super) fn column(row: &Row, enum_types: &BTreeSet<&ObjectName>) -> Column {
    let text: &str = row.get(2);
    let enum_name = (row.get::<_, Option<&str>>(4).zip(row.get(5)))
        .map(|(namespace, name)| object_name(namespace, name))
        // An enum type of another namespace or of an extension is not ours to manage.
        .filter(|name| enum_types.contains(name));
    let element = enum_name.map_or_else(|| SqlType::parse(text), SqlType::Enum);
    let is_array: bool = row.get(3);
    let expression = row.get::<_, Option<String>>(7).map(Expression);
    let kind = match row.get(9) {
        "s" => Some(GeneratedKind::Stored),
        "v" => Some(GeneratedKind::Virtual),
        _ => None,
    };
    let sql_type = if is_array { SqlType::Array(Box::new(element)) } else { element };
    let collation = row.get::<_, Option<String>>(11);
    Column {
        identity_options: sequence(row).map(|sequence| sequence.options(&sql_type)).unwrap_or_default(),
        collation: collation.map(|name| ObjectName { namespace: row.get(10), name }),
        comment: row.get(12),
        nullable: row.get(6),
        default: expression.clone().filter(|_| kind.is_none()),
        identity: match row.get(8) {
            "a" => Some(Identity::Always),
            "d" => Some(Identity::ByDefault),
            _ => None,
        },
        generated: expression.zip(kind).map(|(expression, kind)| GeneratedValue { expression, kind }),
        ..Column::new(row.get::<_, String>(1), sql_type)
    }
}

/// The sequence of an identity column.
fn sequence(row: &Row) -> Option<IdentitySequence> {
    Some(IdentitySequence {
        start: row.get::<_, Option<i64>>(13)?,
        increment: row.get(14),
        min: row.get(15),
        max: row.get(16),
        cache: row.get(17),
        cycle: row.get(18),
    })
}
