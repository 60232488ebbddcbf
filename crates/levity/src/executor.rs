//! Where a statement runs: on a pooled connection of its own, or inside a transaction.

use std::future::Future;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio_postgres::{Row, Statement as Prepared};

use crate::{Error, sql::Statement};

/// Runs statements: `&Database` on any idle connection of the pool, `&Transaction` inside that transaction.
///
/// Sealed: a query is built the same way for both, and cannot tell them apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` runs no statements",
    label = "expected `&Database` or `&Transaction`",
    note = "a query that `select` has begun runs on what `on_executor` is given; a function for both takes `impl Executor`"
)]
pub trait Executor: sealed::Sealed + Clone + Send + Sync {
    /// Rows as they come. Those of a transaction live no longer than it.
    type Rows: Stream<Item = Result<Row, Error>> + Send + Unpin;

    /// The data of a `COPY` on their way to the server. In a transaction they live no longer than it.
    type Copy: CopySink;

    /// Runs a statement and returns its rows.
    fn query(&self, statement: &Statement) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;

    /// Runs a statement and returns the number of rows it touched.
    fn execute(&self, statement: &Statement) -> impl Future<Output = Result<u64, Error>> + Send;

    /// Runs a statement and returns its rows while they come; a result of any size takes little memory. See
    /// [`RowStream`](crate::RowStream).
    fn stream(&self, statement: &Statement) -> impl Future<Output = Result<Self::Rows, Error>> + Send;

    /// Begins `COPY … FROM STDIN`. See [`CopyIn`](crate::CopyIn).
    fn copy_in(&self, sql: &str) -> impl Future<Output = Result<Self::Copy, Error>> + Send;

    /// The types of a statement's parameters and columns. It is prepared, and does not run.
    fn describe(&self, sql: &str) -> impl Future<Output = Result<Prepared, Error>> + Send;
}

/// The data of a `COPY … FROM STDIN`, wherever they go. See [`CopyIn`](crate::CopyIn).
pub trait CopySink: sealed::Sealed + Sink<Bytes, Error = Error> + Send + Unpin {
    /// Stores the data, and gives the number of rows.
    fn finish(self) -> impl Future<Output = Result<u64, Error>> + Send;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}
