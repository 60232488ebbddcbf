use super::{Expr, Source};

/// Inserts one row.
#[derive(Clone)]
pub struct Insert {
    /// The table.
    pub into: Source,
    /// The columns that get a value; every other one takes its default.
    pub values: Vec<(&'static str, Expr)>,
    /// The columns to return.
    pub returning: Vec<&'static str>,
}

/// Updates rows.
#[derive(Clone)]
pub struct Update {
    /// The table.
    pub table: Source,
    /// The columns that change.
    pub set: Vec<(&'static str, Expr)>,
    /// The condition; `None` means every row.
    pub filter: Option<Expr>,
    /// The columns to return.
    pub returning: Vec<&'static str>,
}

/// Deletes rows.
#[derive(Clone)]
pub struct Delete {
    /// The table.
    pub from: Source,
    /// The condition; `None` means every row.
    pub filter: Option<Expr>,
    /// The columns to return.
    pub returning: Vec<&'static str>,
}
