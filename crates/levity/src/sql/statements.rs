//! The text of whole statements.

use super::{Statement, writer::Writer};
use crate::query::{Body, Delete, Fragment, Insert, Select, SetQuery, Source, Update};

pub(crate) fn select(select: &Select) -> Statement {
    let mut writer = Writer::default();
    writer.select(select);
    writer.finish()
}

pub(crate) fn set(set: &SetQuery) -> Statement {
    let mut writer = Writer::default();
    writer.set(set);
    writer.finish()
}

/// The number of rows that a query has.
pub(crate) fn count(body: &Body) -> Statement {
    let mut writer = Writer::default();
    writer.text("SELECT pg_catalog.count(*) FROM (").body(body).text(") AS counted");
    writer.finish()
}

/// The plan of a statement; with `analyze`, after running it.
pub(crate) fn explain(statement: &Statement, analyze: bool) -> Statement {
    let options = if analyze { "EXPLAIN (ANALYZE, BUFFERS) " } else { "EXPLAIN " };
    Statement { sql: format!("{options}{}", statement.sql), parameters: statement.parameters.clone() }
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
