use super::{Body, Cte, Expr, FromItem, Source};
use crate::sql::Parameter;

/// Inserts rows that give the same columns.
#[derive(Clone)]
pub struct Insert {
    /// The common table expressions, each after those that it mentions.
    pub with: Vec<Cte>,
    /// The table.
    pub into: Source,
    /// The columns that get a value; every other one takes its default.
    pub columns: Vec<&'static str>,
    /// Their values.
    pub rows: NewRows,
    /// What happens to a row whose key exists.
    pub conflict: Option<Conflict>,
    /// What to return.
    pub returning: Vec<Expr>,
}

/// The rows of an insert.
#[derive(Clone)]
pub enum NewRows {
    /// Expressions, row by row. One row without columns takes all defaults.
    Values(Vec<Vec<Expr>>),
    /// One array of values for each column, with the text of its type.
    Arrays(Vec<(Parameter, &'static str)>),
    /// This many rows of defaults.
    Defaults(i64),
    /// The rows of a query.
    Query(Body),
}

/// What an insert does with a row whose key exists.
#[derive(Clone)]
pub struct Conflict {
    /// Which key.
    pub target: ConflictTarget,
    /// What then.
    pub action: ConflictAction,
}

/// The key that an insert watches.
#[derive(Clone)]
pub enum ConflictTarget {
    /// Every key of the table.
    Any,
    /// The unique index on these columns and expressions, and over the rows for which the condition holds.
    Index(Vec<Expr>, Option<Expr>),
    /// The constraint of this name.
    Constraint(&'static str),
}

/// What an insert does instead.
#[derive(Clone)]
pub enum ConflictAction {
    /// Leaves the row out.
    Nothing,
    /// Updates the row that is there.
    Update {
        /// The columns that change.
        set: Vec<(&'static str, Expr)>,
        /// The condition; `None` means always.
        filter: Option<Expr>,
    },
}

/// Updates rows.
#[derive(Clone)]
pub struct Update {
    /// The common table expressions, each after those that it mentions.
    pub with: Vec<Cte>,
    /// The table.
    pub table: Source,
    /// The columns that change.
    pub set: Vec<(&'static str, Expr)>,
    /// What is read along.
    pub from: Vec<FromItem>,
    /// The condition; `None` means every row.
    pub filter: Option<Expr>,
    /// What to return.
    pub returning: Vec<Expr>,
}

/// Deletes rows.
#[derive(Clone)]
pub struct Delete {
    /// The common table expressions, each after those that it mentions.
    pub with: Vec<Cte>,
    /// The table.
    pub from: Source,
    /// What is read along.
    pub using: Vec<FromItem>,
    /// The condition; `None` means every row.
    pub filter: Option<Expr>,
    /// What to return.
    pub returning: Vec<Expr>,
}
