//! New rows by the columns that they give.

use crate::{
    query::{Expr, NewRows},
    typed::{Insertable, Queryable},
};

/// Rows that give the same columns, and where they stood among all rows.
pub(super) struct Alike<N> {
    pub(super) positions: Vec<usize>,
    rows: Vec<N>,
}

/// Puts rows together that give the same columns, in the order in which each first appears.
pub(super) fn group<N: Insertable>(rows: Vec<N>) -> Vec<Alike<N>> {
    let mut groups: Vec<(Vec<&'static str>, Alike<N>)> = Vec::new();
    for (position, row) in rows.into_iter().enumerate() {
        let given = row.given();
        match groups.iter_mut().find(|(columns, _)| *columns == given) {
            Some((_, alike)) => {
                alike.positions.push(position);
                alike.rows.push(row);
            }
            None => groups.push((given, Alike { positions: vec![position], rows: vec![row] })),
        }
    }
    groups.into_iter().map(|(_, alike)| alike).collect()
}

impl<N: Insertable> Alike<N> {
    /// The columns, and the rows' values for them.
    pub(super) fn into_rows(self) -> (Vec<&'static str>, NewRows) {
        let columns = self.rows.first().map(N::given).unwrap_or_default();
        if columns.is_empty() {
            return (columns, NewRows::Defaults(super::super::select::count(self.rows.len() as u64)));
        }
        let info = N::Table::info();
        let types: Option<Vec<&str>> =
            columns.iter().map(|column| info.columns[info.position(column)].array_type.as_deref()).collect();
        let rows = match types {
            Some(types) => NewRows::Arrays(N::into_arrays(self.rows).into_iter().zip(types).collect()),
            // An array of arrays is a matrix in PostgreSQL: all of one length, and taken apart to its elements.
            None => NewRows::Values(self.rows.into_iter().map(|row| values(row).1).collect()),
        };
        (columns, rows)
    }
}

/// The columns of one row, and its values.
pub(super) fn values<N: Insertable>(row: N) -> (Vec<&'static str>, Vec<Expr>) {
    row.into_values().into_iter().map(|(column, value)| (column, Expr::Parameter(value))).unzip()
}
