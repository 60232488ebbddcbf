//! A relational query as one statement of flat rows.
//!
//! Each level is a CTE. The statement ends in one `SELECT` per level, joined by `UNION ALL`: the level, the row's own
//! number, its parent's number (or its parents' numbers), and the columns of every level, NULL for the others. The
//! numbers are given by PostgreSQL, so rows are put together exactly as its joins matched them, whatever equality the
//! key's type has.
//!
//! Within the statement every column has a name of ours, so that what a caller writes in `sql!` without a table means a column
//! of the level's own table, never one of its parent's. Our names contain a space; only a table called `level 0` would be
//! hidden by one.

use super::{Statement, writer::Writer};
use crate::{
    Error,
    query::{Level, Link, Load, OrderBy},
};

/// Columns before those of the first level: level, row number, parent number and, where a level is shared by several
/// parents, parent numbers.
pub(crate) fn header_columns(load: &Load) -> usize {
    if has_shared(load) { 4 } else { 3 }
}

fn has_shared(load: &Load) -> bool {
    load.levels.iter().any(|level| level.link.as_ref().is_some_and(|link| link.shared))
}

/// The most columns that a PostgreSQL query can return (`MaxTupleAttributeNumber`).
const MAX_COLUMNS: usize = 1664;

const NUMBER: &str = "row number";
const PARENT: &str = "parent number";
const PARENT_ALIAS: &str = "parent row";
const LEVEL_ALIAS: &str = "level row";

pub(crate) fn load(load: &Load) -> Result<Statement, Error> {
    let columns =
        header_columns(load) + load.levels.iter().map(|level| level.table.columns.len()).sum::<usize>();
    if columns > MAX_COLUMNS {
        return Err(Error::invalid(format!(
            "a relational query over {} tables needs {columns} columns and PostgreSQL returns at most {MAX_COLUMNS}: load \
             some of the relations in a query of their own",
            load.levels.len()
        )));
    }
    let mut writer = Writer::default();
    writer.text("WITH ").list(",\n", load.levels.iter().enumerate(), |writer, (position, level)| {
        writer.ident(&level_name(position)).text(" AS (");
        level_rows(writer, level, is_parent(load, position));
        writer.text(")");
    });
    writer.text("\n").list("\nUNION ALL ", 0..load.levels.len(), |writer, position| {
        arm(writer, load, position);
    });
    Ok(writer.finish())
}

/// The rows of one level: its columns, what its arm sorts by, its parent's number and, when it is a parent itself, a
/// number of its own.
fn level_rows(writer: &mut Writer, level: &Level, numbered: bool) {
    if numbered {
        // Around the query, not inside: a window function is computed before LIMIT, over the whole table.
        writer
            .text("SELECT row_number() OVER () AS ")
            .ident(NUMBER)
            .text(", ")
            .ident(LEVEL_ALIAS)
            .text(".* FROM (");
    }
    match &level.link {
        None => root_rows(writer, level),
        Some(link) if link.shared => shared_rows(writer, level, link),
        Some(link) if level.rows.limit.is_some() || level.rows.offset.is_some() => {
            limited_rows(writer, level, link);
        }
        Some(link) => joined_rows(writer, level, link),
    }
    if numbered {
        writer.text(") AS ").ident(LEVEL_ALIAS);
    }
}

fn root_rows(writer: &mut Writer, level: &Level) {
    writer.text("SELECT ");
    level_columns(writer, level);
    writer.text(" FROM ").source(&level.table.source());
    writer.filter(" WHERE ", level.rows.filter.as_ref());
    if level.rows.limit.is_some() || level.rows.offset.is_some() {
        writer.order_by(&level.rows.order_by);
    }
    writer.limits(&level.rows);
}

/// A to-many level without a limit: a plain join, which PostgreSQL can do in one pass over either side.
fn joined_rows(writer: &mut Writer, level: &Level, link: &Link) {
    writer.text("SELECT ").column(PARENT_ALIAS, NUMBER).text(" AS ").ident(PARENT).text(", ");
    level_columns(writer, level);
    writer.text(" FROM ").ident(&level_name(link.parent)).text(" AS ").ident(PARENT_ALIAS);
    writer.text(" JOIN ").source(&level.table.source()).text(" ON ");
    key_matches(writer, level, link);
    writer.filter(" WHERE ", level.rows.filter.as_ref());
}

/// A to-many level with a limit per parent: the children of each parent are looked up on their own.
fn limited_rows(writer: &mut Writer, level: &Level, link: &Link) {
    writer.text("SELECT ").column(PARENT_ALIAS, NUMBER).text(" AS ").ident(PARENT).text(", ");
    writer
        .ident("child row")
        .text(".* FROM ")
        .ident(&level_name(link.parent))
        .text(" AS ")
        .ident(PARENT_ALIAS);
    writer.text(" CROSS JOIN LATERAL (SELECT ");
    level_columns(writer, level);
    writer.text(" FROM ").source(&level.table.source()).text(" WHERE ");
    key_matches(writer, level, link);
    writer.filter(" AND ", level.rows.filter.as_ref());
    writer.order_by(&level.rows.order_by).limits(&level.rows);
    writer.text(") AS ").ident("child row");
}

/// A to-one level: each row once, with the numbers of all the parents that share it.
fn shared_rows(writer: &mut Writer, level: &Level, link: &Link) {
    writer.text("SELECT ").column(PARENT_ALIAS, PARENT).text(", ");
    level_columns(writer, level);
    writer.text(" FROM (SELECT ");
    parent_columns(writer, link);
    writer.text(", array_agg(").ident(NUMBER).text(") AS ").ident(PARENT);
    writer.text(" FROM ").ident(&level_name(link.parent)).text(" GROUP BY ");
    parent_columns(writer, link);
    writer.text(") AS ").ident(PARENT_ALIAS).text(" JOIN ").source(&level.table.source()).text(" ON ");
    key_matches(writer, level, link);
    writer.filter(" WHERE ", level.rows.filter.as_ref());
}

fn parent_columns(writer: &mut Writer, link: &Link) {
    writer.list(", ", &link.columns, |writer, (parent, _)| {
        writer.ident(&column_name(*parent));
    });
}

fn key_matches(writer: &mut Writer, level: &Level, link: &Link) {
    let child_alias = level.table.source().alias;
    writer.list(" AND ", &link.columns, |writer, (parent, child)| {
        writer.column(child_alias, child).text(" = ").column(PARENT_ALIAS, &column_name(*parent));
    });
}

/// The columns of a level's table, then what its arm will sort by.
fn level_columns(writer: &mut Writer, level: &Level) {
    let alias = level.table.source().alias;
    writer.list(", ", level.table.columns.iter().enumerate(), |writer, (position, column)| {
        writer.column(alias, column.name).text(" AS ").ident(&column_name(position));
    });
    for (position, OrderBy { expr, .. }) in level.rows.order_by.iter().enumerate() {
        writer.text(", ");
        writer.expr(expr);
        writer.text(" AS ").ident(&sort_name(position));
    }
}

/// The final rows of one level, in its order.
fn arm(writer: &mut Writer, load: &Load, position: usize) {
    let level = &load.levels[position];
    writer.text("(SELECT ").text(&position.to_string()).text("::pg_catalog.int4, ");
    if is_parent(load, position) {
        writer.ident(NUMBER).text(", ");
    } else {
        writer.text("NULL::pg_catalog.int8, ");
    }
    let shared = level.link.as_ref().map(|link| link.shared);
    match shared {
        Some(false) => writer.ident(PARENT),
        None | Some(true) => writer.text("NULL::pg_catalog.int8"),
    };
    if has_shared(load) {
        match shared {
            Some(true) => writer.text(", ").ident(PARENT),
            None | Some(false) => writer.text(", NULL::pg_catalog.int8[]"),
        };
    }
    for (other, level) in load.levels.iter().enumerate() {
        for (place, column) in level.table.columns.iter().enumerate() {
            writer.text(", ");
            if other == position {
                writer.ident(&column_name(place));
            } else {
                writer.text(&column.placeholder);
            }
            // The first arm names the columns of the result, which the errors of decoding mention.
            if position == 0 {
                writer.text(" AS ").ident(column.name);
            }
        }
    }
    writer.text(" FROM ").ident(&level_name(position));
    if !level.rows.order_by.is_empty() {
        writer.text(" ORDER BY ").list(
            ", ",
            level.rows.order_by.iter().enumerate(),
            |writer, (position, criterion)| {
                writer.ident(&sort_name(position)).direction(criterion);
            },
        );
    }
    writer.text(")");
}

fn is_parent(load: &Load, position: usize) -> bool {
    load.levels.iter().any(|level| level.link.as_ref().is_some_and(|link| link.parent == position))
}

fn level_name(position: usize) -> String {
    format!("level {position}")
}

fn column_name(position: usize) -> String {
    format!("column {position}")
}

fn sort_name(position: usize) -> String {
    format!("sort {position}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{__private::table_info, query::Rows, schema::SqlType};

    #[test]
    fn more_columns_than_postgresql_returns_are_refused() {
        let columns = vec![("id", SqlType::BigInt); 500];
        let table = Box::leak(Box::new(table_info(None, "wide", columns, &[])));
        let level = Level { table, link: None, rows: Rows::default() };
        assert!(load(&Load { levels: vec![level.clone(); 3] }).is_ok());
        let error = load(&Load { levels: vec![level; 4] }).unwrap_err();
        assert!(error.to_string().contains("needs 2003 columns"), "{error}");
    }
}
