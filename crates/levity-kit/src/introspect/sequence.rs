use levity::schema::{Sequence, SequenceOwner, SqlType};
use tokio_postgres::Row;

use super::read::object_name;

pub(super) fn sequence(row: &Row) -> Sequence {
    let owner: Option<(&str, &str)> = row.get::<_, Option<&str>>(9).zip(row.get(10));
    Sequence {
        increment: row.get(3),
        min: row.get(4),
        max: row.get(5),
        start: row.get(6),
        cache: row.get(7),
        cycle: row.get(8),
        owned_by: owner.map(|(namespace, table)| SequenceOwner {
            table: object_name(namespace, table),
            column: row.get(11),
        }),
        ..Sequence::new(object_name(row.get(0), row.get(1)), SqlType::parse(row.get(2)))
    }
}
