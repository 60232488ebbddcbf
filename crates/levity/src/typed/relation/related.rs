use std::marker::PhantomData;

use crate::{
    query,
    typed::{
        Alias, Attach, Covers, InSchema, Loaded, Many, Ordering, Plain, Predicate, Relation, RelationOf,
        Shape, With, relation::Filterable, select,
    },
};

/// The rows that a relation leads to: which, in which order, how many, and what they bring along.
///
/// Made by the relation's function, such as `Execution::steps()`. It is passed to `with`, or asked about in a condition on
/// the rows that it starts from: [`some`](Self::some), [`count`](Self::count) and so on.
///
/// Where a link table stands between (`has_many(tags = Tag::id through BookTag(book_id, tag_id))`), its columns can be
/// filtered and ordered by like those of the rows themselves, and each of its rows counts: a row that is linked twice is
/// there twice.
#[must_use = "a relation does nothing until it is passed to `with`"]
pub struct Related<R: Relation, S = Plain<<R as Relation>::Child>, P = <R as Relation>::Parent> {
    pub(in crate::typed) rows: query::Rows,
    pub(in crate::typed) shape: S,
    marker: PhantomData<fn() -> (R, P)>,
}

impl<R: Relation> Related<R> {
    /// All rows of the relation.
    #[doc(hidden)]
    pub fn new() -> Self {
        Self { rows: query::Rows::default(), shape: Plain::new(), marker: PhantomData }
    }
}

impl<R: Relation> Default for Related<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Relation, S: Shape<Base = R::Child>, P> Related<R, S, P> {
    /// Takes only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<C, Positions>(mut self, condition: C) -> Self
    where
        R::Cardinality: Filterable,
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        query::and(&mut self.rows.filter, condition.into_condition());
        self
    }

    /// The same relation of an [`alias!`](crate::alias!) of the table, for conditions in a query that reads the table twice.
    pub fn of<A: Alias<Of = R::Parent>>(self) -> Related<R, S, A> {
        Related { rows: self.rows, shape: self.shape, marker: PhantomData }
    }
}

impl<R: Relation, S: Shape<Base = R::Child>> Related<R, S> {
    /// Loads another relation of these rows along with them.
    pub fn with<Next, Inner>(self, relation: Related<Next, Inner>) -> Related<R, With<S, Next, Inner>>
    where
        Next: RelationOf<R::Child>,
        Next::Child: InSchema,
        Inner: Shape<Base = Next::Child>,
        S::Output: Attach<Next, Loaded<Next, Inner::Output>>,
    {
        self.reshape(|shape| With::new(shape, relation))
    }

    pub(super) fn reshape<Next>(self, change: impl FnOnce(S) -> Next) -> Related<R, Next> {
        Related { rows: self.rows, shape: change(self.shape), marker: PhantomData }
    }
}

impl<R: Relation<Cardinality = Many>, S: Shape<Base = R::Child>, P> Related<R, S, P> {
    /// Orders the rows of each parent. Called again, the next criterion decides between rows that are equal so far.
    pub fn order_by<O, Positions>(mut self, order: O) -> Self
    where
        O: Ordering,
        R::Scope: Covers<O::Scope, Positions>,
    {
        self.rows.order_by.extend(order.into_order());
        self
    }

    /// Takes at most this many rows of each parent.
    pub fn limit(mut self, rows: u64) -> Self {
        self.rows.limit = Some(select::count(rows));
        self
    }

    /// Skips this many rows of each parent.
    pub fn offset(mut self, rows: u64) -> Self {
        self.rows.offset = Some(select::count(rows));
        self
    }
}
