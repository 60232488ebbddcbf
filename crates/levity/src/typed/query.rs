use std::marker::PhantomData;

use futures_util::{Stream, StreamExt};

use super::{
    Chosen, Covers, Derived, Expressions, FirstTable, Joinable, Keyset, Lock, Lockable, Ordering, Parent,
    Predicate, Returns, Scope, Selection, Source, Tables,
};
use crate::{
    Error, Executor,
    query::{self, Distinct},
    sql::{self, Statement},
};

/// A query of one or several tables that returns what [`columns`](Self::columns) says; made from a
/// [`Select`](super::Select) by joining, choosing columns, grouping and so on.
///
/// `T` is the list of tables, `S` what is returned: at first the rows of the first table. Tables are joined before columns are
/// chosen, because a join decides which columns can be missing.
///
/// Without `order_by`, PostgreSQL returns rows in any order.
#[must_use = "a query does nothing until `all`, `first` or `one` is awaited"]
pub struct Query<E, T, S> {
    pub(super) executor: E,
    pub(super) select: query::Select,
    pub(super) returns: S,
    marker: PhantomData<fn() -> T>,
}

/// In the place of a database: this query is a part of another one, or will be run later.
#[derive(Debug, Clone, Copy)]
pub struct Detached;

/// A query that can be a part of another one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query that can be a part of another one",
    label = "expected `select::<Table>()…`"
)]
pub trait Subquery {
    /// The tables of the query around it, which it mentions.
    type Parents: Scope;
    /// What it returns.
    type Selection;

    /// The untyped query.
    fn into_select(self) -> query::Select;
}

impl<E, T: Tables, S, R> Subquery for Query<E, T, Chosen<S, R>> {
    type Parents = T::Parents;
    type Selection = S;

    fn into_select(self) -> query::Select {
        self.select
    }
}

impl<E, T: Tables> Subquery for Query<E, T, FirstTable> {
    type Parents = T::Parents;
    type Selection = FirstTable;

    fn into_select(self) -> query::Select {
        self.select
    }
}

impl<E, T: Source> Query<E, (T, ()), FirstTable> {
    pub(super) fn new(executor: E, from: query::FromItem) -> Self {
        let select = query::Select::new(from, super::source::columns::<T>());
        Self { executor, select, returns: FirstTable, marker: PhantomData }
    }
}

impl<E, T, S> Query<E, T, S> {
    pub(super) fn typed<Next>(self) -> Query<E, Next, S> {
        Query { executor: self.executor, select: self.select, returns: self.returns, marker: PhantomData }
    }

    /// Runs the query on another database or in a transaction.
    pub fn on_executor<Other: Executor>(self, executor: Other) -> Query<Other, T, S> {
        Query { executor, select: self.select, returns: self.returns, marker: PhantomData }
    }

    /// The text of the statement with its values, without running it.
    pub fn to_statement(&self) -> Statement {
        sql::statements::select(&self.select)
    }

    /// Reads only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> Self
    where
        P: Predicate,
        T: Covers<P::Scope, Positions>,
    {
        query::and(&mut self.select.rows.filter, condition.into_condition());
        self
    }

    /// Orders the rows. Called again, the next criterion decides between rows that are equal so far.
    pub fn order_by<O, Positions>(mut self, order: O) -> Self
    where
        O: Ordering,
        T: Covers<O::Scope, Positions>,
    {
        self.select.rows.order_by.extend(order.into_order());
        self
    }

    /// Orders the rows, instead of any order before, and begins behind the one that has these values: the next page,
    /// however many came before it.
    ///
    /// `after` has one value for each criterion, taken from the last row of the page before; `None` is the first page. The
    /// last criterion should be unique, such as the primary key, or rows that are equal in all of them are left out.
    /// Directions can be mixed; an index on the same columns in the same directions makes each page as fast as the first.
    ///
    /// ```
    /// # use levity::{Table, asc, desc, schema};
    /// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, pages: i32 }
    /// # schema! { Book }
    /// # async fn example(db: levity::Database) -> Result<(), levity::Error> {
    /// let order = (desc(Book::pages), asc(Book::id));
    /// let first = db.select::<Book>().page(order.clone(), None).limit(20).all().await?;
    /// let after = first.last().map(|book| (book.pages, book.id));
    /// let second = db.select::<Book>().page(order, after).limit(20).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn page<K, Positions>(mut self, order: K, after: Option<K::Key>) -> Self
    where
        K: Keyset<T, Positions>,
    {
        let (order, parts) = order.into_parts(after);
        self.select.rows.order_by = order;
        query::and(&mut self.select.rows.filter, parts.map(super::keyset::behind));
        self
    }

    /// Returns at most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.select.rows.limit = Some(super::select::count(rows));
        self
    }

    /// Skips this many rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.select.rows.offset = Some(super::select::count(rows));
        self
    }

    /// Returns these columns and expressions instead: one, a tuple, or the `…Columns` of a struct that derives
    /// [`FromRow`](crate::FromRow).
    pub fn columns<Selected, Positions>(
        mut self,
        columns: Selected,
    ) -> Query<E, T, Chosen<Selected, Selected::Output>>
    where
        Selected: Selection<T, Positions>,
    {
        self.select.columns.clear();
        columns.describe(&mut self.select.columns);
        let returns = Chosen::new::<T, Positions>();
        Query { executor: self.executor, select: self.select, returns, marker: PhantomData }
    }

    /// Returns equal rows once.
    pub fn distinct(mut self) -> Self {
        self.select.distinct = Distinct::Rows;
        self
    }

    /// Returns, of the rows that are equal in these expressions, the first one. The order must begin with them.
    pub fn distinct_on<X, Positions>(mut self, expressions: X) -> Self
    where
        X: Expressions,
        T: Covers<X::Scope, Positions>,
    {
        self.select.distinct = Distinct::On(expressions.into_asts());
        self
    }

    /// Makes one row of those that are equal in these expressions. Called again, the next ones count too.
    ///
    /// PostgreSQL takes a chosen expression with a bound value in it for the grouped one only when it is a clone of it:
    /// written twice, its values are two parameters.
    pub fn group_by<X, Positions>(mut self, expressions: X) -> Self
    where
        X: Expressions,
        T: Covers<X::Scope, Positions>,
    {
        self.select.group_by.extend(expressions.into_asts());
        self
    }

    /// Returns only the groups for which the condition holds. Called twice, both conditions must hold.
    pub fn having<P, Positions>(mut self, condition: P) -> Self
    where
        P: Predicate,
        T: Covers<P::Scope, Positions>,
    {
        query::and(&mut self.select.having, condition.into_condition());
        self
    }

    /// Locks the rows until the end of the transaction: [`for_update`](super::for_update) and its siblings. Outside of a
    /// transaction that is the end of the statement. Where an outer join can leave out rows, name the other tables by
    /// [`Lock::of`].
    pub fn lock<L: Scope, Positions>(mut self, lock: Lock<L>) -> Self
    where
        T: Covers<L, Positions, Nullability: Lockable>,
    {
        self.select.lock = Some(lock.into_ast());
        self
    }

    /// Says that this query is a part of one that reads the table `P`, whose columns it mentions.
    pub fn correlate<P: Source>(self) -> Query<E, T::Concat<(Parent<P>, ())>, S>
    where
        T: Scope,
    {
        self.typed()
    }
}

// `Executor` is asked for by each method, so that the compiler explains what a query without one lacks.
impl<E, T, S: Returns<T>> Query<E, T, S> {
    /// Every row.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn all(self) -> Result<Vec<S::Output>, Error>
    where
        E: Executor,
    {
        let rows = self.executor.query(&self.to_statement()).await?;
        rows.iter().map(|row| self.returns.decode(row)).collect()
    }

    /// The rows while they come, in a result of any size; see [`RowStream`](crate::RowStream).
    ///
    /// # Errors
    ///
    /// See [`Error`]. An item can be one too; there are no more rows after it.
    pub async fn stream(self) -> Result<impl Stream<Item = Result<S::Output, Error>> + Send + Unpin, Error>
    where
        E: Executor,
        S: Send,
    {
        let rows = self.executor.stream(&self.to_statement()).await?;
        Ok(rows.map(move |row| self.returns.decode(&row?)))
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn first(mut self) -> Result<Option<S::Output>, Error>
    where
        E: Executor,
    {
        let rows = &mut self.select.rows;
        rows.limit = Some(rows.limit.map_or(1, |limit| limit.min(1)));
        Ok(self.all().await?.into_iter().next())
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// No row ([`Error::is_no_rows`]) or more than one ([`Error::is_too_many_rows`]), and every other [`Error`].
    pub async fn one(mut self) -> Result<S::Output, Error>
    where
        E: Executor,
    {
        let rows = &mut self.select.rows;
        rows.limit = Some(rows.limit.map_or(2, |limit| limit.min(2)));
        let what = self.name();
        super::select::only(self.all().await?, what)
    }

    /// The number of rows, without reading them.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn count(mut self) -> Result<u64, Error>
    where
        E: Executor,
    {
        self.select.rows.order_by.clear();
        super::select::count_rows(&self.executor, query::Body::Select(Box::new(self.select))).await
    }

    /// How PostgreSQL would run the query, as text.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn explain(self) -> Result<String, Error>
    where
        E: Executor,
    {
        super::select::explained(&self.executor, &self.to_statement(), false).await
    }

    /// How PostgreSQL has run the query, with times and numbers of rows and buffers. It does run.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn explain_analyze(self) -> Result<String, Error>
    where
        E: Executor,
    {
        super::select::explained(&self.executor, &self.to_statement(), true).await
    }

    /// What an error calls it.
    fn name(&self) -> &'static str {
        match &self.select.from {
            query::FromItem::Table(source) => source.alias,
            query::FromItem::Cte { alias, .. } | query::FromItem::Query { alias, .. } => alias,
        }
    }
}

/// Begins a query that is a part of another one, or is run later: [`Query::on_executor`]. A query within one of the same
/// table reads an [`alias!`](crate::alias!) of it.
pub fn select<T: Joinable>() -> Query<Detached, (T, ()), FirstTable> {
    Query::new(Detached, query::FromItem::Table(T::source()))
}

/// Begins a query of the rows of another query.
pub fn select_from<R: Source>(derived: Derived<R, ()>) -> Query<Detached, (R, ()), FirstTable> {
    Query::from_derived(Detached, derived)
}

impl<E, R: Source> Query<E, (R, ()), FirstTable> {
    pub(super) fn from_derived(executor: E, derived: Derived<R, ()>) -> Self {
        let mut with = Vec::new();
        let from = derived.into_from(&mut with);
        let mut query = Self::new(executor, from);
        query.select.with = with;
        query
    }
}
