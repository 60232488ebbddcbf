use levity::schema::{
    Check, Deferrable, Expression, ForeignKey, PrimaryKey, ReferentialAction, Table, Unique,
};
use tokio_postgres::Row;

use super::{index::parameters, read::object_name};

/// A primary key or unique constraint.
pub(super) fn add_key(table: &mut Table, row: &Row) {
    let (name, columns) = (row.get(1), row.get(3));
    let (include, storage) = (row.get(5), parameters(row.get(6)));
    let deferrable = deferrable(row.get(7), row.get(8));
    if row.get(2) {
        table.primary_key = Some(PrimaryKey { name, columns, include, storage, deferrable });
    } else {
        let nulls_not_distinct = row.get(4);
        table.uniques.push(Unique { name, columns, nulls_not_distinct, include, storage, deferrable });
    }
}

pub(super) fn foreign_key(row: &Row) -> ForeignKey {
    ForeignKey {
        name: row.get(1),
        columns: row.get(2),
        references: object_name(row.get(3), row.get(4)),
        referenced_columns: row.get(5),
        match_full: row.get(8),
        on_delete: action(row.get(6)),
        on_delete_columns: row.get::<_, Vec<String>>(9).into_iter().collect(),
        on_update: action(row.get(7)),
        deferrable: deferrable(row.get(10), row.get(11)),
    }
}

pub(super) fn check(row: &Row) -> Check {
    Check { name: row.get(1), expression: Expression(row.get(2)), no_inherit: row.get(3) }
}

pub(super) fn deferrable(deferrable: bool, deferred: bool) -> Deferrable {
    match (deferrable, deferred) {
        (false, _) => Deferrable::No,
        (true, false) => Deferrable::InitiallyImmediate,
        (true, true) => Deferrable::InitiallyDeferred,
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
