//! Which rows an update or delete means.

use crate::{Error, query};

/// In the type of an update or delete: it does not say yet which rows.
#[derive(Debug)]
pub enum Unfiltered {}

/// In the type of an update or delete: only the rows for which a condition holds.
#[derive(Debug)]
pub enum Filtered {}

/// In the type of an update or delete: every row, on purpose.
#[derive(Debug)]
pub enum All {}

/// An update or delete that can be given a condition.
#[diagnostic::on_unimplemented(
    message = "this statement means every row already",
    label = "drop `.all_rows()` when only some rows are meant"
)]
pub trait AcceptsFilter {}

impl AcceptsFilter for Unfiltered {}
impl AcceptsFilter for Filtered {}

/// An update or delete that says which rows it means.
#[diagnostic::on_unimplemented(
    message = "this statement does not say which rows it means",
    label = "add `.filter(…)`, or `.all_rows()` when every row of the table is meant"
)]
pub trait ChoosesRows {}

impl ChoosesRows for Filtered {}
impl ChoosesRows for All {}

/// A condition that was put together at run time from nothing means every row, which nobody said.
pub(crate) fn refuse_vacuous(what: &str, table: &str, filter: Option<&query::Expr>) -> Result<(), Error> {
    if filter.is_none_or(|condition| !condition.is_vacuous()) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "the condition of this {what} of `{table}` is empty, so it would mean every row: give it a condition, or say \
         `.all_rows()`"
    )))
}
