use levity::schema::Table;
use tokio_postgres::Row;

use super::read::object_name;

pub(super) fn table(row: &Row) -> Table {
    let parameters: Vec<String> = row.get(5);
    let parameter = |text: &String| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (name.to_owned(), value.to_owned())
    };
    Table {
        comment: row.get(3),
        unlogged: row.get(4),
        storage: parameters.iter().map(parameter).collect(),
        ..Table::new(object_name(row.get(1), row.get(2)))
    }
}
