use std::marker::PhantomData;

use super::{Covers, NotNull, Nullability, Nullable, Scope};
use crate::query;

/// Three types that a value is about without holding any, so that it is `Send` and `Sync` whatever they are.
pub(super) type Marker<A, B, C> = PhantomData<fn() -> (A, B, C)>;

/// A typed SQL expression: the tables that it mentions, the type of its value, whether that can be NULL.
pub struct Expr<S, V, N = NotNull> {
    ast: query::Expr,
    marker: Marker<S, V, N>,
}

/// A condition on the rows of the table `T`, for functions that return one and for lists of them:
/// [`all_of`](super::all_of) and [`any_of`](super::any_of) take any number.
///
/// ```
/// # use levity::{Condition, Table, eq, gt, schema};
/// # #[derive(Table)] struct Book { #[column(primary_key)] id: i64, pages: i32, title: String }
/// # schema! { Book }
/// fn long_or_called(title: &str) -> Condition<Book> {
///     gt(Book::pages, 1000).or(eq(Book::title, title)).scoped()
/// }
/// ```
pub type Condition<T> = Expr<(T, ()), bool, Nullable>;

impl<S, V, N> Expr<S, V, N> {
    pub(crate) fn new(ast: query::Expr) -> Self {
        Self { ast, marker: PhantomData }
    }
}

impl<S, V, N: Nullability> Expr<S, V, N> {
    /// The same expression with a type that is easier to name: as one that mentions these tables and can be NULL.
    pub fn scoped<Tables: Covers<S, Positions>, Positions>(self) -> Expr<Tables, V, Nullable> {
        Expr::new(self.ast)
    }
}

impl<S, V, N> Clone for Expr<S, V, N> {
    fn clone(&self) -> Self {
        Self::new(self.ast.clone())
    }
}

/// A column or an expression made of columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column or an expression",
    label = "expected a column such as `Execution::status`, or an expression made of columns"
)]
pub trait Expression: Sized {
    /// The tables that it mentions.
    type Scope: Scope;
    /// The type of its value when that is not NULL.
    type Value;
    /// Whether its value can be NULL.
    type Nullability: Nullability;

    /// The untyped expression.
    fn into_ast(self) -> query::Expr;
}

impl<S: Scope, V, N: Nullability> Expression for Expr<S, V, N> {
    type Scope = S;
    type Value = V;
    type Nullability = N;

    fn into_ast(self) -> query::Expr {
        self.ast
    }
}

/// A condition: an expression of type `bool`, an `sql!` text, or an `Option` of one, which says nothing when it is `None`.
/// A condition that is NULL holds for no row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition",
    label = "expected a condition such as `eq(Execution::id, 1)`"
)]
pub trait Predicate {
    /// The tables that it mentions.
    type Scope: Scope;

    /// The untyped expression, when there is one.
    fn into_condition(self) -> Option<query::Expr>;
}

#[diagnostic::do_not_recommend]
impl<E: Expression<Value = bool>> Predicate for E {
    type Scope = E::Scope;

    fn into_condition(self) -> Option<query::Expr> {
        Some(self.into_ast())
    }
}

impl<P: Predicate> Predicate for Option<P> {
    type Scope = P::Scope;

    fn into_condition(self) -> Option<query::Expr> {
        self.and_then(P::into_condition)
    }
}

/// Several expressions: one, or a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column, an expression or a tuple of them",
    label = "expected columns or expressions"
)]
pub trait Expressions {
    /// The tables that they mention.
    type Scope: Scope;

    /// The untyped expressions.
    fn into_asts(self) -> Vec<query::Expr>;
}

#[diagnostic::do_not_recommend]
impl<E: Expression> Expressions for E {
    type Scope = E::Scope;

    fn into_asts(self) -> Vec<query::Expr> {
        vec![self.into_ast()]
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)+) => {
        $(
            #[expect(non_snake_case, reason = "a variable for each type")]
            impl<$first: Expressions, $($rest: Expressions),*> Expressions for ($first, $($rest,)*) {
                type Scope = tuples!(@scope $first $($rest)*);

                fn into_asts(self) -> Vec<query::Expr> {
                    let ($first, $($rest,)*) = self;
                    let mut expressions = $first.into_asts();
                    $(expressions.extend($rest.into_asts());)*
                    expressions
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
    A B C D E F G;
    A B C D E F G H;
}
