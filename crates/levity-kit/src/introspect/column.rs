use levity::schema::{Column, Expression, Identity};
use tokio_postgres::Row;

use super::sql_type::Types;

pub(super) fn column(row: &Row, types: &Types) -> Column {
    Column {
        nullable: row.get(7),
        default: row.get::<_, Option<String>>(8).map(Expression),
        identity: match row.get(9) {
            "a" => Some(Identity::Always),
            "d" => Some(Identity::ByDefault),
            _ => None,
        },
        ..Column::new(row.get::<_, String>(1), types.read(row, 2))
    }
}
