use levity::schema::{
    Column, Expression, GeneratedKind, GeneratedValue, Identity, IdentitySequence, ObjectName,
};
use tokio_postgres::Row;

use super::sql_type::Types;

pub(super) fn column(row: &Row, types: &Types) -> Column {
    let expression = row.get::<_, Option<String>>(8).map(Expression);
    let kind = match row.get(10) {
        "s" => Some(GeneratedKind::Stored),
        "v" => Some(GeneratedKind::Virtual),
        _ => None,
    };
    let sql_type = types.read(row, 2);
    let collation = row.get::<_, Option<String>>(12);
    Column {
        identity_options: sequence(row).map(|sequence| sequence.options(&sql_type)).unwrap_or_default(),
        collation: collation.map(|name| ObjectName { namespace: row.get(11), name }),
        comment: row.get(13),
        nullable: row.get(7),
        default: expression.clone().filter(|_| kind.is_none()),
        identity: match row.get(9) {
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
        start: row.get::<_, Option<i64>>(14)?,
        increment: row.get(15),
        min: row.get(16),
        max: row.get(17),
        cache: row.get(18),
        cycle: row.get(19),
    })
}
