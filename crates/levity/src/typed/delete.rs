use std::marker::PhantomData;

use super::{
    Covers, InSchema, Predicate,
    update::{AcceptsFilter, All, ChoosesRows, Filtered, Unfiltered, refuse_vacuous},
};
use crate::{Error, Executor, query, sql};

/// Deletes rows of the table `T`; made by `db.delete::<T>()`.
///
/// It runs only once it says which rows: `filter` or `all_rows`.
#[must_use = "a delete does nothing until `execute` or `returning` is awaited"]
pub struct Delete<E, T, Rows = Unfiltered> {
    executor: E,
    statement: query::Delete,
    marker: PhantomData<fn() -> (T, Rows)>,
}

impl<E: Executor, T: InSchema> Delete<E, T> {
    pub(crate) fn new(executor: E) -> Self {
        let statement = query::Delete { from: T::info().source(), filter: None, returning: Vec::new() };
        Self { executor, statement, marker: PhantomData }
    }

    /// Deletes every row of the table.
    pub fn all_rows(self) -> Delete<E, T, All> {
        self.rows()
    }
}

impl<E: Executor, T: InSchema, Rows: AcceptsFilter> Delete<E, T, Rows> {
    /// Deletes only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> Delete<E, T, Filtered>
    where
        P: Predicate,
        (T, ()): Covers<P::Scope, Positions>,
    {
        let condition = condition.into_condition().unwrap_or(query::Expr::All(Vec::new()));
        query::and(&mut self.statement.filter, Some(condition));
        self.rows()
    }
}

impl<E: Executor, T: InSchema, Rows> Delete<E, T, Rows> {
    fn rows<Next>(self) -> Delete<E, T, Next> {
        Delete { executor: self.executor, statement: self.statement, marker: PhantomData }
    }

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
        self.executor.execute(&sql::statements::delete(&self.statement)).await
    }

    /// Deletes the rows and returns them as they were.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn returning(mut self) -> Result<Vec<T>, Error>
    where
        Rows: ChoosesRows,
    {
        refuse_vacuous("delete", T::NAME, self.statement.filter.as_ref())?;
        self.statement.returning = T::info().column_names();
        let rows = self.executor.query(&sql::statements::delete(&self.statement)).await?;
        rows.iter().map(|row| T::from_row(row, 0)).collect()
    }
}
