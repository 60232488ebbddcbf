use std::marker::PhantomData;

use tokio_postgres::Row;

use super::{
    Covers, Derived, InSchema, IntoValue, Joinable, Keyed, Predicate, Scope, Selection, Source, Table,
    source,
    update::{AcceptsFilter, All, ChoosesRows, Filtered, Unfiltered, refuse_vacuous},
};
use crate::{Error, Executor, query, sql};

/// Deletes rows of the table `T`; made by `db.delete::<T>()`.
///
/// It runs only once it says which rows: `filter`, `key` or `all_rows`.
///
/// `Tables` are the tables that it reads: `T`, and those of [`using`](Self::using).
#[must_use = "a delete does nothing until `execute` or `returning` is awaited"]
pub struct Delete<E, T, Rows = Unfiltered, Tables = (T, ())> {
    executor: E,
    statement: query::Delete,
    marker: PhantomData<fn() -> (T, Rows, Tables)>,
}

impl<E: Executor, T: InSchema + Table> Delete<E, T> {
    pub(crate) fn new(executor: E) -> Self {
        let statement = query::Delete {
            with: Vec::new(),
            from: T::info().source(),
            using: Vec::new(),
            filter: None,
            returning: Vec::new(),
        };
        Self { executor, statement, marker: PhantomData }
    }
}

impl<E: Executor, T: InSchema + Table, Tables> Delete<E, T, Unfiltered, Tables> {
    /// Deletes every row of the table.
    pub fn all_rows(self) -> Delete<E, T, All, Tables> {
        self.typed()
    }
}

impl<E: Executor, T: InSchema + Table, Rows: AcceptsFilter, Tables> Delete<E, T, Rows, Tables> {
    /// Deletes only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> Delete<E, T, Filtered, Tables>
    where
        P: Predicate,
        Tables: Covers<P::Scope, Positions>,
    {
        let condition = condition.into_condition().unwrap_or(query::Expr::All(Vec::new()));
        query::and(&mut self.statement.filter, Some(condition));
        self.typed()
    }

    /// Deletes only the row with this primary key; that of several columns is a tuple.
    pub fn key(mut self, key: impl IntoValue<T::Key>) -> Delete<E, T, Filtered, Tables>
    where
        T: Keyed,
    {
        query::and(&mut self.statement.filter, Some(T::key_condition(key.into_value())));
        self.typed()
    }
}

impl<E: Executor, T: InSchema + Table, Rows, Tables> Delete<E, T, Rows, Tables> {
    /// Reads a table along, whose columns the condition and what is returned can then mention.
    ///
    /// ```
    /// # use levity::{Database, Error, Table, and, eq, schema};
    /// # #[derive(Table)] struct Author { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, author_id: i64, title: String }
    /// # schema! { Author, Book }
    /// # async fn example(db: Database) -> Result<(), Error> {
    /// let deleted: Vec<(String, String)> = db
    ///     .delete::<Book>()
    ///     .using::<Author>()
    ///     .filter(and(eq(Book::author_id, Author::id), eq(Author::name, "Nobody")))
    ///     .returning_columns((Author::name, Book::title))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn using<J: Joinable>(mut self) -> Delete<E, T, Rows, Tables::Concat<(J, ())>>
    where
        Tables: Scope,
    {
        self.statement.using.push(query::FromItem::Table(J::source()));
        self.typed()
    }

    /// [`using`](Self::using) with the rows of a query: [`subquery`](super::subquery) or [`cte`](super::cte).
    pub fn using_query<J: Source>(
        mut self,
        derived: Derived<J, ()>,
    ) -> Delete<E, T, Rows, Tables::Concat<(J, ())>>
    where
        Tables: Scope,
    {
        let using = derived.into_from(&mut self.statement.with);
        self.statement.using.push(using);
        self.typed()
    }

    fn typed<Next, Others>(self) -> Delete<E, T, Next, Others> {
        Delete { executor: self.executor, statement: self.statement, marker: PhantomData }
    }
}

impl<E: Executor, T: InSchema + Table, Rows, Tables> Delete<E, T, Rows, Tables> {
    /// Deletes the rows and returns how many there were.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn execute(self) -> Result<u64, Error>
    where
        Rows: ChoosesRows,
    {
        refuse_vacuous("delete", T::NAME, self.statement.filter.as_ref())?;
        self.executor.execute(&sql::write::delete(&self.statement)).await
    }

    /// Deletes the rows and returns them as they were.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn returning(self) -> Result<Vec<T>, Error>
    where
        Rows: ChoosesRows,
    {
        self.query(source::columns::<T>(), |row| T::from_row(row, 0)).await
    }

    /// Deletes the rows and returns these columns and expressions of them as they were, and of the tables of
    /// [`using`](Self::using).
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn returning_columns<S, Positions>(self, columns: S) -> Result<Vec<S::Output>, Error>
    where
        Rows: ChoosesRows,
        S: Selection<Tables, Positions>,
    {
        let mut returning = Vec::new();
        columns.describe(&mut returning);
        self.query(returning, |row| S::decode(row, &mut 0)).await
    }

    async fn query<R>(
        mut self,
        returning: Vec<query::Expr>,
        decode: fn(&Row) -> Result<R, Error>,
    ) -> Result<Vec<R>, Error> {
        refuse_vacuous("delete", T::NAME, self.statement.filter.as_ref())?;
        self.statement.returning = returning;
        self.executor.query(&sql::write::delete(&self.statement)).await?.iter().map(decode).collect()
    }
}
