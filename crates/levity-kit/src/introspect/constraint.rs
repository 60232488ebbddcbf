use levity::schema::{ForeignKey, PrimaryKey, ReferentialAction, Table, Unique};
use tokio_postgres::Row;

use super::read::object_name;

/// A primary key or unique constraint.
pub(super) fn add_key(table: &mut Table, row: &Row) {
    let (name, columns) = (row.get(1), row.get(3));
    if row.get(2) {
        table.primary_key = Some(PrimaryKey { name, columns });
    } else {
        table.uniques.push(Unique { name, columns, nulls_not_distinct: row.get(4) });
    }
}

pub(super) fn foreign_key(row: &Row) -> ForeignKey {
    ForeignKey {
        name: row.get(1),
        columns: row.get(2),
        references: object_name(row.get(3), row.get(4)),
        referenced_columns: row.get(5),
        on_delete: action(row.get(6)),
        on_update: action(row.get(7)),
    }
}

fn action(code: &str) -> ReferentialAction {
    match code {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
