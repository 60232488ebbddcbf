use std::sync::Arc;

use serde_json::Value;
use tokio_postgres::types::ToSql;

use super::{Column, Expr, Expression, Never, Nullability, Scope, Source};
use crate::{query, types::Json};

/// What can stand on the right side of an operator whose left side has the type `V`: a value, which is bound as a
/// parameter, or a column or expression of that type.
///
/// The impls are explicit. With `Into<V>` the compiler could not tell what `1` is in `eq(column_of_i16, 1)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with or assigned to a column of type `{V}`",
    label = "expected `{V}`, or a column or expression of that type",
    note = "for NULL use `is_null`, `is_not_null` or `set_null`; an `Option` can be given to a patch"
)]
pub trait Operand<V> {
    /// The tables that it mentions.
    type Scope: Scope;
    /// Whether it can be NULL.
    type Nullability: Nullability;

    /// The untyped expression.
    fn into_operand(self) -> query::Expr;
}

/// A bound value.
fn parameter(value: impl ToSql + Send + Sync + 'static) -> query::Expr {
    query::Expr::Parameter(Arc::new(value))
}

impl<V: ToSql + Send + Sync + 'static> Operand<V> for V {
    type Scope = ();
    type Nullability = Never;

    fn into_operand(self) -> query::Expr {
        parameter(self)
    }
}

impl Operand<String> for &str {
    type Scope = ();
    type Nullability = Never;

    fn into_operand(self) -> query::Expr {
        parameter(self.to_owned())
    }
}

impl Operand<String> for &String {
    type Scope = ();
    type Nullability = Never;

    fn into_operand(self) -> query::Expr {
        parameter(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T: ToSql + Send + Sync + 'static, const LENGTH: usize> Operand<Vec<T>> for [T; LENGTH] {
    type Scope = ();
    type Nullability = Never;

    fn into_operand(self) -> query::Expr {
        parameter(Vec::from(self))
    }
}

#[diagnostic::do_not_recommend]
impl<const LENGTH: usize> Operand<Vec<String>> for [&str; LENGTH] {
    type Scope = ();
    type Nullability = Never;

    fn into_operand(self) -> query::Expr {
        parameter(self.map(str::to_owned).to_vec())
    }
}

impl Operand<Json<Value>> for Value {
    type Scope = ();
    type Nullability = Never;

    fn into_operand(self) -> query::Expr {
        parameter(Json(self))
    }
}

impl<T: Source, V, N: Nullability> Operand<V> for Column<T, V, N> {
    type Scope = (T, ());
    type Nullability = N;

    fn into_operand(self) -> query::Expr {
        self.into_ast()
    }
}

impl<S: Scope, V, N: Nullability> Operand<V> for Expr<S, V, N> {
    type Scope = S;
    type Nullability = N;

    fn into_operand(self) -> query::Expr {
        self.into_ast()
    }
}

/// What a setter for a field of type `V` takes: `V` itself and what obviously means one.
///
/// A nullable column's field is an `Option`, and its setter takes the bare value too; a [`Json`] column's setter takes
/// what is to be stored. There is deliberately no impl for `Option<&str>`: with it, the compiler could not tell what `None`
/// is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a column of type `{V}`",
    label = "expected `{V}`"
)]
pub trait IntoValue<V> {
    /// The column's value.
    fn into_value(self) -> V;
}

impl<V> IntoValue<V> for V {
    fn into_value(self) -> V {
        self
    }
}

impl<V> IntoValue<Option<V>> for V {
    fn into_value(self) -> Option<V> {
        Some(self)
    }
}

impl<V: Clone> IntoValue<V> for &V {
    fn into_value(self) -> V {
        self.clone()
    }
}

impl IntoValue<String> for &str {
    fn into_value(self) -> String {
        self.to_owned()
    }
}

impl IntoValue<Option<String>> for &str {
    fn into_value(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl<T> IntoValue<Json<T>> for T {
    fn into_value(self) -> Json<T> {
        Json(self)
    }
}

impl<T> IntoValue<Option<Json<T>>> for T {
    fn into_value(self) -> Option<Json<T>> {
        Some(Json(self))
    }
}

impl<T, const LENGTH: usize> IntoValue<Json<Vec<T>>> for [T; LENGTH] {
    fn into_value(self) -> Json<Vec<T>> {
        Json(Vec::from(self))
    }
}

impl<T, const LENGTH: usize> IntoValue<Vec<T>> for [T; LENGTH] {
    fn into_value(self) -> Vec<T> {
        Vec::from(self)
    }
}
