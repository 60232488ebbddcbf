use std::marker::PhantomData;

use crate::{
    query::{self, Nulls},
    typed::{Expression, Nullability, Scope, expr::Marker},
};

/// One criterion of an order; see [`asc`] and [`desc`].
pub struct SortBy<S, V, N> {
    pub(in crate::typed) order: query::OrderBy,
    marker: Marker<S, V, N>,
}

impl<S, V, N> SortBy<S, V, N> {
    /// NULL before all values.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.order.nulls = Some(Nulls::First);
        self
    }

    /// NULL after all values.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.order.nulls = Some(Nulls::Last);
        self
    }
}

impl<S, V, N> Clone for SortBy<S, V, N> {
    fn clone(&self) -> Self {
        Self { order: self.order.clone(), marker: PhantomData }
    }
}

/// What a query can be ordered by: an expression (ascending), [`asc`], [`desc`], or a tuple of them, the most
/// significant first.
#[diagnostic::on_unimplemented(
    message = "a query cannot be ordered by `{Self}`",
    label = "expected a column or expression, or one in `asc(…)` or `desc(…)`"
)]
pub trait Ordering {
    /// The tables that it mentions.
    type Scope: Scope;

    /// The untyped criteria.
    fn into_order(self) -> Vec<query::OrderBy>;
}

impl<S: Scope, V, N> Ordering for SortBy<S, V, N> {
    type Scope = S;

    fn into_order(self) -> Vec<query::OrderBy> {
        vec![self.order]
    }
}

#[diagnostic::do_not_recommend]
impl<E: Expression> Ordering for E {
    type Scope = E::Scope;

    fn into_order(self) -> Vec<query::OrderBy> {
        vec![query::OrderBy { expr: self.into_ast(), descending: false, nulls: None }]
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)+) => {
        $(
            #[expect(non_snake_case, reason = "a variable for each type")]
            impl<$first: Ordering, $($rest: Ordering),*> Ordering for ($first, $($rest,)*) {
                type Scope = tuples!(@scope $first $($rest)*);

                fn into_order(self) -> Vec<query::OrderBy> {
                    let ($first, $($rest,)*) = self;
                    let mut order = $first.into_order();
                    $(order.extend($rest.into_order());)*
                    order
                }
            }
        )+
    };
    (@scope $first:ident) => { $first::Scope };
    (@scope $first:ident $($rest:ident)+) => { <$first::Scope as Scope>::Concat<tuples!(@scope $($rest)+)> };
}

tuples! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

/// From small to large, NULL last.
pub fn asc<E: Expression>(expression: E) -> SortBy<E::Scope, E::Value, E::Nullability> {
    sort_by(expression, false)
}

/// From large to small, NULL first.
pub fn desc<E: Expression>(expression: E) -> SortBy<E::Scope, E::Value, E::Nullability> {
    sort_by(expression, true)
}

fn sort_by<S: Scope, V, N: Nullability>(
    expression: impl Expression<Scope = S, Value = V, Nullability = N>,
    descending: bool,
) -> SortBy<S, V, N> {
    let order = query::OrderBy { expr: expression.into_ast(), descending, nulls: None };
    SortBy { order, marker: PhantomData }
}
