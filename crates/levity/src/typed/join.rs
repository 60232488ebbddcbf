use super::{Covers, FirstTable, InSchema, Predicate, Query, Source};
use crate::query;

/// A table of the schema, or an alias of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined",
    label = "expected a table that `schema!` lists, or an `alias!` of one",
    note = "the rows of a query are joined by `inner_join_query` or `left_join_query`"
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
