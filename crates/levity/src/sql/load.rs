//! A relational query as one statement of flat rows.
//!
//! Each level is a CTE. The statement ends in one `SELECT` per level, joined by `UNION ALL`: the level, the row's own
//! number, its parent's number (or its parents' numbers), and the columns of every level, NULL for the others. The
//! numbers are given by PostgreSQL, so rows are put together exactly as its joins matched them, whatever equality the
//! key's type has.
//!
//! Within the statement every column has a name of ours, so that what a caller writes in `sql!` without a table means a column
//! of the level's own table (or of the link table to it), never one of its parent's. Our names contain a space; only a table
//! called `level 0` would be hidden by one.

mod level;

use super::{Statement, writer::Writer};
use crate::{
    Error,
    query::{Level, Load},
};

/// The columns before those of the first level. The level, the row's number and the parent's number are always there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    /// The numbers of all parents, where a level is shared by several.
    pub(crate) parents: Option<usize>,
    /// The positions of the row within the rows of each of these parents.
    pub(crate) positions: Option<usize>,
    /// The number of columns.
    pub(crate) width: usize,
}

impl Header {
    pub(crate) const LEVEL: usize = 0;
    pub(crate) const NUMBER: usize = 1;
    pub(crate) const PARENT: usize = 2;

    pub(crate) fn new(load: &Load) -> Self {
        let mut width = 3;
        let mut next = |present: bool| {
            present.then(|| {
                width += 1;
                width - 1
            })
        };
        let parents = next(load.levels.iter().any(is_shared));
        let positions = next(load.levels.iter().any(has_positions));
        Self { parents, positions, width }
    }
}

fn is_shared(level: &Level) -> bool {
    level.link.as_ref().is_some_and(|link| link.shared)
}

/// Whether each parent has an order of its own for the rows that it shares.
pub(crate) fn has_positions(level: &Level) -> bool {
    let shared = |link: &crate::query::Link| link.shared && link.through.is_some();
    level.link.as_ref().is_some_and(shared) && !level.rows.order_by.is_empty()
}

/// The most columns that a PostgreSQL query can return (`MaxTupleAttributeNumber`).
const MAX_COLUMNS: usize = 1664;

/// A row's number within its level.
const NUMBER: &str = "row number";
/// The number of the parent, or the numbers of the parents.
const PARENT: &str = "parent number";
/// The place of a row among those of its parent, or its places among those of its parents.
const POSITION: &str = "position in parent";

pub(crate) fn load(load: &Load) -> Result<Statement, Error> {
    let header = Header::new(load);
    let columns = header.width + load.levels.iter().map(|level| level.columns.len()).sum::<usize>();
    if columns > MAX_COLUMNS {
        return Err(Error::invalid(format!(
            "a relational query over {} tables needs {columns} columns and PostgreSQL returns at most {MAX_COLUMNS}: load \
             some of the relations in a query of their own, or fewer columns of them",
            load.levels.len()
        )));
    }
    let mut writer = Writer::default();
    writer.text("WITH ").list(",\n", load.levels.iter().enumerate(), |writer, (position, level)| {
        writer.ident(&level_name(position)).text(" AS (");
        level::rows(writer, level, is_parent(load, position));
        writer.text(")");
    });
    writer.text("\n").list("\nUNION ALL ", 0..load.levels.len(), |writer, position| {
        arm(writer, load, header, position);
    });
    Ok(writer.finish())
}

/// The final rows of one level, in its order.
fn arm(writer: &mut Writer, load: &Load, header: Header, position: usize) {
    let level = &load.levels[position];
    writer.text("(SELECT ").text(&position.to_string()).text("::pg_catalog.int4, ");
    if is_parent(load, position) {
        writer.ident(NUMBER).text(", ");
    } else {
        writer.text("NULL::pg_catalog.int8, ");
    }
    if level.link.is_some() && !is_shared(level) {
        writer.ident(PARENT);
    } else {
        writer.text("NULL::pg_catalog.int8");
    }
    let arrays = [
        (header.parents.is_some(), is_shared(level), PARENT),
        (header.positions.is_some(), has_positions(level), POSITION),
    ];
    for (in_header, of_level, name) in arrays {
        if in_header && of_level {
            writer.text(", ").ident(name);
        } else if in_header {
            writer.text(", NULL::pg_catalog.int8[]");
        }
    }
    for (other, level) in load.levels.iter().enumerate() {
        for (place, column) in level.columns.iter().enumerate() {
            writer.text(", ");
            match column.placeholder {
                _ if other == position => writer.ident(&column_name(place)),
                Some(placeholder) => writer.text(placeholder),
                // Only PostgreSQL knows the type of an expression. This query reads nothing.
                None => {
                    writer.text("(SELECT ").ident(&column_name(place)).text(" FROM ");
                    writer.ident(&level_name(other)).text(" WHERE false)")
                }
            };
            // The first arm names the columns of the result, which the errors of decoding mention.
            if let (0, Some(name)) = (position, column.name) {
                writer.text(" AS ").ident(name);
            }
        }
    }
    writer.text(" FROM ").ident(&level_name(position));
    if !has_positions(level) {
        level::sort_order(writer, " ORDER BY ", level);
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

fn key_name(position: usize) -> String {
    format!("key {position}")
}

fn sort_name(position: usize) -> String {
    format!("sort {position}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Expr, LevelColumn, Rows, Source};

    #[test]
    fn more_columns_than_postgresql_returns_are_refused() {
        let column = LevelColumn {
            expr: Expr::Column { table: "wide", name: "id" },
            name: Some("id"),
            placeholder: Some("NULL::pg_catalog.int8"),
        };
        let level = Level {
            table: Source { namespace: None, table: "wide", alias: "wide" },
            columns: vec![column; 500],
            counts: 0,
            keys: Vec::new(),
            link: None,
            rows: Rows::default(),
        };
        assert!(load(&Load { levels: vec![level.clone(); 3] }).is_ok());
        let error = load(&Load { levels: vec![level; 4] }).unwrap_err();
        assert!(error.to_string().contains("needs 2003 columns"), "{error}");
    }
}
