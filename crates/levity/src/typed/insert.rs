//! Inserts: of one row, of many, of what a query returns.

mod amount;
mod conflict;
mod from_query;
mod new_row;
mod rows;

use std::marker::PhantomData;

use tokio_postgres::{Row, error::SqlState};

use super::{InSchema, RowsOf, Selection, Table, derived::hoist, source};
use crate::{
    Error, Executor,
    query::{self, Body, Cte, NewRows},
    sql,
};
pub use amount::{Amount, AtMostOneRow, ManyRows, OneRow};
use conflict::Resolution;
pub use conflict::{
    ByConstraint, ByIndex, ConflictTarget, ConflictUpdate, Constraint, Excluded, OnConflict, Resolves,
    constraint, excluded,
};
pub use from_query::{Fits, InsertColumns};
pub use new_row::{Given, Insertable, Missing, Provided};

/// Inserts rows into the table `T`; made by `db.insert(new)`, `db.insert_many(rows)` and `db.insert_from(columns, query)`.
///
/// `M` says how many rows it writes: [`OneRow`], [`AtMostOneRow`] or [`ManyRows`]. Many rows are returned in the order of
/// the input; those that are left out because of a conflict or by a trigger are missing. Where some are, and not all rows give
/// the same columns, only those that do are in order among themselves.
#[must_use = "an insert does nothing until `returning` or `execute` is awaited"]
pub struct Insert<E, T: Table, M = OneRow> {
    executor: E,
    rows: Rows<T::New>,
    conflict: Option<(query::ConflictTarget, Resolution)>,
    amount: PhantomData<fn() -> M>,
}

/// What is inserted.
enum Rows<N> {
    One(N),
    Many(Vec<N>),
    Query { columns: Vec<&'static str>, body: Body, with: Vec<Cte> },
}

impl<E: Executor, T: InSchema + Table> Insert<E, T, OneRow> {
    pub(crate) fn new(executor: E, row: T::New) -> Self {
        Self { executor, rows: Rows::One(row), conflict: None, amount: PhantomData }
    }
}

impl<E: Executor, T: InSchema + Table> Insert<E, T, ManyRows> {
    pub(crate) fn many(executor: E, rows: Vec<T::New>) -> Self {
        Self { executor, rows: Rows::Many(rows), conflict: None, amount: PhantomData }
    }

    pub(crate) fn from_query<Q: RowsOf>(executor: E, columns: Vec<&'static str>, query: Q) -> Self {
        let (body, with) = hoist(query.into_body());
        Self { executor, rows: Rows::Query { columns, body, with }, conflict: None, amount: PhantomData }
    }
}

impl<E, T: InSchema + Table, M: Amount> Insert<E, T, M> {
    /// Says what happens to a row whose key exists. The target is that key: a column, a tuple of columns, or a
    /// [`constraint`]; `do_nothing` and `do_update` say what.
    ///
    /// ```
    /// # use levity::{Database, Error, Table, add, excluded, schema};
    /// # #[derive(Table)] #[unique(author, title)]
    /// # struct Book { #[column(primary_key, identity)] id: i64, author: String, title: String, copies: i32, note: Option<String> }
    /// # schema! { Book }
    /// # async fn example(db: Database, new: NewBook) -> Result<(), Error> {
    /// let book: Book = db
    ///     .insert(new)
    ///     .on_conflict((Book::author, Book::title))
    ///     .do_update(|update| update.set_given().set(Book::copies, add(Book::copies, excluded(Book::copies))))
    ///     .returning()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_conflict<C: ConflictTarget<T>>(self, target: C) -> OnConflict<E, T, M, C::Kind> {
        let target = target.into_target();
        OnConflict::new(self, target)
    }

    /// Leaves out a row of which any key exists. It is not returned either.
    ///
    /// ```
    /// # use levity::{Database, Error, Table, schema};
    /// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64 }
    /// # schema! { Book }
    /// # async fn example(db: Database, new: NewBook) -> Result<(), Error> {
    /// let book: Option<Book> = db.insert(new).on_any_conflict_do_nothing().returning().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_any_conflict_do_nothing(self) -> Insert<E, T, M::Fewer> {
        self.resolve(query::ConflictTarget::Any, Resolution::Nothing)
    }

    fn resolve<Next>(self, target: query::ConflictTarget, resolution: Resolution) -> Insert<E, T, Next> {
        Insert {
            executor: self.executor,
            rows: self.rows,
            conflict: Some((target, resolution)),
            amount: PhantomData,
        }
    }
}

impl<E: Executor, T: InSchema + Table, M: Amount> Insert<E, T, M> {
    /// Inserts the rows and returns them as they are stored, defaults included: one, an `Option`, or a list.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn returning(self) -> Result<M::Of<T>, Error> {
        self.query(source::columns::<T>(), |row| T::from_row(row, 0)).await
    }

    /// Inserts the rows and returns these columns and expressions of them.
    ///
    /// ```
    /// # use levity::{Database, Error, Table, schema};
    /// # #[derive(Table)] struct Book { #[column(primary_key, identity)] id: i64, title: String }
    /// # schema! { Book }
    /// # async fn example(db: Database, titles: Vec<String>) -> Result<(), Error> {
    /// let rows = titles.into_iter().map(|title| NewBook::builder().title(title).build());
    /// let ids: Vec<i64> = db.insert_many(rows).returning_columns(Book::id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn returning_columns<S, Positions>(self, columns: S) -> Result<M::Of<S::Output>, Error>
    where
        S: Selection<(T, ()), Positions>,
    {
        let mut returning = Vec::new();
        columns.describe(&mut returning);
        self.query(returning, |row| S::decode(row, &mut 0)).await
    }

    /// Inserts the rows and says how many were written: nothing for one row, whether it was written for one that a
    /// conflict can leave out, and the number for many.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn execute(self) -> Result<M::Written, Error> {
        let explain = self.explain();
        let (executor, inserts) = self.into_inserts(&[]);
        let written = match &inserts[..] {
            [] => Ok(0),
            [(_, insert)] => executor.execute(&sql::write::insert(insert)?).await,
            _ => {
                let something = || vec![query::Expr::Sql(vec!["1".into()])];
                let inserts: Vec<query::Insert> = inserts
                    .into_iter()
                    .map(|(_, insert)| query::Insert { returning: something(), ..insert })
                    .collect();
                super::select::counted(&executor, &sql::write::count_inserts(&inserts)?).await
            }
        };
        written.map(M::written).map_err(explain)
    }

    async fn query<R>(
        self,
        returning: Vec<query::Expr>,
        decode: fn(&Row) -> Result<R, Error>,
    ) -> Result<M::Of<R>, Error> {
        let explain = self.explain();
        let (executor, inserts) = self.into_inserts(&returning);
        let rows = match &inserts[..] {
            [] => Vec::new(),
            [(_, insert)] => {
                let rows = executor.query(&sql::write::insert(insert)?).await.map_err(explain)?;
                rows.iter().map(decode).collect::<Result<_, _>>()?
            }
            _ => {
                let (positions, inserts): (Vec<Vec<usize>>, Vec<query::Insert>) = inserts.into_iter().unzip();
                let rows = executor.query(&sql::write::inserts(&inserts)?).await.map_err(explain)?;
                in_order(&rows, &positions)?.into_iter().map(decode).collect::<Result<_, _>>()?
            }
        };
        M::returned(rows, T::NAME)
    }

    /// Says what a target must be, when the server has found no key that is this one.
    fn explain(&self) -> fn(Error) -> Error {
        if self.conflict.is_none() {
            return |error| error;
        }
        |error| {
            if error.code() == Some(&SqlState::INVALID_COLUMN_REFERENCE) {
                return error.with_hint(
                    "the target of `on_conflict` is all columns of one primary key or unique constraint or index; that of \
                     a partial index has its condition too, by `index_filter`",
                );
            }
            error
        }
    }

    /// An insert for each set of columns, with the positions of its rows in the input.
    fn into_inserts(self, returning: &[query::Expr]) -> (E, Vec<(Vec<usize>, query::Insert)>) {
        let conflict = self.conflict;
        let insert = |with, (columns, rows): (Vec<&'static str>, NewRows)| {
            let conflict = conflict.clone();
            let conflict =
                conflict.map(|(target, resolution)| resolution.into_conflict::<T>(target, &columns));
            query::Insert {
                with,
                into: T::info().source(),
                columns,
                rows,
                conflict,
                returning: returning.to_vec(),
            }
        };
        let inserts = match self.rows {
            Rows::One(row) => {
                let (columns, values) = rows::values(row);
                vec![(Vec::new(), insert(Vec::new(), (columns, NewRows::Values(vec![values]))))]
            }
            Rows::Many(rows) => {
                let alike = |mut alike: rows::Alike<T::New>| {
                    (std::mem::take(&mut alike.positions), insert(Vec::new(), alike.into_rows()))
                };
                rows::group(rows).into_iter().map(alike).collect()
            }
            Rows::Query { columns, body, with } => {
                vec![(Vec::new(), insert(with, (columns, NewRows::Query(body))))]
            }
        };
        (self.executor, inserts)
    }
}

/// The rows of several inserts in the order of the input. Where an insert has left some out, nobody knows which, and its
/// rows come where its first ones would.
fn in_order<'a>(rows: &'a [Row], positions: &[Vec<usize>]) -> Result<Vec<&'a Row>, Error> {
    let mut next: Vec<_> = positions.iter().map(|positions| positions.iter()).collect();
    let mut placed = Vec::with_capacity(rows.len());
    for row in rows {
        let number: i64 = crate::row::column(row, row.len() - 1)?;
        let position = usize::try_from(number).ok().and_then(|number| next.get_mut(number)?.next());
        placed.push((position.copied().unwrap_or(usize::MAX), row));
    }
    placed.sort_by_key(|(position, _)| *position);
    Ok(placed.into_iter().map(|(_, row)| row).collect())
}
