use std::sync::atomic::{AtomicU64, Ordering};

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

/// Which rows, in which order, how many.
#[derive(Clone, Default)]
pub struct Rows {
    /// The condition; `None` means every row.
    pub filter: Option<Expr>,
    /// The order, most significant first.
    pub order_by: Vec<OrderBy>,
    /// The largest number of rows.
    pub limit: Option<i64>,
    /// The number of rows to skip.
    pub offset: Option<i64>,
}

/// A whole query.
#[derive(Clone)]
pub struct Select {
    /// The common table expressions, each after those that it mentions.
    pub with: Vec<Cte>,
    /// Which of several equal rows are returned.
    pub distinct: Distinct,
    /// What is returned.
    pub columns: Vec<Expr>,
    /// What is read.
    pub from: FromItem,
    /// What is joined to it, in this order.
    pub joins: Vec<Join>,
    /// Which rows.
    pub rows: Rows,
    /// What the rows of a group have in common.
    pub group_by: Vec<Expr>,
    /// Which groups.
    pub having: Option<Expr>,
    /// How the rows are locked.
    pub lock: Option<Lock>,
}

impl Select {
    /// A query of everything from one source.
    pub(crate) fn new(from: FromItem, columns: Vec<Expr>) -> Self {
        Self {
            with: Vec::new(),
            distinct: Distinct::No,
            columns,
            from,
            joins: Vec::new(),
            rows: Rows::default(),
            group_by: Vec::new(),
            having: None,
            lock: None,
        }
    }
}

/// Which of several equal rows a query returns.
#[derive(Clone)]
pub enum Distinct {
    /// All of them.
    No,
    /// One of those that are equal.
    Rows,
    /// The first of those that are equal in these expressions.
    On(Vec<Expr>),
}

/// Something that rows are read from.
#[derive(Clone)]
pub enum FromItem {
    /// A table.
    Table(Source),
    /// A common table expression.
    Cte {
        /// Which one.
        id: CteId,
        /// The name of its rows.
        alias: &'static str,
    },
    /// A query in its place.
    Query {
        /// The query.
        query: Body,
        /// Whether it mentions what stands before it.
        lateral: bool,
        /// The name of its rows.
        alias: &'static str,
        /// The names of its columns.
        columns: &'static [&'static str],
    },
}

/// A query that is a part of a statement.
#[derive(Clone)]
pub enum Body {
    /// One that was built.
    Select(Box<Select>),
    /// Several with their rows put together.
    Set(Box<SetQuery>),
    /// The text of a caller.
    Sql(Vec<super::Fragment>),
}

/// Two queries with their rows put together.
#[derive(Clone)]
pub struct SetQuery {
    /// The common table expressions of both, each after those that it mentions.
    pub with: Vec<Cte>,
    /// The first.
    pub left: Body,
    /// `UNION`, `INTERSECT` or `EXCEPT`, with or without `ALL`.
    pub operator: &'static str,
    /// The second.
    pub right: Body,
    /// The order by the position of a column, counted from 1, and whether large values come first.
    pub order_by: Vec<(usize, bool)>,
    /// The largest number of rows.
    pub limit: Option<i64>,
    /// The number of rows to skip.
    pub offset: Option<i64>,
}

/// Tells common table expressions apart, whose rows can have the same name. Clones are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CteId(u64);

impl CteId {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A query with a name, before the statement that uses it.
#[derive(Clone)]
pub struct Cte {
    /// Which one it is.
    pub id: CteId,
    /// The name of its rows.
    pub name: &'static str,
    /// The names of its columns.
    pub columns: &'static [&'static str],
    /// Whether PostgreSQL must compute it on its own, or must not; `None` leaves it to PostgreSQL.
    pub materialized: Option<bool>,
    /// The query.
    pub query: CteQuery,
}

/// What a common table expression computes.
#[derive(Clone)]
pub enum CteQuery {
    /// A query.
    Plain(Body),
    /// A query, then, as long as rows come out, another one over the rows that came out last.
    Recursive {
        /// The first rows.
        initial: Body,
        /// Whether a row that came out before is left out.
        distinct: bool,
        /// The rows that follow from others.
        step: Body,
    },
}

/// Something joined to a query.
#[derive(Clone)]
pub struct Join {
    /// `INNER`, `LEFT`, `RIGHT`, `FULL` or `CROSS`.
    pub kind: &'static str,
    /// What is joined.
    pub from: FromItem,
    /// The condition; none for `CROSS`.
    pub on: Option<Expr>,
}

/// Adds a condition to one that may be there.
pub(crate) fn and(filter: &mut Option<Expr>, condition: Option<Expr>) {
    *filter = match (filter.take(), condition) {
        (Some(present), Some(condition)) => Some(present.and(condition)),
        (present, condition) => present.or(condition),
    };
}

/// One criterion of an order.
#[derive(Clone)]
pub struct OrderBy {
    /// What is compared.
    pub expr: Expr,
    /// Whether large values come first.
    pub descending: bool,
    /// Where NULL comes, when that is not with the large values.
    pub nulls: Option<Nulls>,
}

/// Where NULL comes in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
}

/// A lock on the rows that a query returns.
#[derive(Debug, Clone)]
pub struct Lock {
    /// `UPDATE`, `NO KEY UPDATE`, `SHARE` or `KEY SHARE`.
    pub strength: &'static str,
    /// The tables whose rows are locked; none means all.
    pub of: Vec<&'static str>,
    /// `NOWAIT` or `SKIP LOCKED` instead of waiting.
    pub wait: Option<&'static str>,
}
