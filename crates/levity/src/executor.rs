//! Where a statement runs: on a pooled connection of its own, or inside a transaction.

use std::future::Future;

use tokio_postgres::Row;

use crate::{Error, sql::Statement};

/// Runs statements: `&Database` on any idle connection of the pool, `&Transaction` inside that transaction.
///
/// Sealed: a query is built the same way for both, and cannot tell them apart.
pub trait Executor: sealed::Sealed + Clone + Send + Sync {
    /// Runs a statement and returns its rows.
    fn query(&self, statement: &Statement) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;

    /// Runs a statement and returns the number of rows it touched.
    fn execute(&self, statement: &Statement) -> impl Future<Output = Result<u64, Error>> + Send;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}
