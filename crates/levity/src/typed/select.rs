use futures_util::Stream;

use super::{
    Attach, Chosen, Covers, Derived, Expressions, FirstTable, InSchema, Join, Joinable, Keyset, Loaded, Lock,
    Lockable, Many, Ordering, Outer, Parent, Plain, Predicate, Query, Queryable, RelationOf, RowsOf, Scope,
    Selection, Shape, Source, Subquery, With, WithCount, derived::hoist, relation::Related, shape,
    tree::Tree,
};
use crate::{
    Error, Executor,
    query::{self, Body, Load},
    sql::{self, Statement},
};

/// Reads rows of the table `T`, with relations where `with` says so; made by `db.select::<T>()`.
///
/// What is more than that (joins, chosen columns, groups) makes it a [`Query`].
///
/// Without `order_by`, PostgreSQL returns rows in any order.
#[must_use = "a query does nothing until `all`, `first` or `one` is awaited"]
pub struct Select<E, T, S = Plain<T>> {
    query: Query<E, (T, ()), FirstTable>,
    shape: S,
}

impl<E, T: InSchema> Select<E, T> {
    pub(crate) fn new(executor: E) -> Self {
        Self { query: Query::new(executor, query::FromItem::Table(T::source())), shape: Plain::new() }
    }
}

impl<E, T, S> Select<E, T, S> {
    pub(super) fn reshape<Next>(self, change: impl FnOnce(S) -> Next) -> Select<E, T, Next> {
        Select { query: self.query, shape: change(self.shape) }
    }
}

impl<E, T: Queryable, S: Shape<Base = T>> Select<E, T, S> {
    /// Whether the rows of the table alone are what is returned.
    const PLAIN: bool = S::LEVELS == 1 && S::COUNTS == 0;

    fn map(
        self,
        change: impl FnOnce(Query<E, (T, ()), FirstTable>) -> Query<E, (T, ()), FirstTable>,
    ) -> Self {
        Self { query: change(self.query), shape: self.shape }
    }

    /// Reads only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(self, condition: P) -> Self
    where
        P: Predicate,
        (T, ()): Covers<P::Scope, Positions>,
    {
        self.map(|query| query.filter(condition))
    }

    /// Orders the rows. Called again, the next criterion decides between rows that are equal so far.
    pub fn order_by<O, Positions>(self, order: O) -> Self
    where
        O: Ordering,
        (T, ()): Covers<O::Scope, Positions>,
    {
        self.map(|query| query.order_by(order))
    }

    /// Orders the rows, and begins behind the one that has these values; see [`Query::page`].
    pub fn page<K, Positions>(self, order: K, after: Option<K::Key>) -> Self
    where
        K: Keyset<(T, ()), Positions>,
    {
        self.map(|query| query.page(order, after))
    }

    /// Returns at most this many rows.
    pub fn limit(self, rows: u64) -> Self {
        self.map(|query| query.limit(rows))
    }

    /// Skips this many rows.
    pub fn offset(self, rows: u64) -> Self {
        self.map(|query| query.offset(rows))
    }

    /// Loads a relation along with the rows, in the same statement.
    pub fn with<R, C>(self, relation: Related<R, C>) -> Select<E, T, With<S, R, C>>
    where
        R: RelationOf<T>,
        R::Child: InSchema,
        C: Shape<Base = R::Child>,
        S::Output: Attach<R, Loaded<R, C::Output>>,
    {
        self.reshape(|shape| With::new(shape, relation))
    }

    /// Counts the rows of a relation: the field holds an `i64` instead of the rows.
    pub fn with_count<R>(self, relation: Related<R>) -> Select<E, T, WithCount<S, R>>
    where
        R: RelationOf<T, Cardinality = Many>,
        R::Child: InSchema,
        S::Output: Attach<R, i64>,
    {
        self.reshape(|shape| WithCount::new(shape, relation))
    }

    fn into_load(self) -> (E, Load) {
        let mut levels = vec![shape::level::<T>(self.query.select.rows, None)];
        self.shape.describe(0, &mut levels);
        (self.query.executor, Load { levels })
    }

    /// The executor, and what it is asked for.
    fn into_parts(self) -> Result<(E, Statement), Error> {
        if Self::PLAIN {
            let statement = self.query.to_statement();
            return Ok((self.query.executor, statement));
        }
        let (executor, load) = self.into_load();
        Ok((executor, sql::load::load(&load)?))
    }

    /// The text of the statement with its values, without running it.
    ///
    /// # Errors
    ///
    /// More columns than PostgreSQL can return.
    pub fn into_statement(self) -> Result<Statement, Error> {
        Ok(self.into_parts()?.1)
    }

    fn name() -> &'static str {
        T::NAME
    }
}

impl<E: Executor, T: Queryable, S: Shape<Base = T>> Select<E, T, S> {
    /// Every row.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn all(self) -> Result<Vec<S::Output>, Error> {
        let tree = if Self::PLAIN {
            let query = self.query;
            Tree::plain(query.executor.query(&query.to_statement()).await?)
        } else {
            let (executor, load) = self.into_load();
            Tree::new(&load, executor.query(&sql::load::load(&load)?).await?)?
        };
        (0..tree.len()).map(|row| S::assemble(&tree, 0, row)).collect()
    }

    /// The rows while they come, in a result of any size; see [`RowStream`](crate::RowStream). A query with relations has no
    /// stream: its statement gives the rows of one table after those of another.
    ///
    /// # Errors
    ///
    /// See [`Error`]. An item can be one too; there are no more rows after it.
    pub async fn stream(self) -> Result<impl Stream<Item = Result<T, Error>> + Send + Unpin, Error>
    where
        S: Streamable,
    {
        self.query.stream().await
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn first(mut self) -> Result<Option<S::Output>, Error> {
        let rows = &mut self.query.select.rows;
        rows.limit = Some(rows.limit.map_or(1, |limit| limit.min(1)));
        Ok(self.all().await?.into_iter().next())
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// No row ([`Error::is_no_rows`]) or more than one ([`Error::is_too_many_rows`]), and every other [`Error`].
    pub async fn one(mut self) -> Result<S::Output, Error> {
        let rows = &mut self.query.select.rows;
        rows.limit = Some(rows.limit.map_or(2, |limit| limit.min(2)));
        only(self.all().await?, Self::name())
    }

    /// The number of rows, without reading them. Relations play no part in it.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn count(self) -> Result<u64, Error> {
        self.query.count().await
    }

    /// How PostgreSQL would run the statement, as text.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn explain(self) -> Result<String, Error> {
        self.explained(false).await
    }

    /// How PostgreSQL has run the statement, with times and numbers of rows and buffers. It does run.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn explain_analyze(self) -> Result<String, Error> {
        self.explained(true).await
    }

    async fn explained(self, analyze: bool) -> Result<String, Error> {
        let (executor, statement) = self.into_parts()?;
        explained(&executor, &statement, analyze).await
    }
}

/// What makes it a [`Query`], where it is documented.
#[expect(missing_docs, reason = "the same as the methods of `Query`")]
impl<E, T: Queryable> Select<E, T> {
    pub fn columns<Selected, Positions>(
        self,
        columns: Selected,
    ) -> Query<E, (T, ()), Chosen<Selected, Selected::Output>>
    where
        Selected: Selection<(T, ()), Positions>,
    {
        self.query.columns(columns)
    }

    pub fn distinct(self) -> Query<E, (T, ()), FirstTable> {
        self.query.distinct()
    }

    pub fn distinct_on<X, Positions>(self, expressions: X) -> Query<E, (T, ()), FirstTable>
    where
        X: Expressions,
        (T, ()): Covers<X::Scope, Positions>,
    {
        self.query.distinct_on(expressions)
    }

    pub fn group_by<X, Positions>(self, expressions: X) -> Query<E, (T, ()), FirstTable>
    where
        X: Expressions,
        (T, ()): Covers<X::Scope, Positions>,
    {
        self.query.group_by(expressions)
    }

    pub fn lock<L: Scope, Positions>(self, lock: Lock<L>) -> Query<E, (T, ()), FirstTable>
    where
        (T, ()): Covers<L, Positions, Nullability: Lockable>,
    {
        self.query.lock(lock)
    }

    pub fn correlate<P: Source>(self) -> Query<E, (T, (Parent<P>, ())), FirstTable> {
        self.query.correlate()
    }

    pub fn inner_join<J: Joinable>(self) -> Join<E, (T, (J, ()))> {
        self.query.inner_join()
    }

    pub fn left_join<J: Joinable>(self) -> Join<E, (T, (Outer<J>, ()))> {
        self.query.left_join()
    }

    pub fn right_join<J: Joinable>(self) -> Join<E, (Outer<T>, (J, ()))> {
        self.query.right_join()
    }

    pub fn full_join<J: Joinable>(self) -> Join<E, (Outer<T>, (Outer<J>, ()))> {
        self.query.full_join()
    }

    pub fn cross_join<J: Joinable>(self) -> Query<E, (T, (J, ())), FirstTable> {
        self.query.cross_join()
    }

    pub fn inner_join_query<J: Source, P, Positions>(self, derived: Derived<J, P>) -> Join<E, (T, (J, ()))>
    where
        (T, ()): Covers<P, Positions>,
    {
        self.query.inner_join_query(derived)
    }

    pub fn left_join_query<J: Source, P, Positions>(
        self,
        derived: Derived<J, P>,
    ) -> Join<E, (T, (Outer<J>, ()))>
    where
        (T, ()): Covers<P, Positions>,
    {
        self.query.left_join_query(derived)
    }

    pub fn cross_join_query<J: Source, P, Positions>(
        self,
        derived: Derived<J, P>,
    ) -> Query<E, (T, (J, ())), FirstTable>
    where
        (T, ()): Covers<P, Positions>,
    {
        self.query.cross_join_query(derived)
    }
}

impl<E, T: Queryable> Subquery for Select<E, T> {
    type Parents = ();
    type Selection = FirstTable;

    fn into_select(self) -> query::Select {
        self.query.into_select()
    }
}

impl<E, T: Queryable> RowsOf for Select<E, T> {
    type Row = T;
    type Parents = ();

    fn into_body(self) -> Body {
        Body::Select(Box::new(self.query.into_select()))
    }
}

/// What can be streamed: rows without relations.
#[diagnostic::on_unimplemented(
    message = "a query with relations cannot be streamed",
    label = "rows of several tables come one table after the other",
    note = "read it with `all`, page by page if it is large, or stream a query without `with`"
)]
pub trait Streamable {}

impl<T> Streamable for Plain<T> {}

/// The only row of a result.
pub(super) fn only<T>(rows: Vec<T>, what: &str) -> Result<T, Error> {
    let mut rows = rows.into_iter();
    match (rows.next(), rows.next()) {
        (Some(row), None) => Ok(row),
        (None, _) => Err(Error::no_rows(what)),
        (Some(_), Some(_)) => Err(Error::too_many_rows(what)),
    }
}

/// A number of rows as PostgreSQL counts them.
pub(super) fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// The number of rows that a query has.
pub(super) async fn count_rows<E: Executor>(executor: &E, query: query::Body) -> Result<u64, Error> {
    let (query, with) = hoist(query);
    counted(executor, &sql::statements::count(&with, &query)).await
}

/// The answer to a statement that counts.
pub(super) async fn counted<E: Executor>(executor: &E, statement: &Statement) -> Result<u64, Error> {
    let row = only(executor.query(statement).await?, "the count")?;
    let count: i64 = crate::row::column(&row, 0)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The answer to EXPLAIN.
pub(super) async fn explained<E: Executor>(
    executor: &E,
    statement: &Statement,
    analyze: bool,
) -> Result<String, Error> {
    let rows = executor.query(&sql::statements::explain(statement, analyze)).await?;
    let lines: Result<Vec<String>, Error> = rows.iter().map(|row| crate::row::column(row, 0)).collect();
    Ok(lines?.join("\n"))
}
