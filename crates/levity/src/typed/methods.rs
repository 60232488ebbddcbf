//! Where queries begin: the same methods on a database and in a transaction.

use futures_util::{Stream, stream};

use super::{
    CopyRows, Delete, Derived, Expr, FirstTable, InSchema, Insert, InsertColumns, Insertable, IntoValue,
    Keyed, ManyRows, MaterializedView, Query, Refresh, RowsOf, Select, Source, Sql, SqlQuery, Table, Update,
    sql_query,
};
use crate::{Database, Error, FromRow, Transaction};

macro_rules! query_methods {
    ($executor:ty) => {
        impl $executor {
            /// Reads rows of a table or view.
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

            /// Inserts rows with one statement, in their order.
            ///
            /// The values of a column are one parameter, so it is the same statement for any number of rows; none sends
            /// none. A column that a row does not give takes its default. Rows that give different columns are inserted
            /// one set of columns after the other, and numbered by the database so; they are returned in the order of
            /// the input all the same. Only when a conflict leaves out some of them, it is unknown which: the others
            /// then keep the order within their set.
            ///
            /// All rows are in memory at once, as is the message with them, which PostgreSQL limits to 1 GB;
            /// `copy_in` has no such limit. Into a column that is an array itself, fewer rows fit (65,535 values in all).
            ///
            /// ```
            /// # use levity::{Database, Error, Table, schema};
            /// # #[derive(Table)] struct Book { #[column(primary_key, identity)] id: i64, title: String }
            /// # schema! { Book }
            /// # async fn example(db: Database) -> Result<(), Error> {
            /// let rows = ["One", "Two"].map(|title| NewBook::builder().title(title).build());
            /// let books: Vec<Book> = db.insert_many(rows).returning().await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn insert_many<R>(&self, rows: R) -> Insert<&Self, <R::Item as Insertable>::Table, ManyRows>
            where
                R: IntoIterator<Item: Insertable>,
                <R::Item as Insertable>::Table: InSchema,
            {
                Insert::many(self, rows.into_iter().collect())
            }

            /// Copies rows into a table with `COPY`, the fastest way for very many. They are sent as they come, in the
            /// binary format.
            ///
            /// ```
            /// # use levity::{Database, Error, Table, schema};
            /// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, title: String }
            /// # schema! { Book }
            /// # async fn example(db: Database) -> Result<(), Error> {
            /// let rows = (1..=1_000_000).map(|id| NewBook::builder().id(id).title("One of many").build());
            /// let stored: u64 = db.copy_in(rows).progress(|rows| println!("{rows} rows")).execute().await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn copy_in<R>(
                &self,
                rows: R,
            ) -> CopyRows<&Self, impl Stream<Item = Result<R::Item, Error>> + Send + use<R>>
            where
                R: IntoIterator<Item: Insertable, IntoIter: Send>,
                <R::Item as Insertable>::Table: InSchema,
            {
                CopyRows::new(self, stream::iter(rows.into_iter().map(Ok)))
            }

            /// [`copy_in`](Self::copy_in) of the rows of a stream. When it fails, nothing is stored.
            pub fn copy_in_stream<S, N, X>(&self, rows: S) -> CopyRows<&Self, S>
            where
                S: Stream<Item = Result<N, X>> + Send,
                N: Insertable<Table: InSchema>,
                X: From<Error>,
            {
                CopyRows::new(self, rows)
            }

            /// Inserts the rows of a query into these columns of a table.
            ///
            /// ```
            /// # use levity::{Database, Error, Table, lt, schema, select};
            /// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, title: String, year: i32 }
            /// # #[derive(Table)] struct Old { #[column(primary_key)] id: i64, title: Option<String> }
            /// # schema! { Book, Old }
            /// # async fn example(db: Database) -> Result<(), Error> {
            /// let old = select::<Book>().filter(lt(Book::year, 1900)).columns((Book::id, Book::title));
            /// let moved: u64 = db.insert_from((Old::id, Old::title), old).execute().await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn insert_from<C, Q>(&self, columns: C, query: Q) -> Insert<&Self, C::Table, ManyRows>
            where
                C: InsertColumns<Q::Row>,
                Q: RowsOf<Parents = ()>,
            {
                Insert::from_query(self, columns.names(), query)
            }

            /// Reads the row with this primary key; that of several columns is a tuple.
            ///
            /// ```
            /// # use levity::{Database, Error, Table, schema};
            /// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, title: String }
            /// # schema! { Book }
            /// # async fn example(db: Database) -> Result<(), Error> {
            /// let book: Option<Book> = db.find::<Book>(1).first().await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn find<T: InSchema + Keyed>(&self, key: impl IntoValue<T::Key>) -> Select<&Self, T> {
                let condition: Expr<(), bool> = Expr::new(T::key_condition(key.into_value()));
                Select::new(self).filter(condition)
            }

            /// Updates rows of a table.
            pub fn update<T: InSchema + Table>(&self) -> Update<&Self, T> {
                Update::new(self)
            }

            /// Deletes rows of a table.
            pub fn delete<T: InSchema + Table>(&self) -> Delete<&Self, T> {
                Delete::new(self)
            }

            /// Computes the rows of a materialized view anew.
            pub fn refresh<V: InSchema + MaterializedView>(&self) -> Refresh<&Self, V> {
                Refresh::new(self)
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
