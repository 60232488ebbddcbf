use std::marker::PhantomData;

use super::typed_operand;
use crate::{
    query,
    typed::{Expr, Never, Nullability, Nullable, Operand, Predicate, Scope, expr::Marker},
    types::ColumnType,
};

/// `CASE` with at least one branch; made by [`case`]. It is an expression after [`otherwise`](Self::otherwise) or
/// [`end`](Self::end).
#[must_use = "a case needs `otherwise(…)` or `end()`"]
pub struct Case<S, V, N> {
    fragments: Vec<query::Fragment>,
    marker: Marker<S, V, N>,
}

/// `CASE WHEN condition THEN value …`: the value of the first branch whose condition holds.
///
/// ```
/// # use levity::{Table, case, gt, schema};
/// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, pages: i32 }
/// # schema! { Book }
/// let size = case::<String, _, _>(gt(Book::pages, 800), "large")
///     .when(gt(Book::pages, 200), "medium")
///     .otherwise("small");
/// ```
pub fn case<V, P, O>(condition: P, value: O) -> Case<<P::Scope as Scope>::Concat<O::Scope>, V, O::Nullability>
where
    V: ColumnType,
    P: Predicate,
    O: Operand<V>,
{
    let empty: Case<(), V, Never> = Case { fragments: vec!["CASE".into()], marker: PhantomData };
    empty.branch(condition, value)
}

impl<S, V: ColumnType, N> Case<S, V, N> {
    /// Another branch, for rows that none of those before took.
    pub fn when<P, O>(
        self,
        condition: P,
        value: O,
    ) -> Case<<S::Concat<P::Scope> as Scope>::Concat<O::Scope>, V, N::Or<O::Nullability>>
    where
        S: Scope,
        N: Nullability,
        P: Predicate,
        O: Operand<V>,
    {
        self.branch(condition, value)
    }

    fn branch<P: Predicate, O: Operand<V>, NextScope, NextNull>(
        mut self,
        condition: P,
        value: O,
    ) -> Case<NextScope, V, NextNull> {
        let condition = condition.into_condition().unwrap_or(query::Expr::All(Vec::new()));
        self.fragments.extend([
            " WHEN ".into(),
            condition.into(),
            " THEN ".into(),
            typed_operand::<V, O>(value).into(),
        ]);
        Case { fragments: self.fragments, marker: PhantomData }
    }

    /// The value of all other rows.
    pub fn otherwise<O>(mut self, value: O) -> Expr<S::Concat<O::Scope>, V, N::Or<O::Nullability>>
    where
        S: Scope,
        N: Nullability,
        O: Operand<V>,
    {
        self.fragments.extend([" ELSE ".into(), typed_operand::<V, O>(value).into(), " END".into()]);
        Expr::new(query::Expr::Operation(self.fragments))
    }

    /// NULL in all other rows.
    pub fn end(mut self) -> Expr<S, V, Nullable> {
        self.fragments.push(" END".into());
        Expr::new(query::Expr::Operation(self.fragments))
    }
}
