//! Where queries begin: the same methods on a database and in a transaction.

use super::{
    Delete, Derived, FirstTable, InSchema, Insert, Insertable, Query, Select, Source, Sql, SqlQuery, Update,
    sql_query,
};
use crate::{Database, Error, FromRow, Transaction};

macro_rules! query_methods {
    ($executor:ty) => {
        impl $executor {
            /// Reads rows of a table.
            pub fn select<T: InSchema>(&self) -> Select<&Self, T> {
                Select::new(self)
            }

            /// Reads the rows of another query: a [`subquery`](crate::subquery) or [`cte`](crate::cte).
            pub fn select_from<R: Source>(
                &self,
                derived: Derived<R, ()>,
            ) -> Query<&Self, (R, ()), FirstTable> {
                Query::from_derived(self, derived)
            }

            /// Inserts a row, such as `NewExecution::builder()…build()`.
            pub fn insert<N>(&self, row: N) -> Insert<&Self, N::Table>
            where
                N: Insertable,
                N::Table: InSchema,
            {
                Insert::new(self, row)
            }

            /// Updates rows of a table.
            pub fn update<T: InSchema>(&self) -> Update<&Self, T> {
                Update::new(self)
            }

            /// Deletes rows of a table.
            pub fn delete<T: InSchema>(&self) -> Delete<&Self, T> {
                Delete::new(self)
            }

            /// Runs an [`sql!`](crate::sql!) statement that returns rows: a table's row type or a tuple.
            pub fn query_as<T: FromRow>(&self, sql: Sql) -> SqlQuery<&Self, T> {
                SqlQuery::new(self, sql)
            }

            /// Runs an [`sql!`](crate::sql!) statement and returns the number of rows it touched.
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub async fn execute(&self, sql: Sql) -> Result<u64, Error> {
                sql_query::execute(self, sql).await
            }
        }
    };
}

query_methods!(Database);
query_methods!(Transaction);
