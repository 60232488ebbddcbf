use levity::schema::{EnumType, EnumValue};
use tokio_postgres::Row;

use super::read::object_name;

pub(super) fn enum_type(row: &Row) -> EnumType {
    let labels: Option<Vec<String>> = row.get(2);
    EnumType {
        name: object_name(row.get(0), row.get(1)),
        renamed_from: None,
        values: labels.unwrap_or_default().into_iter().map(EnumValue::new).collect(),
    }
}
