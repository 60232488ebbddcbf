//! Queries in the place of tables.

use std::marker::PhantomData;

use super::{FirstTable, Query, Returns, Source, Sql, Tables};
use crate::query::{Body, Cte, CteId, CteQuery, FromItem};

/// The rows of a query, to be read like a table: a [`subquery`], a [`lateral`] one, or a [`cte`].
///
/// `R` is what a row is: a struct that derives [`FromRow`](crate::FromRow), whose columns are then `R::name`, or a table. The
/// rows are called by its name (`"total rows"`, so that they are not mistaken for a table), so a query can join each `R` once.
/// `P` are the tables that a lateral one mentions.
pub struct Derived<R, P> {
    kind: Kind,
    /// The common table expressions that it needs, those that others mention first.
    with: Vec<Cte>,
    marker: PhantomData<fn() -> (R, P)>,
}

#[derive(Clone)]
enum Kind {
    Inline { query: Body, lateral: bool },
    Named(CteId),
}

impl<R, P> Clone for Derived<R, P> {
    fn clone(&self) -> Self {
        Self { kind: self.kind.clone(), with: self.with.clone(), marker: PhantomData }
    }
}

impl<R: Source, P> Derived<R, P> {
    fn inline(body: Body, lateral: bool) -> Self {
        let (body, with) = hoist(body);
        Self { kind: Kind::Inline { query: body, lateral }, with, marker: PhantomData }
    }

    fn named(id: CteId, query: CteQuery, mut with: Vec<Cte>) -> Self {
        with.push(Cte { id, name: R::ALIAS, columns: R::COLUMNS, materialized: None, query });
        Self { kind: Kind::Named(id), with, marker: PhantomData }
    }

    /// The place in a statement, and what the statement must begin with.
    pub(super) fn into_from(self, with: &mut Vec<Cte>) -> FromItem {
        merge(with, self.with);
        match self.kind {
            Kind::Inline { query, lateral } => {
                FromItem::Query { query, lateral, alias: R::ALIAS, columns: R::COLUMNS }
            }
            Kind::Named(id) => FromItem::Cte { id, alias: R::ALIAS },
        }
    }

    fn set_materialized(mut self, materialized: bool) -> Self {
        if let Some(cte) = self.with.last_mut() {
            cte.materialized = Some(materialized);
        }
        self
    }
}

/// The common table expressions of a query that becomes one itself go before it: one that changes data may stand nowhere
/// else.
pub(super) fn hoist(mut body: Body) -> (Body, Vec<Cte>) {
    let with = match &mut body {
        Body::Select(select) => std::mem::take(&mut select.with),
        Body::Set(set) => std::mem::take(&mut set.with),
        Body::Sql(_) => Vec::new(),
    };
    (body, with)
}

/// Adds those that are not there yet: clones are one.
pub(super) fn merge(with: &mut Vec<Cte>, others: Vec<Cte>) {
    for cte in others {
        if with.iter().all(|present| present.id != cte.id) {
            with.push(cte);
        }
    }
}

/// What can become [`Derived`]: a query whose rows have names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query that can be a part of another one",
    label = "expected `select::<Table>()…`"
)]
pub trait RowsOf {
    /// A row.
    type Row;
    /// The tables of the query around it, which it mentions.
    type Parents;

    /// The untyped query.
    fn into_body(self) -> Body;
}

impl<E, T: Tables, S: Returns<T>> RowsOf for Query<E, T, S> {
    type Row = S::Output;
    type Parents = T::Parents;

    fn into_body(self) -> Body {
        Body::Select(Box::new(self.select))
    }
}

/// `(query) AS r`: the rows of a query in the place of a table.
pub fn subquery<Q>(query: Q) -> Derived<Q::Row, ()>
where
    Q: RowsOf<Row: Source, Parents = ()>,
{
    Derived::inline(query.into_body(), false)
}

/// `LATERAL (query) AS r`: a query that is run for each row of the tables before it, whose columns it mentions after
/// [`correlate`](Query::correlate).
pub fn lateral<Q>(query: Q) -> Derived<Q::Row, Q::Parents>
where
    Q: RowsOf<Row: Source>,
{
    Derived::inline(query.into_body(), true)
}

/// `WITH r AS (query)`: a common table expression. The statement that reads it begins with it.
pub fn cte<Q>(query: Q) -> Derived<Q::Row, ()>
where
    Q: RowsOf<Row: Source, Parents = ()>,
{
    let (body, with) = hoist(query.into_body());
    Derived::named(CteId::new(), CteQuery::Plain(body), with)
}

/// `WITH r AS (…)` of a statement in SQL, which can change data and return it: `sql!("DELETE … RETURNING id, name")`. It
/// must return the columns of `R` in their order; PostgreSQL checks their number, and decoding their types.
pub fn cte_sql<R: Source<Row = R>>(sql: Sql) -> Derived<R, ()> {
    Derived::named(CteId::new(), CteQuery::Plain(Body::Sql(sql.into_fragments())), Vec::new())
}

/// `WITH RECURSIVE r AS (initial UNION ALL step)`: the rows of the first query, then those of the second one over the rows
/// that came out last, until there are none. `step` gets the rows as something to read from.
///
/// A cycle in the data never ends; [`recursive_distinct`] leaves out rows that came out before.
pub fn recursive<Q, S>(initial: Q, step: impl FnOnce(Derived<Q::Row, ()>) -> S) -> Derived<Q::Row, ()>
where
    Q: RowsOf<Row: Source, Parents = ()>,
    S: RowsOf<Row = Q::Row, Parents = ()>,
{
    recursion(initial, false, step)
}

/// `WITH RECURSIVE r AS (initial UNION step)`: [`recursive`] in which each row comes out once.
pub fn recursive_distinct<Q, S>(
    initial: Q,
    step: impl FnOnce(Derived<Q::Row, ()>) -> S,
) -> Derived<Q::Row, ()>
where
    Q: RowsOf<Row: Source, Parents = ()>,
    S: RowsOf<Row = Q::Row, Parents = ()>,
{
    recursion(initial, true, step)
}

fn recursion<Q, S>(
    initial: Q,
    distinct: bool,
    step: impl FnOnce(Derived<Q::Row, ()>) -> S,
) -> Derived<Q::Row, ()>
where
    Q: RowsOf<Row: Source>,
    S: RowsOf,
{
    let id = CteId::new();
    // Within its own definition.
    let itself = Derived { kind: Kind::Named(id), with: Vec::new(), marker: PhantomData };
    let (initial, mut with) = hoist(initial.into_body());
    let (step, others) = hoist(step(itself).into_body());
    with.extend(others);
    Derived::named(id, CteQuery::Recursive { initial, distinct, step }, with)
}

impl<R: Source> Derived<R, ()> {
    /// `AS MATERIALIZED`: PostgreSQL computes a common table expression once and on its own, as it also does by itself
    /// when it is read twice or changes data. A subquery stays as it is.
    #[must_use]
    pub fn materialized(self) -> Self {
        self.set_materialized(true)
    }

    /// `AS NOT MATERIALIZED`: PostgreSQL computes a common table expression as a part of what reads it.
    #[must_use]
    pub fn not_materialized(self) -> Self {
        self.set_materialized(false)
    }

    /// A query of these rows.
    pub fn select(self) -> Query<super::Detached, (R, ()), FirstTable> {
        super::select_from(self)
    }
}
