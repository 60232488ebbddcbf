//! The text of statements about one table.

use super::{Statement, writer::Writer};
use crate::{
    query::{Delete, Fragment, Insert, Select, Source, Update},
    typed::TableInfo,
};

pub(crate) fn select(table: &TableInfo, select: &Select) -> Statement {
    let mut writer = Writer::default();
    let source = table.source();
    writer.text("SELECT ");
    writer.list(", ", &table.columns, |writer, column| {
        writer.column(source.alias, column.name);
    });
    writer.text(" FROM ").source(&source).filter(" WHERE ", select.filter.as_ref());
    writer.order_by(&select.order_by).limits(select);
    writer.finish()
}

pub(crate) fn insert(insert: &Insert) -> Statement {
    let mut writer = Writer::default();
    writer.text("INSERT INTO ").source(&insert.into);
    if insert.values.is_empty() {
        writer.text(" DEFAULT VALUES");
    } else {
        writer.text(" (").list(", ", &insert.values, |writer, (name, _)| {
            writer.ident(name);
        });
        writer
            .text(") VALUES (")
            .list(", ", &insert.values, |writer, (_, value)| writer.expr(value))
            .text(")");
    }
    returning(&mut writer, &insert.into, &insert.returning);
    writer.finish()
}

pub(crate) fn update(update: &Update) -> Statement {
    let mut writer = Writer::default();
    writer.text("UPDATE ").source(&update.table).text(" SET ");
    writer.list(", ", &update.set, |writer, (name, value)| {
        writer.ident(name).text(" = ");
        writer.expr(value);
    });
    writer.filter(" WHERE ", update.filter.as_ref());
    returning(&mut writer, &update.table, &update.returning);
    writer.finish()
}

pub(crate) fn delete(delete: &Delete) -> Statement {
    let mut writer = Writer::default();
    writer.text("DELETE FROM ").source(&delete.from).filter(" WHERE ", delete.filter.as_ref());
    returning(&mut writer, &delete.from, &delete.returning);
    writer.finish()
}

/// A whole statement of the caller's.
pub(crate) fn custom(fragments: &[Fragment]) -> Statement {
    let mut writer = Writer::default();
    writer.fragments(fragments);
    writer.finish()
}

fn returning(writer: &mut Writer, source: &Source, columns: &[&str]) {
    if !columns.is_empty() {
        writer.text(" RETURNING ").list(", ", columns, |writer, name| {
            writer.column(source.alias, name);
        });
    }
}
