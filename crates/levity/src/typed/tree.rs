use tokio_postgres::Row;

use crate::{
    Error,
    query::Load,
    row,
    sql::load::{Header, has_positions},
};

/// The flat rows of a relational query, put in order: which rows each level has, and which belong to which parent.
///
/// Rows are found by position only; PostgreSQL has matched the keys already.
pub struct Tree {
    levels: Vec<LevelRows>,
}

struct LevelRows {
    /// Where the level's columns begin in a row.
    offset: usize,
    /// Where those of them begin that count a relation.
    counts: usize,
    rows: Vec<Row>,
    /// The positions of the children of each row of the parent level.
    children: Vec<Vec<usize>>,
}

/// A row number of the statement: counts from 1 within its level.
type Number = i64;

impl Tree {
    /// The rows of a query on one table.
    pub(super) fn plain(rows: Vec<Row>) -> Self {
        Self { levels: vec![LevelRows { offset: 0, counts: 0, rows, children: Vec::new() }] }
    }

    /// Sorts the rows of the statement into levels.
    pub(super) fn new(load: &Load, rows: Vec<Row>) -> Result<Self, Error> {
        let header = Header::new(load);
        let mut offset = header.width;
        let mut levels: Vec<LevelRows> = load
            .levels
            .iter()
            .map(|level| {
                let start = offset;
                offset += level.columns.len();
                LevelRows {
                    offset: start,
                    counts: offset - level.counts,
                    rows: Vec::new(),
                    children: Vec::new(),
                }
            })
            .collect();
        for row in rows {
            let level: i32 = row::column(&row, Header::LEVEL)?;
            let rows = usize::try_from(level).ok().and_then(|level| levels.get_mut(level));
            rows.expect("the statement has no other levels").rows.push(row);
        }
        for (position, level) in load.levels.iter().enumerate() {
            if let Some(link) = &level.link {
                let parents = positions_by_number(&levels[link.parent].rows)?;
                let rows = &levels[position].rows;
                levels[position].children = match header.parents.filter(|_| link.shared) {
                    None => children(rows, &parents)?,
                    Some(column) => {
                        let positions = header.positions.filter(|_| has_positions(level));
                        shared_children(rows, &parents, column, positions)?
                    }
                };
            }
        }
        Ok(Self { levels })
    }

    /// The number of rows of the root.
    pub(super) fn len(&self) -> usize {
        self.levels[0].rows.len()
    }

    /// Reads a row of a level, from the place where the level's columns begin.
    pub(super) fn read<V>(
        &self,
        level: usize,
        row: usize,
        read: impl FnOnce(&Row, usize) -> Result<V, Error>,
    ) -> Result<V, Error> {
        let level = &self.levels[level];
        read(&level.rows[row], level.offset)
    }

    /// The number of rows of the relation that a level counts at this place.
    pub(super) fn count(&self, level: usize, row: usize, place: usize) -> Result<i64, Error> {
        let level = &self.levels[level];
        row::column(&level.rows[row], level.counts + place)
    }

    /// The positions in `level` of the children of the row `parent` of the level above.
    pub(super) fn children(&self, level: usize, parent: usize) -> &[usize] {
        &self.levels[level].children[parent]
    }
}

/// For each row number, the position at which that row came. Nothing relies on rows coming in the order of numbers.
fn positions_by_number(rows: &[Row]) -> Result<Vec<usize>, Error> {
    let mut positions = vec![0; rows.len()];
    for (position, row) in rows.iter().enumerate() {
        let number: Number = row::column(row, Header::NUMBER)?;
        positions[index(number)] = position;
    }
    Ok(positions)
}

/// The children of each parent, where each belongs to one.
fn children(rows: &[Row], parents: &[usize]) -> Result<Vec<Vec<usize>>, Error> {
    let mut children = vec![Vec::new(); parents.len()];
    for (position, row) in rows.iter().enumerate() {
        let parent: Number = row::column(row, Header::PARENT)?;
        children[parents[index(parent)]].push(position);
    }
    Ok(children)
}

/// The children of each parent, where each says in the column `numbers` which ones share it and, when they have an order
/// of their own, in the column `places` where it stands in that of each.
fn shared_children(
    rows: &[Row],
    parents: &[usize],
    numbers: usize,
    places: Option<usize>,
) -> Result<Vec<Vec<usize>>, Error> {
    let mut children: Vec<Vec<(i64, usize)>> = vec![Vec::new(); parents.len()];
    for (position, row) in rows.iter().enumerate() {
        let shared: Vec<Number> = row::column(row, numbers)?;
        let places: Vec<i64> = match places {
            Some(column) => row::column(row, column)?,
            None => vec![0; shared.len()],
        };
        for (parent, place) in shared.into_iter().zip(places) {
            children[parents[index(parent)]].push((place, position));
        }
    }
    let in_order = |mut children: Vec<(i64, usize)>| {
        children.sort_by_key(|&(place, _)| place);
        children.into_iter().map(|(_, position)| position).collect()
    };
    Ok(children.into_iter().map(in_order).collect())
}

fn index(number: Number) -> usize {
    usize::try_from(number - 1).expect("row_number() counts from 1")
}
