//! The rows of one level: its columns, what its arm sorts by, its parent's number and, when it is a parent itself, a number
//! of its own and the keys of its children.
//!
//! All of a level's SQL comes from [`rows`], because an engine that shards may need a parent inlined.

use super::{NUMBER, PARENT, POSITION, column_name, has_positions, key_name, level_name, sort_name};
use crate::{
    query::{Level, Link, LinkTable},
    sql::writer::Writer,
};

const LEVEL_ALIAS: &str = "level row";
const PARENT_ALIAS: &str = "parent row";
const CHILD_ALIAS: &str = "child row";
const LINK_ALIAS: &str = "link row";

pub(super) fn rows(writer: &mut Writer, level: &Level, numbered: bool) {
    if numbered {
        // Around the query, not inside: a window function is computed before LIMIT, over the whole table.
        writer.text("SELECT row_number() OVER () AS ").ident(NUMBER).text(", ");
        writer.ident(LEVEL_ALIAS).text(".* FROM (");
    }
    match &level.link {
        None => root(writer, level),
        Some(link) => match &link.through {
            None if link.shared => shared(writer, level, link),
            Some(through) if link.shared => linked(writer, level, link, through),
            None | Some(_) => {
                of_each_parent(writer, level, link, |writer| columns(writer, level));
            }
        },
    }
    if numbered {
        writer.text(") AS ").ident(LEVEL_ALIAS);
    }
}

fn root(writer: &mut Writer, level: &Level) {
    writer.text("SELECT ");
    columns(writer, level);
    writer.text(" FROM ").source(&level.table);
    writer.filter(" WHERE ", level.rows.filter.as_ref());
    if is_limited(level) {
        writer.order_by(&level.rows.order_by);
    }
    writer.limits(&level.rows);
}

fn is_limited(level: &Level) -> bool {
    level.rows.limit.is_some() || level.rows.offset.is_some()
}

/// The number of a parent and these columns, for each parent and each of its rows.
fn of_each_parent(writer: &mut Writer, level: &Level, link: &Link, columns: impl Fn(&mut Writer)) {
    writer.text("SELECT ").column(PARENT_ALIAS, NUMBER).text(" AS ").ident(PARENT).text(", ");
    if is_limited(level) {
        // The rows of each parent are looked up on their own.
        writer.ident(CHILD_ALIAS).text(".* FROM ");
        parent(writer, link);
        writer.text(" CROSS JOIN LATERAL (SELECT ");
        columns(writer);
        writer.text(" FROM ");
        if let Some(through) = &link.through {
            writer.source(&through.table).text(" JOIN ").source(&level.table).text(" ON ");
            child_matches(writer, level, through);
        } else {
            writer.source(&level.table);
        }
        writer.text(" WHERE ");
        key_matches(writer, level, link);
        writer.filter(" AND ", level.rows.filter.as_ref());
        writer.order_by(&level.rows.order_by).limits(&level.rows);
        writer.text(") AS ").ident(CHILD_ALIAS);
    } else {
        // A plain join, which PostgreSQL can do in one pass over either side.
        columns(writer);
        writer.text(" FROM ");
        parent(writer, link);
        let holder = link.through.as_ref().map_or(&level.table, |through| &through.table);
        writer.text(" JOIN ").source(holder).text(" ON ");
        key_matches(writer, level, link);
        if let Some(through) = &link.through {
            writer.text(" JOIN ").source(&level.table).text(" ON ");
            child_matches(writer, level, through);
        }
        writer.filter(" WHERE ", level.rows.filter.as_ref());
    }
}

/// A to-one level: each row once, with the numbers of all the parents that share it.
fn shared(writer: &mut Writer, level: &Level, link: &Link) {
    let keys = |writer: &mut Writer| {
        writer.list(", ", &link.columns, |writer, (key, _)| {
            writer.ident(&key_name(*key));
        });
    };
    writer.text("SELECT ").column(PARENT_ALIAS, PARENT).text(", ");
    columns(writer, level);
    writer.text(" FROM (SELECT ");
    keys(writer);
    writer.text(", array_agg(").ident(NUMBER).text(") AS ").ident(PARENT);
    writer.text(" FROM ").ident(&level_name(link.parent)).text(" GROUP BY ");
    keys(writer);
    writer.text(") AS ").ident(PARENT_ALIAS).text(" JOIN ").source(&level.table).text(" ON ");
    key_matches(writer, level, link);
    writer.filter(" WHERE ", level.rows.filter.as_ref());
}

/// A level behind a link table: each row once, with the numbers of all the parents that share it and, where the parents'
/// rows are sorted, its place among those of each.
fn linked(writer: &mut Writer, level: &Level, link: &Link, through: &LinkTable) {
    let keys = |writer: &mut Writer| {
        writer.list(", ", 0..through.columns.len(), |writer, key| {
            writer.ident(&key_name(key));
        });
    };
    let positions = has_positions(level);
    writer.text("SELECT ").column(LINK_ALIAS, PARENT).text(", ");
    if positions {
        writer.column(LINK_ALIAS, POSITION).text(", ");
    }
    columns(writer, level);
    writer.text(" FROM (SELECT ");
    keys(writer);
    // Aggregates of one query take the rows in the same order, whichever it is.
    writer.text(", array_agg(").ident(PARENT).text(") AS ").ident(PARENT);
    if positions {
        writer.text(", array_agg(").ident(POSITION).text(") AS ").ident(POSITION);
        // Places in the order of all rows, which puts those of each parent in order too.
        writer.text(" FROM (SELECT ").ident(LINK_ALIAS).text(".*, row_number() OVER (");
        sort_order(writer, "ORDER BY ", level);
        writer.text(") AS ").ident(POSITION);
    }
    writer.text(" FROM (");
    links(writer, level, link, through);
    writer.text(") AS ").ident(LINK_ALIAS);
    if positions {
        writer.text(") AS ").ident(LINK_ALIAS);
    }
    writer.text(" GROUP BY ");
    keys(writer);
    writer.text(") AS ").ident(LINK_ALIAS).text(" JOIN ").source(&level.table).text(" ON ");
    writer.list(" AND ", through.columns.iter().enumerate(), |writer, (key, (_, child))| {
        writer.column(level.table.alias, child).text(" = ").column(LINK_ALIAS, &key_name(key));
    });
}

/// The number of a parent and the key of a row, for each row of the link table that counts.
fn links(writer: &mut Writer, level: &Level, link: &Link, through: &LinkTable) {
    let columns = |writer: &mut Writer| {
        writer.list(", ", through.columns.iter().enumerate(), |writer, (key, (own, _))| {
            writer.column(through.table.alias, own).text(" AS ").ident(&key_name(key));
        });
        sort_columns(writer, level);
    };
    if level.rows.filter.is_some() || !level.rows.order_by.is_empty() || is_limited(level) {
        of_each_parent(writer, level, link, columns);
    } else {
        // Which rows they lead to makes no difference.
        writer.text("SELECT ").column(PARENT_ALIAS, NUMBER).text(" AS ").ident(PARENT).text(", ");
        columns(writer);
        writer.text(" FROM ");
        parent(writer, link);
        writer.text(" JOIN ").source(&through.table).text(" ON ");
        key_matches(writer, level, link);
    }
}

fn parent(writer: &mut Writer, link: &Link) {
    writer.ident(&level_name(link.parent)).text(" AS ").ident(PARENT_ALIAS);
}

/// What makes a row of the level, or of the link table to it, the parent's.
fn key_matches(writer: &mut Writer, level: &Level, link: &Link) {
    let holder = link.through.as_ref().map_or(&level.table, |through| &through.table);
    writer.list(" AND ", &link.columns, |writer, (key, column)| {
        writer.column(holder.alias, column).text(" = ").column(PARENT_ALIAS, &key_name(*key));
    });
}

/// What makes a row of the level that of the link table's row.
fn child_matches(writer: &mut Writer, level: &Level, through: &LinkTable) {
    writer.list(" AND ", &through.columns, |writer, (own, child)| {
        writer.column(level.table.alias, child).text(" = ").column(through.table.alias, own);
    });
}

/// What a level returns, the keys of its children, then what its arm will sort by.
fn columns(writer: &mut Writer, level: &Level) {
    writer.list(", ", level.columns.iter().enumerate(), |writer, (position, column)| {
        writer.expr(&column.expr);
        writer.text(" AS ").ident(&column_name(position));
    });
    for (position, key) in level.keys.iter().enumerate() {
        writer.text(", ").column(level.table.alias, key).text(" AS ").ident(&key_name(position));
    }
    if !has_positions(level) {
        sort_columns(writer, level);
    }
}

fn sort_columns(writer: &mut Writer, level: &Level) {
    for (position, criterion) in level.rows.order_by.iter().enumerate() {
        writer.text(", ");
        writer.expr(&criterion.expr);
        writer.text(" AS ").ident(&sort_name(position));
    }
}

/// The order of the rows, by what [`sort_columns`] has named.
pub(super) fn sort_order(writer: &mut Writer, keyword: &str, level: &Level) {
    if !level.rows.order_by.is_empty() {
        writer.text(keyword).list(
            ", ",
            level.rows.order_by.iter().enumerate(),
            |writer, (position, criterion)| {
                writer.ident(&sort_name(position)).direction(criterion);
            },
        );
    }
}
