use std::marker::PhantomData;

use futures_util::{Stream, StreamExt};

use super::{
    Query, Returns, RowsOf,
    derived::{hoist, merge},
};
use crate::{
    Error, Executor,
    query::{self, Body},
    sql::{self, Statement},
};

/// Two queries with their rows put together: [`Query::union`] and its siblings.
#[must_use = "a query does nothing until `all` or `first` is awaited"]
pub struct SetQuery<E, T, S> {
    executor: E,
    set: query::SetQuery,
    returns: S,
    marker: PhantomData<fn() -> T>,
}

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident $operator:literal;)*) => {
        impl<E, T, S: Returns<T>> Query<E, T, S> {
            $(
                $(#[$doc])*
                pub fn $name<Q>(self, other: Q) -> SetQuery<E, T, S>
                where
                    Q: RowsOf<Row = S::Output, Parents = ()>,
                {
                    let left = Body::Select(Box::new(self.select));
                    SetQuery::new(self.executor, left, self.returns, $operator, other.into_body())
                }
            )*
        }

        impl<E, T, S: Returns<T>> SetQuery<E, T, S> {
            $(
                $(#[$doc])*
                pub fn $name<Q>(self, other: Q) -> Self
                where
                    Q: RowsOf<Row = S::Output, Parents = ()>,
                {
                    Self::new(self.executor, Body::Set(Box::new(self.set)), self.returns, $operator, other.into_body())
                }
            )*
        }
    };
}

operators! {
    /// `UNION`: the rows of both, each once.
    union "UNION";
    /// `UNION ALL`: the rows of both.
    union_all "UNION ALL";
    /// `INTERSECT`: the rows that both have, each once.
    intersect "INTERSECT";
    /// `INTERSECT ALL`: the rows that both have, as often as both have them.
    intersect_all "INTERSECT ALL";
    /// `EXCEPT`: the rows that only the first one has, each once.
    except "EXCEPT";
    /// `EXCEPT ALL`: the rows of the first one, without as many as the second one has.
    except_all "EXCEPT ALL";
}

impl<E, T, S> SetQuery<E, T, S> {
    fn new(executor: E, left: Body, returns: S, operator: &'static str, right: Body) -> Self {
        let (left, mut with) = hoist(left);
        let (right, others) = hoist(right);
        merge(&mut with, others);
        let set =
            query::SetQuery { with, left, operator, right, order_by: Vec::new(), limit: None, offset: None };
        Self { executor, set, returns, marker: PhantomData }
    }

    /// The text of the statement with its values, without running it.
    pub fn to_statement(&self) -> Statement {
        sql::statements::set(&self.set)
    }

    /// Orders the rows by a column of the result, the first one being 1. Called again, the next one decides between rows
    /// that are equal so far. For an order by expressions, read the rows from a [`subquery`](super::subquery).
    pub fn order_by_column(mut self, position: usize) -> Self {
        self.set.order_by.push((position, false));
        self
    }

    /// [`order_by_column`](Self::order_by_column), from large to small.
    pub fn order_by_column_desc(mut self, position: usize) -> Self {
        self.set.order_by.push((position, true));
        self
    }

    /// Returns at most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.set.limit = Some(super::select::count(rows));
        self
    }

    /// Skips this many rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.set.offset = Some(super::select::count(rows));
        self
    }
}

impl<E: Executor, T, S: Returns<T>> SetQuery<E, T, S> {
    /// Every row.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn all(self) -> Result<Vec<S::Output>, Error> {
        let rows = self.executor.query(&self.to_statement()).await?;
        rows.iter().map(|row| self.returns.decode(row)).collect()
    }

    /// The rows while they come, in a result of any size; see [`RowStream`](crate::RowStream).
    ///
    /// # Errors
    ///
    /// See [`Error`]. An item can be one too; there are no more rows after it.
    pub async fn stream(self) -> Result<impl Stream<Item = Result<S::Output, Error>> + Send + Unpin, Error>
    where
        S: Send,
    {
        let rows = self.executor.stream(&self.to_statement()).await?;
        Ok(rows.map(move |row| self.returns.decode(&row?)))
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn first(mut self) -> Result<Option<S::Output>, Error> {
        self.set.limit = Some(self.set.limit.map_or(1, |limit| limit.min(1)));
        Ok(self.all().await?.into_iter().next())
    }

    /// The number of rows, without reading them.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn count(mut self) -> Result<u64, Error> {
        self.set.order_by.clear();
        super::select::count_rows(&self.executor, Body::Set(Box::new(self.set))).await
    }
}

impl<E, T, S: Returns<T>> RowsOf for SetQuery<E, T, S> {
    type Row = S::Output;
    type Parents = ();

    fn into_body(self) -> Body {
        Body::Set(Box::new(self.set))
    }
}
