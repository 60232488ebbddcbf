//! The operators as methods of columns, expressions and aggregates.

use serde_json::Value;
use tokio_postgres::types::ToSql;

use super::{
    BothScopes, BothScopesAs, EitherNull, EitherNullAs, SortBy, Text,
    array::Containment,
    comparison as c,
    json::{self, Document, JsonKey},
};
use crate::{
    typed::{
        Aggregate, Column, Expr, Expression, IntoValue, Never, NotNull, Nullability, Nullable, Operand,
        Predicate, Scope, Source, Subquery, functions,
    },
    types::{ColumnType, Json},
};

macro_rules! same_type {
    ($(#[doc = $doc:literal] $name:ident;)*) => {
        $(
            #[doc = $doc]
            pub fn $name<R: Operand<V>>(self, right: R) -> Expr<BothScopes<Self, R>, bool, EitherNull<Self, R>> {
                c::$name(self, right)
            }
        )*
    };
}

macro_rules! patterns {
    ($(#[doc = $doc:literal] $name:ident;)*) => {
        $(
            #[doc = $doc]
            pub fn $name<R>(self, pattern: R) -> Expr<BothScopesAs<Self, R, String>, bool, EitherNullAs<Self, R, String>>
            where
                V: Text,
                R: Operand<String>,
            {
                super::$name(self, pattern)
            }
        )*
    };
}

macro_rules! containment {
    ($(#[doc = $doc:literal] $name:ident;)*) => {
        $(
            #[doc = $doc]
            pub fn $name<R>(self, right: R) -> Expr<BothScopes<Self, R>, bool, EitherNull<Self, R>>
            where
                V: Containment,
                R: Operand<V>,
            {
                super::$name(self, right)
            }
        )*
    };
}

macro_rules! methods {
    ([$($generics:tt)*] $type:ty, $scope:ty) => {
        impl<$($generics)*> $type {
            same_type! {
                #[doc = "`self = right`; NULL when either side is."]
                eq;
                #[doc = "`self <> right`; NULL when either side is."]
                ne;
                #[doc = "`self > right`"]
                gt;
                #[doc = "`self >= right`"]
                gte;
                #[doc = "`self < right`"]
                lt;
                #[doc = "`self <= right`"]
                lte;
            }

            /// `self IS DISTINCT FROM right`: `ne` for which NULL is a value like others.
            pub fn is_distinct_from<R: Operand<V>>(self, right: R) -> Expr<BothScopes<Self, R>, bool, Never> {
                c::is_distinct_from(self, right)
            }

            /// `self IS NOT DISTINCT FROM right`: `eq` for which NULL is a value like others.
            pub fn is_not_distinct_from<R: Operand<V>>(self, right: R) -> Expr<BothScopes<Self, R>, bool, Never> {
                c::is_not_distinct_from(self, right)
            }

            /// `self BETWEEN low AND high`, both included.
            pub fn between<Low: Operand<V>, High: Operand<V>>(
                self,
                low: Low,
                high: High,
            ) -> Expr<<BothScopes<Self, Low> as Scope>::Concat<High::Scope>, bool, Nullable> {
                c::between(self, low, high)
            }

            /// One of the values; see [`in_list`](crate::in_list).
            pub fn in_list<I>(self, values: I) -> Expr<$scope, bool, N>
            where
                V: ToSql + Send + Sync + 'static,
                I: IntoIterator<Item: IntoValue<V>>,
            {
                c::in_list(self, values)
            }

            /// None of the values; see [`not_in_list`](crate::not_in_list).
            pub fn not_in_list<I>(self, values: I) -> Expr<$scope, bool, N>
            where
                V: ToSql + Send + Sync + 'static,
                I: IntoIterator<Item: IntoValue<V>>,
            {
                c::not_in_list(self, values)
            }

            /// One of the values that a query of one column returns; see [`in_query`](crate::in_query).
            pub fn in_query<Q>(self, query: Q) -> Expr<<$scope as Scope>::Concat<Q::Parents>, bool, Nullable>
            where
                Q: Subquery<Selection: Expression<Value = V>>,
            {
                c::in_query(self, query)
            }

            /// `self IS NULL`
            pub fn is_null(self) -> Expr<$scope, bool, Never> {
                c::is_null(self)
            }

            /// `self IS NOT NULL`
            pub fn is_not_null(self) -> Expr<$scope, bool, Never> {
                c::is_not_null(self)
            }

            patterns! {
                #[doc = "`self LIKE pattern`; see [`like`](crate::like)."]
                like;
                #[doc = "`self NOT LIKE pattern`"]
                not_like;
                #[doc = "`self ILIKE pattern`: `like` without regard to case."]
                ilike;
                #[doc = "`self NOT ILIKE pattern`"]
                not_ilike;
                #[doc = "`self ~ pattern`: a POSIX regular expression."]
                regex;
                #[doc = "`self ~* pattern`: `regex` without regard to case."]
                regex_ignore_case;
            }

            /// `self || right`: two texts, one after the other.
            pub fn concat<R>(self, right: R) -> Expr<BothScopesAs<Self, R, String>, String, EitherNullAs<Self, R, String>>
            where
                V: Text,
                R: Operand<String>,
            {
                super::concat(self, right)
            }

            containment! {
                #[doc = "`self @> right`: every element of the right side is in this one."]
                contains;
                #[doc = "`self <@ right`: every element of this side is in the right one."]
                contained_by;
                #[doc = "`self && right`: some element is in both."]
                overlaps;
            }

            /// `self -> key`; see [`json_get`](crate::json_get).
            pub fn json_get(self, key: impl JsonKey) -> Expr<$scope, Json<Value>, Nullable>
            where
                V: Document,
            {
                json::json_get(self, key)
            }

            /// `self ->> key`; see [`json_text`](crate::json_text).
            pub fn json_text(self, key: impl JsonKey) -> Expr<$scope, String, Nullable>
            where
                V: Document,
            {
                json::json_text(self, key)
            }

            /// `self @> part`; see [`json_contains`](crate::json_contains).
            pub fn json_contains<R>(self, part: R) -> Expr<BothScopesAs<Self, R, Json<Value>>, bool, Nullable>
            where
                V: Document,
                R: Operand<Json<Value>>,
            {
                json::json_contains(self, part)
            }

            /// `self ? key`; see [`json_has_key`](crate::json_has_key).
            pub fn json_has_key(self, key: impl Into<String>) -> Expr<$scope, bool, Nullable>
            where
                V: Document,
            {
                json::json_has_key(self, key)
            }

            /// From small to large, NULL last, as a criterion of an order.
            pub fn asc(self) -> SortBy<$scope, V, N> {
                super::asc(self)
            }

            /// From large to small, NULL first, as a criterion of an order.
            pub fn desc(self) -> SortBy<$scope, V, N> {
                super::desc(self)
            }

            /// The same expression, of which the caller knows that it is not NULL: SQL is not asked. A NULL that is read as a value
            /// after all is an error, and one that is set into a column that has none is refused by the server.
            pub fn assume_not_null(self) -> Expr<$scope, V, NotNull> {
                Expr::new(self.into_ast())
            }

            /// `CAST(self AS …)`: as the PostgreSQL type of the Rust type `As`.
            pub fn cast<As: ColumnType>(self) -> Expr<$scope, As, N> {
                functions::cast(self)
            }
        }

        impl<$($generics)*> $type
        where
            Self: Predicate<Scope = $scope>,
        {
            /// Both conditions hold.
            pub fn and<P: Predicate>(self, other: P) -> Expr<<$scope as Scope>::Concat<P::Scope>, bool, Nullable> {
                super::and(self, other)
            }

            /// At least one of the conditions holds.
            pub fn or<P: Predicate>(self, other: P) -> Expr<<$scope as Scope>::Concat<P::Scope>, bool, Nullable> {
                super::or(self, other)
            }

            /// The condition does not hold; NULL stays NULL.
            #[expect(clippy::should_implement_trait, reason = "`!` on a condition would be easy to overlook")]
            pub fn not(self) -> Expr<$scope, bool, Nullable> {
                super::not(self)
            }
        }
    };
}

methods!([T: Source, V, N: Nullability] Column<T, V, N>, (T, ()));
methods!([S: Scope, V, N: Nullability] Expr<S, V, N>, S);
methods!([S: Scope, V, N: Nullability, A] Aggregate<S, V, N, A>, S);
