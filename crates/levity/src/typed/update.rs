mod rows;

use std::marker::PhantomData;

use tokio_postgres::Row;

use super::{
    Column, Covers, Derived, FitsInto, InSchema, IntoValue, Joinable, Keyed, Nullable, Operand, Predicate,
    Scope, Selection, Source, Table, source,
};
use crate::{
    Error, Executor, query,
    sql::{self, Parameter},
};
pub(super) use rows::refuse_vacuous;
pub use rows::{AcceptsFilter, All, ChoosesRows, Filtered, Unfiltered};

/// Changes to a row: which columns get which values.
pub trait Patch {
    /// The table.
    type Table: Table<Patch = Self>;

    /// The columns that change.
    fn into_changes(self) -> Vec<(&'static str, Parameter)>;
}

/// Updates rows of the table `T`; made by `db.update::<T>()`.
///
/// It runs only once it says which rows: `filter`, `key` or `all_rows`. Columns with `on_update` are set along, unless the
/// update sets them itself. An update that sets nothing touches no row and sends no statement.
///
/// `Tables` are the tables that it reads: `T`, and those of [`from`](Self::from).
#[must_use = "an update does nothing until `execute` or `returning` is awaited"]
pub struct Update<E, T, Rows = Unfiltered, Tables = (T, ())> {
    executor: E,
    statement: query::Update,
    marker: PhantomData<fn() -> (T, Rows, Tables)>,
}

impl<E: Executor, T: InSchema + Table> Update<E, T> {
    pub(crate) fn new(executor: E) -> Self {
        let statement = query::Update {
            with: Vec::new(),
            table: T::info().source(),
            set: Vec::new(),
            from: Vec::new(),
            filter: None,
            returning: Vec::new(),
        };
        Self { executor, statement, marker: PhantomData }
    }
}

impl<E: Executor, T: InSchema + Table, Tables> Update<E, T, Unfiltered, Tables> {
    /// Updates every row of the table.
    pub fn all_rows(self) -> Update<E, T, All, Tables> {
        self.typed()
    }
}

impl<E: Executor, T: InSchema + Table, Rows, Tables> Update<E, T, Rows, Tables> {
    /// Sets a column to a value, or to an expression of the columns of the row and of the tables of `from`.
    ///
    /// What can be NULL is set into a nullable column only; see [`coalesce`](crate::coalesce).
    pub fn set<V, N, O, Positions>(self, column: Column<T, V, N>, value: O) -> Self
    where
        O: Operand<V, Nullability: FitsInto<N>>,
        Tables: Covers<O::Scope, Positions>,
    {
        self.change(column.name(), value.into_operand())
    }

    /// Sets a nullable column to NULL.
    pub fn set_null<V>(self, column: Column<T, V, Nullable>) -> Self {
        self.change(column.name(), query::Expr::Sql(vec!["NULL".into()]))
    }

    /// Sets the columns that the patch names.
    pub fn patch(self, patch: T::Patch) -> Self {
        use super::Patch as _;
        let changes = patch.into_changes().into_iter();
        changes.fold(self, |update, (column, value)| update.change(column, query::Expr::Parameter(value)))
    }

    /// Reads a table along, whose columns the condition, the values and what is returned can then mention.
    ///
    /// A row of which several pairs match is updated once, with any of them.
    ///
    /// ```
    /// # use levity::{Database, Error, Table, eq, schema};
    /// # #[derive(Table)] struct Author { #[column(primary_key)] id: i64, name: String }
    /// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, author_id: i64, byline: String }
    /// # schema! { Author, Book }
    /// # async fn example(db: Database) -> Result<(), Error> {
    /// db.update::<Book>()
    ///     .from::<Author>()
    ///     .set(Book::byline, Author::name)
    ///     .filter(eq(Book::author_id, Author::id))
    ///     .execute()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from<J: Joinable>(mut self) -> Update<E, T, Rows, Tables::Concat<(J, ())>>
    where
        Tables: Scope,
    {
        self.statement.from.push(query::FromItem::Table(J::source()));
        self.typed()
    }

    /// [`from`](Self::from) with the rows of a query: [`subquery`](super::subquery) or [`cte`](super::cte).
    pub fn from_query<J: Source>(
        mut self,
        derived: Derived<J, ()>,
    ) -> Update<E, T, Rows, Tables::Concat<(J, ())>>
    where
        Tables: Scope,
    {
        let from = derived.into_from(&mut self.statement.with);
        self.statement.from.push(from);
        self.typed()
    }

    /// The last value of a column counts: PostgreSQL refuses a column that is set twice.
    fn change(mut self, column: &'static str, value: query::Expr) -> Self {
        self.statement.set.retain(|(name, _)| *name != column);
        self.statement.set.push((column, value));
        self
    }

    fn typed<Next, Others>(self) -> Update<E, T, Next, Others> {
        Update { executor: self.executor, statement: self.statement, marker: PhantomData }
    }
}

impl<E: Executor, T: InSchema + Table, Rows: AcceptsFilter, Tables> Update<E, T, Rows, Tables> {
    /// Updates only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> Update<E, T, Filtered, Tables>
    where
        P: Predicate,
        Tables: Covers<P::Scope, Positions>,
    {
        let condition = condition.into_condition().unwrap_or(query::Expr::All(Vec::new()));
        query::and(&mut self.statement.filter, Some(condition));
        self.typed()
    }

    /// Updates only the row with this primary key; that of several columns is a tuple.
    pub fn key(mut self, key: impl IntoValue<T::Key>) -> Update<E, T, Filtered, Tables>
    where
        T: Keyed,
    {
        query::and(&mut self.statement.filter, Some(T::key_condition(key.into_value())));
        self.typed()
    }
}

impl<E: Executor, T: InSchema + Table, Rows, Tables> Update<E, T, Rows, Tables> {
    /// Updates the rows and returns how many there were.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn execute(mut self) -> Result<u64, Error>
    where
        Rows: ChoosesRows,
    {
        if self.statement.set.is_empty() {
            return Ok(0);
        }
        self.finish()?;
        self.executor.execute(&sql::write::update(&self.statement)).await
    }

    /// Updates the rows and returns them as they are now.
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

    /// Updates the rows and returns these columns and expressions of them as they are now, and of the tables of
    /// [`from`](Self::from).
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
        if self.statement.set.is_empty() {
            return Ok(Vec::new());
        }
        self.finish()?;
        self.statement.returning = returning;
        self.executor.query(&sql::write::update(&self.statement)).await?.iter().map(decode).collect()
    }

    /// Sets the columns with `on_update` that are not set yet.
    fn finish(&mut self) -> Result<(), Error> {
        refuse_vacuous("update", T::NAME, self.statement.filter.as_ref())?;
        for &(column, expression) in T::info().on_update {
            if self.statement.set.iter().all(|(name, _)| *name != column) {
                self.statement.set.push((column, query::Expr::Sql(vec![expression.into()])));
            }
        }
        Ok(())
    }
}
