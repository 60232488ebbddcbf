use super::{Covers, Derived, FirstTable, InSchema, Outer, Predicate, Query, Scope, Source, Tables};
use crate::query;

/// A table of the schema, or an alias of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no table of this schema",
    label = "expected a table that `schema!` lists, or an `alias!` of one",
    note = "the rows of a query are read by `select_from`, and joined by `inner_join_query` or `left_join_query`"
)]
pub trait Joinable: Source {}

impl<T: InSchema> Joinable for T {}

/// How a join treats rows without a match.
#[derive(Debug, Clone, Copy)]
pub(super) enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
}

impl JoinKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Inner => "INNER",
            Self::Left => "LEFT",
            Self::Right => "RIGHT",
            Self::Full => "FULL",
            Self::Cross => "CROSS",
        }
    }
}

/// A join that lacks its condition: [`on`](Self::on).
#[must_use = "a join needs its condition: `.on(…)`"]
pub struct Join<E, T> {
    query: Query<E, T, FirstTable>,
    kind: JoinKind,
    from: query::FromItem,
}

impl<E, T> Join<E, T> {
    pub(super) fn new(query: Query<E, T, FirstTable>, kind: JoinKind, from: query::FromItem) -> Self {
        Self { query, kind, from }
    }

    /// Which rows match: those for which the condition holds.
    pub fn on<P, Positions>(mut self, condition: P) -> Query<E, T, FirstTable>
    where
        P: Predicate,
        T: Covers<P::Scope, Positions>,
    {
        let condition = condition.into_condition().unwrap_or(query::Expr::All(Vec::new()));
        self.query.push_join(self.kind, self.from, Some(condition));
        self.query
    }
}

/// Joins of a table. Each needs its condition: `.inner_join::<Workflow>().on(eq(Execution::workflow_id, Workflow::id))`.
impl<E, T: Tables> Query<E, T, FirstTable> {
    /// Adds the rows of the table that match; a row without one is left out.
    pub fn inner_join<J: Joinable>(self) -> Join<E, T::Concat<(J, ())>> {
        self.join(JoinKind::Inner, query::FromItem::Table(J::source()))
    }

    /// Adds the rows of the table that match, or none: its columns become `Option`s.
    pub fn left_join<J: Joinable>(self) -> Join<E, T::Concat<(Outer<J>, ())>> {
        self.join(JoinKind::Left, query::FromItem::Table(J::source()))
    }

    /// Keeps every row of the joined table: the columns of all others become `Option`s.
    pub fn right_join<J: Joinable>(self) -> Join<E, <T::Outer as Scope>::Concat<(J, ())>> {
        self.join(JoinKind::Right, query::FromItem::Table(J::source()))
    }

    /// Keeps every row of both sides: all columns become `Option`s.
    pub fn full_join<J: Joinable>(self) -> Join<E, <T::Outer as Scope>::Concat<(Outer<J>, ())>> {
        self.join(JoinKind::Full, query::FromItem::Table(J::source()))
    }

    /// Pairs each row with each row of the table.
    pub fn cross_join<J: Joinable>(self) -> Query<E, T::Concat<(J, ())>, FirstTable> {
        self.add_join(JoinKind::Cross, query::FromItem::Table(J::source()), None)
    }

    /// [`inner_join`](Self::inner_join) with the rows of a query: [`subquery`](super::subquery),
    /// [`lateral`](super::lateral) or [`cte`](super::cte).
    pub fn inner_join_query<J, P, Positions>(mut self, derived: Derived<J, P>) -> Join<E, T::Concat<(J, ())>>
    where
        J: Source,
        T: Covers<P, Positions>,
    {
        let from = derived.into_from(&mut self.select.with);
        self.join(JoinKind::Inner, from)
    }

    /// [`left_join`](Self::left_join) with the rows of a query.
    pub fn left_join_query<J, P, Positions>(
        mut self,
        derived: Derived<J, P>,
    ) -> Join<E, T::Concat<(Outer<J>, ())>>
    where
        J: Source,
        T: Covers<P, Positions>,
    {
        let from = derived.into_from(&mut self.select.with);
        self.join(JoinKind::Left, from)
    }

    /// [`cross_join`](Self::cross_join) with the rows of a query.
    pub fn cross_join_query<J, P, Positions>(
        mut self,
        derived: Derived<J, P>,
    ) -> Query<E, T::Concat<(J, ())>, FirstTable>
    where
        J: Source,
        T: Covers<P, Positions>,
    {
        let from = derived.into_from(&mut self.select.with);
        self.add_join(JoinKind::Cross, from, None)
    }

    fn join<Next>(self, kind: JoinKind, from: query::FromItem) -> Join<E, Next> {
        Join::new(self.typed(), kind, from)
    }

    fn add_join<Next>(
        self,
        kind: JoinKind,
        from: query::FromItem,
        on: Option<query::Expr>,
    ) -> Query<E, Next, FirstTable> {
        let mut query = self.typed();
        query.push_join(kind, from, on);
        query
    }
}

impl<E, T, S> Query<E, T, S> {
    pub(super) fn push_join(&mut self, kind: JoinKind, from: query::FromItem, on: Option<query::Expr>) {
        self.select.joins.push(query::Join { kind: kind.as_str(), from, on });
    }
}
