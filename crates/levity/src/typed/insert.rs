use std::marker::PhantomData;

use super::{InSchema, Table};
use crate::{Error, Executor, query, sql};

/// A new row of a table: which columns get which values. Every other column takes its default.
pub trait Insertable {
    /// The table.
    type Table: Table<New = Self>;

    /// The columns that have a value.
    fn into_values(self) -> Vec<(&'static str, query::Expr)>;
}

/// In the type of a builder: the required column `Column` has no value yet.
#[derive(Debug)]
pub struct Missing<Column>(PhantomData<Column>);

/// In the type of a builder: a required column has its value.
#[derive(Debug)]
pub enum Given {}

/// A required column that has its value; what `build` asks of each of them.
#[diagnostic::on_unimplemented(
    message = "a required column was not given a value: `{Self}`",
    label = "call the setter of the column that is named above before `build`"
)]
pub trait Provided {}

impl Provided for Given {}

/// Inserts one row; made by `db.insert(new)`.
#[must_use = "an insert does nothing until `returning` or `execute` is awaited"]
pub struct Insert<E, T> {
    executor: E,
    statement: query::Insert,
    marker: PhantomData<fn() -> T>,
}

impl<E: Executor, T: InSchema> Insert<E, T> {
    pub(crate) fn new(executor: E, row: T::New) -> Self {
        let into = T::info().source();
        let statement = query::Insert { into, values: row.into_values(), returning: Vec::new() };
        Self { executor, statement, marker: PhantomData }
    }

    /// Inserts the row and returns it as it is stored, defaults included.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn returning(mut self) -> Result<T, Error> {
        self.statement.returning = T::info().column_names();
        let rows = self.executor.query(&sql::statements::insert(&self.statement)).await?;
        super::select::only(rows, T::NAME).and_then(|row| T::from_row(&row, 0))
    }

    /// Inserts the row.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn execute(self) -> Result<(), Error> {
        self.executor.execute(&sql::statements::insert(&self.statement)).await.map(drop)
    }
}
