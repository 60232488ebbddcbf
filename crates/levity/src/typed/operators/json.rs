use std::sync::Arc;

use serde_json::Value;

use super::BothScopesAs;
use crate::{
    query::Expr as Ast,
    typed::{Expr, Expression, Nullable, Operand},
    types::Json,
};

/// A document: what the operators on `jsonb` take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Json`",
    label = "this operator takes a `jsonb` document"
)]
pub trait Document {}

impl<T> Document for Json<T> {}

/// What leads from a document to a part of it: the name of a member, or the position of an element (negative ones count
/// from the end).
pub trait JsonKey {
    /// The untyped expression.
    fn into_key(self) -> Ast;
}

impl JsonKey for &str {
    fn into_key(self) -> Ast {
        text(self.to_owned())
    }
}

impl JsonKey for String {
    fn into_key(self) -> Ast {
        text(self)
    }
}

impl JsonKey for i32 {
    fn into_key(self) -> Ast {
        Ast::Parameter(Arc::new(self)).cast("pg_catalog.int4")
    }
}

// PostgreSQL chooses between operators by the types of their sides, so it is told that of the parameter.
fn text(value: String) -> Ast {
    Ast::Parameter(Arc::new(value)).cast("pg_catalog.text")
}

fn texts<I: IntoIterator<Item: Into<String>>>(values: I) -> Ast {
    let values: Vec<String> = values.into_iter().map(Into::into).collect();
    Ast::Parameter(Arc::new(values)).cast("pg_catalog.text[]")
}

fn operation<E: Expression, V>(
    document: E,
    operator: &'static str,
    right: Ast,
) -> Expr<E::Scope, V, Nullable> {
    Expr::new(Ast::binary(document.into_ast(), operator, right))
}

/// `document -> key`: the member or element as a document.
pub fn json_get<E: Expression<Value: Document>>(
    document: E,
    key: impl JsonKey,
) -> Expr<E::Scope, Json<Value>, Nullable> {
    operation(document, " -> ", key.into_key())
}

/// `document ->> key`: the member or element as text.
pub fn json_text<E: Expression<Value: Document>>(
    document: E,
    key: impl JsonKey,
) -> Expr<E::Scope, String, Nullable> {
    operation(document, " ->> ", key.into_key())
}

/// `document #> path`: what is at the end of a path of names and positions, as a document.
pub fn json_path<E: Expression<Value: Document>>(
    document: E,
    path: impl IntoIterator<Item: Into<String>>,
) -> Expr<E::Scope, Json<Value>, Nullable> {
    operation(document, " #> ", texts(path))
}

/// `document #>> path`: the same as text.
pub fn json_path_text<E: Expression<Value: Document>>(
    document: E,
    path: impl IntoIterator<Item: Into<String>>,
) -> Expr<E::Scope, String, Nullable> {
    operation(document, " #>> ", texts(path))
}

/// `document @> part`: all that the part has is in the document.
pub fn json_contains<E, R>(document: E, part: R) -> Expr<BothScopesAs<E, R, Json<Value>>, bool, Nullable>
where
    E: Expression<Value: Document>,
    R: Operand<Json<Value>>,
{
    Expr::new(Ast::binary(document.into_ast(), " @> ", part.into_operand()))
}

/// `document ? key`: an object has this member, or an array this text.
pub fn json_has_key<E: Expression<Value: Document>>(
    document: E,
    key: impl Into<String>,
) -> Expr<E::Scope, bool, Nullable> {
    operation(document, " ? ", text(key.into()))
}

/// `document ?| keys`: one of them, as [`json_has_key`].
pub fn json_has_any_key<E: Expression<Value: Document>>(
    document: E,
    keys: impl IntoIterator<Item: Into<String>>,
) -> Expr<E::Scope, bool, Nullable> {
    operation(document, " ?| ", texts(keys))
}

/// `document ?& keys`: all of them, as [`json_has_key`].
pub fn json_has_all_keys<E: Expression<Value: Document>>(
    document: E,
    keys: impl IntoIterator<Item: Into<String>>,
) -> Expr<E::Scope, bool, Nullable> {
    operation(document, " ?& ", texts(keys))
}

/// `document @? path`: the SQL/JSON path, such as `$.items[*] ? (@.price > 10)`, finds something.
pub fn json_path_exists<E: Expression<Value: Document>>(
    document: E,
    path: impl Into<String>,
) -> Expr<E::Scope, bool, Nullable> {
    operation(document, " @? ", text(path.into()).cast("pg_catalog.jsonpath"))
}
