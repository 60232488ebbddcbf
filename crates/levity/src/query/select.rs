use super::Expr;

/// A table as a statement names it.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The PostgreSQL namespace, when it is not found through the search path.
    pub namespace: Option<&'static str>,
    /// The table's name.
    pub table: &'static str,
    /// The name that its columns are qualified with.
    pub alias: &'static str,
}

/// What a query asks of one table: which rows, in which order, how many.
#[derive(Clone, Default)]
pub struct Select {
    /// The condition; `None` means every row.
    pub filter: Option<Expr>,
    /// The order, most significant first.
    pub order_by: Vec<OrderBy>,
    /// The largest number of rows.
    pub limit: Option<i64>,
    /// The number of rows to skip.
    pub offset: Option<i64>,
}

/// Adds a condition to one that may be there.
pub(crate) fn and(filter: &mut Option<Expr>, condition: Expr) {
    *filter = Some(match filter.take() {
        Some(present) => present.and(condition),
        None => condition,
    });
}

/// One criterion of an order.
#[derive(Clone)]
pub struct OrderBy {
    /// What is compared.
    pub expr: Expr,
    /// Whether large values come first.
    pub descending: bool,
}
