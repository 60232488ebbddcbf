use std::{fmt, marker::PhantomData};

use super::MaterializedView;
use crate::{
    Error, Executor,
    schema::ObjectName,
    sql::{self, quote_name},
};

/// Computes the rows of the materialized view `V` anew; made by `db.refresh::<V>()`.
#[must_use = "a refresh does nothing until `execute` is awaited"]
pub struct Refresh<E, V> {
    executor: E,
    concurrently: bool,
    marker: PhantomData<fn() -> V>,
}

impl<E: Executor, V: MaterializedView> Refresh<E, V> {
    pub(crate) fn new(executor: E) -> Self {
        Self { executor, concurrently: false, marker: PhantomData }
    }

    /// Lets others read the view meanwhile, which takes longer. It needs a unique index over columns alone, without a
    /// condition, and rows from an earlier refresh.
    pub fn concurrently(self) -> Self {
        Self { concurrently: true, ..self }
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// See [`Error`]. The old rows stay then.
    pub async fn execute(self) -> Result<(), Error> {
        let info = V::info();
        let name = ObjectName { namespace: info.namespace.map(str::to_owned), name: info.name.to_owned() };
        let concurrently = if self.concurrently { " CONCURRENTLY" } else { "" };
        let sql = format!("REFRESH MATERIALIZED VIEW{concurrently} {}", quote_name(&name));
        self.executor.execute(&sql::Statement { sql, parameters: Vec::new() }).await?;
        Ok(())
    }
}

impl<E, V: MaterializedView> fmt::Debug for Refresh<E, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresh")
            .field("view", &V::NAME)
            .field("concurrently", &self.concurrently)
            .finish_non_exhaustive()
    }
}
