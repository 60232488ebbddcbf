use std::marker::PhantomData;

use crate::{sql::Parameter, typed::Table};

/// A new row of a table: which columns get which values. Every other column takes its default.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row of a table",
    label = "expected what `build` makes: `NewExecution::builder()…build()`",
    note = "a row that a query returned has values that the database gives, and is no new one"
)]
pub trait Insertable: Sized + Send + 'static {
    /// The table.
    type Table: Table<New = Self>;

    /// The columns that have a value.
    fn given(&self) -> Vec<&'static str>;

    /// The columns that have a value, with it.
    fn into_values(self) -> Vec<(&'static str, Parameter)>;

    /// The values of rows that give the same columns: an array for each of these.
    fn into_arrays(rows: Vec<Self>) -> Vec<Parameter>;
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
