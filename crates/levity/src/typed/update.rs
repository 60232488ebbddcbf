use std::marker::PhantomData;

use super::{Column, Covers, InSchema, Nullable, Operand, Predicate, Table};
use crate::{Error, Executor, query, sql};

/// Changes to a row: which columns get which values.
pub trait Patch {
    /// The table.
    type Table: Table<Patch = Self>;

    /// The columns that change.
    fn into_changes(self) -> Vec<(&'static str, query::Expr)>;
}

/// In the type of an update or delete: it does not say yet which rows.
#[derive(Debug)]
pub enum Unfiltered {}

/// In the type of an update or delete: only the rows for which a condition holds.
#[derive(Debug)]
pub enum Filtered {}

/// In the type of an update or delete: every row, on purpose.
#[derive(Debug)]
pub enum All {}

/// Updates rows of the table `T`; made by `db.update::<T>()`.
///
/// It runs only once it says which rows: `filter` or `all_rows`. Columns with `on_update` are set along, unless the
/// update sets them itself. An update that sets nothing touches no row and sends no statement.
#[must_use = "an update does nothing until `execute` or `returning` is awaited"]
pub struct Update<E, T, Rows = Unfiltered> {
    executor: E,
    statement: query::Update,
    marker: PhantomData<fn() -> (T, Rows)>,
}

impl<E: Executor, T: InSchema> Update<E, T> {
    pub(crate) fn new(executor: E) -> Self {
        let statement =
            query::Update { table: T::info().source(), set: Vec::new(), filter: None, returning: Vec::new() };
        Self { executor, statement, marker: PhantomData }
    }

    /// Updates every row of the table.
    pub fn all_rows(self) -> Update<E, T, All> {
        self.rows()
    }
}

impl<E: Executor, T: InSchema, Rows> Update<E, T, Rows> {
    /// Sets a column to a value or to an expression of the row's columns.
    pub fn set<V, N, O, Positions>(self, column: Column<T, V, N>, value: O) -> Self
    where
        O: Operand<V>,
        (T, ()): Covers<O::Scope, Positions>,
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
        patch.into_changes().into_iter().fold(self, |update, (column, value)| update.change(column, value))
    }

    /// The last value of a column counts: PostgreSQL refuses a column that is set twice.
    fn change(mut self, column: &'static str, value: query::Expr) -> Self {
        self.statement.set.retain(|(name, _)| *name != column);
        self.statement.set.push((column, value));
        self
    }

    fn rows<Next>(self) -> Update<E, T, Next> {
        Update { executor: self.executor, statement: self.statement, marker: PhantomData }
    }
}

/// An update or delete that can be given a condition.
#[diagnostic::on_unimplemented(
    message = "this statement means every row already",
    label = "drop `.all_rows()` when only some rows are meant"
)]
pub trait AcceptsFilter {}

impl AcceptsFilter for Unfiltered {}
impl AcceptsFilter for Filtered {}

impl<E: Executor, T: InSchema, Rows: AcceptsFilter> Update<E, T, Rows> {
    /// Updates only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> Update<E, T, Filtered>
    where
        P: Predicate,
        (T, ()): Covers<P::Scope, Positions>,
    {
        let condition = condition.into_condition().unwrap_or(query::Expr::All(Vec::new()));
        query::and(&mut self.statement.filter, Some(condition));
        self.rows()
    }
}

/// A condition that was put together at run time from nothing means every row, which nobody said.
pub(super) fn refuse_vacuous(what: &str, table: &str, filter: Option<&query::Expr>) -> Result<(), Error> {
    if filter.is_none_or(|condition| !condition.is_vacuous()) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "the condition of this {what} of `{table}` is empty, so it would mean every row: give it a condition, or say \
         `.all_rows()`"
    )))
}

/// An update or delete that says which rows it means.
#[diagnostic::on_unimplemented(
    message = "this statement does not say which rows it means",
    label = "add `.filter(…)`, or `.all_rows()` when every row of the table is meant"
)]
pub trait ChoosesRows {}

impl ChoosesRows for Filtered {}
impl ChoosesRows for All {}

impl<E: Executor, T: InSchema, Rows> Update<E, T, Rows> {
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
        refuse_vacuous("update", T::NAME, self.statement.filter.as_ref())?;
        self.touch();
        self.executor.execute(&sql::statements::update(&self.statement)).await
    }

    /// Updates the rows and returns them as they are now.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn returning(mut self) -> Result<Vec<T>, Error>
    where
        Rows: ChoosesRows,
    {
        if self.statement.set.is_empty() {
            return Ok(Vec::new());
        }
        refuse_vacuous("update", T::NAME, self.statement.filter.as_ref())?;
        self.touch();
        self.statement.returning = T::info().column_names();
        let rows = self.executor.query(&sql::statements::update(&self.statement)).await?;
        rows.iter().map(|row| T::from_row(row, 0)).collect()
    }

    /// Sets the columns with `on_update` that are not set yet.
    fn touch(&mut self) {
        for &(column, expression) in T::info().on_update {
            if self.statement.set.iter().all(|(name, _)| *name != column) {
                self.statement.set.push((column, query::Expr::Sql(vec![expression.into()])));
            }
        }
    }
}
