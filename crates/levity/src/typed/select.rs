use std::marker::PhantomData;

use super::{
    Attach, Covers, InSchema, Ordering, Plain, Predicate, RelationOf, Shape, Table, With, relation::Related,
    shape, tree::Tree,
};
use crate::{
    Error, Executor,
    query::{self, Load},
    sql,
};

/// Reads rows of the table `T`; made by `db.select::<T>()`.
///
/// Without `order_by`, PostgreSQL returns rows in any order.
#[must_use = "a query does nothing until `all`, `first` or `one` is awaited"]
pub struct Select<E, T, S = Plain<T>> {
    executor: E,
    rows: query::Select,
    shape: S,
    marker: PhantomData<fn() -> T>,
}

impl<E, T: InSchema> Select<E, T> {
    pub(crate) fn new(executor: E) -> Self {
        Self { executor, rows: query::Select::default(), shape: Plain::new(), marker: PhantomData }
    }
}

impl<E: Executor, T: Table, S: Shape<Base = T>> Select<E, T, S> {
    /// Reads only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> Self
    where
        P: Predicate,
        (T, ()): Covers<P::Scope, Positions>,
    {
        query::and(&mut self.rows.filter, condition.into_condition());
        self
    }

    /// Orders the rows. Called again, the next criterion decides between rows that are equal so far.
    pub fn order_by<O, Positions>(mut self, order: O) -> Self
    where
        O: Ordering,
        (T, ()): Covers<O::Scope, Positions>,
    {
        self.rows.order_by.push(order.into_order());
        self
    }

    /// Returns at most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.rows.limit = Some(count(rows));
        self
    }

    /// Skips this many rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.rows.offset = Some(count(rows));
        self
    }

    /// Loads a relation along with the rows, in the same statement.
    pub fn with<R, C>(self, relation: Related<R, C>) -> Select<E, T, With<S, R, C>>
    where
        R: RelationOf<T>,
        R::Child: InSchema,
        C: Shape<Base = R::Child>,
        S::Output: Attach<R, C::Output>,
    {
        Select {
            executor: self.executor,
            rows: self.rows,
            shape: With::new(self.shape, relation),
            marker: PhantomData,
        }
    }

    /// Every row.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn all(self) -> Result<Vec<S::Output>, Error> {
        let mut levels = vec![shape::level::<T>(self.rows, None)];
        self.shape.describe(0, &mut levels);
        let load = Load { levels };
        let tree = match load.levels.as_slice() {
            [only] => {
                let statement = sql::statements::select(only.table, &only.select);
                Tree::plain(self.executor.query(&statement).await?)
            }
            _ => Tree::new(&load, self.executor.query(&sql::load::load(&load)?).await?)?,
        };
        (0..tree.len()).map(|row| S::assemble(&tree, 0, row)).collect()
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn first(mut self) -> Result<Option<S::Output>, Error> {
        self.rows.limit = Some(self.rows.limit.map_or(1, |limit| limit.min(1)));
        Ok(self.all().await?.into_iter().next())
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// No row ([`Error::is_no_rows`]) or more than one ([`Error::is_too_many_rows`]), and every other [`Error`].
    pub async fn one(mut self) -> Result<S::Output, Error> {
        self.rows.limit = Some(self.rows.limit.map_or(2, |limit| limit.min(2)));
        only(self.all().await?, T::NAME)
    }
}

/// The only row of a result.
pub(super) fn only<T>(rows: Vec<T>, what: &str) -> Result<T, Error> {
    let mut rows = rows.into_iter();
    match (rows.next(), rows.next()) {
        (Some(row), None) => Ok(row),
        (None, _) => Err(Error::no_rows(what)),
        (Some(_), Some(_)) => Err(Error::too_many_rows(what)),
    }
}

/// A number of rows as PostgreSQL counts them.
pub(super) fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
