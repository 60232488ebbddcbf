use std::marker::PhantomData;

use super::{Covers, InSchema, Ordering, Plain, Predicate, Shape, Table, With};
use crate::query;

/// A relation between two tables. `derive(Table)` makes a type for each `has_many`, `has_one` and `references`.
pub trait Relation {
    /// The table that the relation starts from.
    type Parent: Table;
    /// The table that it leads to.
    type Child: Table;
    /// How many rows it leads to.
    type Cardinality: Cardinality;

    /// The relation's name, as in `Execution::steps()`.
    const NAME: &'static str;
    /// The pairs of columns that are equal: the parent's, the child's.
    const COLUMNS: &'static [(&'static str, &'static str)];
    /// Whether the parent holds the foreign key, so that several parents can share a child.
    const SHARED: bool;
}

/// A relation that starts from the table `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of the table `{T}`",
    label = "this relation starts from another table"
)]
pub trait RelationOf<T>: Relation<Parent = T> {}

/// How many rows a relation leads to, and what that makes of them.
pub trait Cardinality {
    /// What a row of the parent holds.
    type Loaded<C>;

    /// Makes it from the rows that were found; nothing when there are too few or too many.
    fn collect<C>(rows: Vec<C>) -> Option<Self::Loaded<C>>;
}

/// A relation whose rows can be chosen: filtered away without contradicting its type.
#[diagnostic::on_unimplemented(
    message = "a required to-one relation cannot be filtered",
    label = "every row has exactly one; filter the parent instead"
)]
pub trait Filterable: Cardinality {}

/// Any number of rows: a `Vec`.
#[derive(Debug)]
pub enum Many {}

/// A row or none: an `Option`.
#[derive(Debug)]
pub enum Optional {}

/// Exactly one row.
#[derive(Debug)]
pub enum Required {}

impl Cardinality for Many {
    type Loaded<C> = Vec<C>;

    fn collect<C>(rows: Vec<C>) -> Option<Vec<C>> {
        Some(rows)
    }
}

impl Cardinality for Optional {
    type Loaded<C> = Option<C>;

    fn collect<C>(rows: Vec<C>) -> Option<Option<C>> {
        let mut rows = rows.into_iter();
        let first = rows.next();
        rows.next().is_none().then_some(first)
    }
}

impl Cardinality for Required {
    type Loaded<C> = C;

    fn collect<C>(rows: Vec<C>) -> Option<C> {
        rows.into_iter().next()
    }
}

impl Filterable for Many {}
impl Filterable for Optional {}

/// What the parent holds of a relation whose rows are `C`.
pub type Loaded<R, C> = <<R as Relation>::Cardinality as Cardinality>::Loaded<C>;

/// Stands for a relation that a query did not load. It has no rows to read, so using it does not compile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotLoaded;

/// A row that can take the rows `C` of the relation `R`.
#[diagnostic::on_unimplemented(
    message = "the relation `{R}` cannot be loaded into `{Self}`",
    label = "it is already loaded here, or it starts from another table"
)]
pub trait Attach<R: Relation, C> {
    /// The row with the relation.
    type Output;

    /// Adds the relation's rows.
    fn attach(self, loaded: Loaded<R, C>) -> Self::Output;
}

/// The rows of a relation to load: which, in which order, how many, and what they bring along.
///
/// Made by the relation's function, such as `Execution::steps()`, and passed to `with`.
#[must_use = "a relation does nothing until it is passed to `with`"]
pub struct Related<R: Relation, S = Plain<<R as Relation>::Child>> {
    pub(super) rows: query::Rows,
    pub(super) shape: S,
    marker: PhantomData<fn() -> R>,
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

impl<R: Relation, S: Shape<Base = R::Child>> Related<R, S> {
    /// Loads only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<P, Positions>(mut self, condition: P) -> Self
    where
        R::Cardinality: Filterable,
        P: Predicate,
        (R::Child, ()): Covers<P::Scope, Positions>,
    {
        query::and(&mut self.rows.filter, condition.into_condition());
        self
    }

    /// Loads another relation of these rows along with them.
    pub fn with<Next, Inner>(self, relation: Related<Next, Inner>) -> Related<R, With<S, Next, Inner>>
    where
        Next: RelationOf<R::Child>,
        Next::Child: InSchema,
        Inner: Shape<Base = Next::Child>,
        S::Output: Attach<Next, Inner::Output>,
    {
        Related { rows: self.rows, shape: With::new(self.shape, relation), marker: PhantomData }
    }
}

impl<R: Relation<Cardinality = Many>, S: Shape<Base = R::Child>> Related<R, S> {
    /// Orders the rows of each parent. Called again, the next criterion decides between rows that are equal so far.
    pub fn order_by<O, Positions>(mut self, order: O) -> Self
    where
        O: Ordering,
        (R::Child, ()): Covers<O::Scope, Positions>,
    {
        self.rows.order_by.extend(order.into_order());
        self
    }

    /// Loads at most this many rows of each parent.
    pub fn limit(mut self, rows: u64) -> Self {
        self.rows.limit = Some(super::select::count(rows));
        self
    }

    /// Skips this many rows of each parent.
    pub fn offset(mut self, rows: u64) -> Self {
        self.rows.offset = Some(super::select::count(rows));
        self
    }
}
