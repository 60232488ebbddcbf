//! What the macros' expansions call. Not part of the API: it changes without notice.

mod schema_builder;
mod sequence;

pub use bytes::BytesMut;
pub use levity_macros::sql_fragments;
pub use tokio_postgres::{
    Row,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Column, InSchema, IntoValue, Queryable,
    query::{Expr, Source},
    schema::{Expression, ObjectName, SqlType},
    sql::Parameter,
    typed::{ColumnInfo, TableInfo},
    types::{Literal, Values, array_type, placeholder},
};
pub use crate::{row::column, types::BoxError};
pub use schema_builder::SchemaBuilder;
pub use sequence::{SequenceOptions, next_default, next_value, sequence};

/// Describes a table for queries.
pub fn table_info(
    source: Source,
    columns: Vec<(&'static str, SqlType)>,
    on_update: &'static [(&'static str, &'static str)],
) -> TableInfo {
    let Source { namespace, table: name, alias } = source;
    let table = ObjectName { namespace: namespace.map(str::to_owned), name: name.to_owned() };
    let columns = columns
        .into_iter()
        .map(|(name, sql_type)| ColumnInfo {
            name,
            placeholder: placeholder(&table, name, &sql_type),
            array_type: array_type(&sql_type),
        })
        .collect();
    TableInfo { namespace, name, alias, columns, on_update }
}

/// A table that stands between two others. Of every relation it must be in the schema, like the tables that are queried.
pub fn link_table<T: InSchema>() -> &'static TableInfo {
    T::info()
}

/// The name of a table in the schema model.
pub fn object_name<T: Queryable>() -> ObjectName {
    let info = T::info();
    ObjectName { namespace: info.namespace.map(str::to_owned), name: info.name.to_owned() }
}

/// Parameters of an index or an operator class.
pub fn parameters(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Names whose order carries no meaning.
pub fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A column's default as SQL.
pub fn default_value<V: Literal, D: IntoValue<V>>(value: D) -> Expression {
    value.into_value().to_literal()
}

/// A value that can be written into the bounds of a partition.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a bound of a partition",
    label = "expected a value such as a number, a string, a date or a variant of a `PgEnum`",
    note = "for an SQL expression write `sql(\"…\")`"
)]
pub trait Bound {
    #[doc(hidden)]
    fn to_bound(&self) -> Expression;
}

#[diagnostic::do_not_recommend]
impl<V: Literal> Bound for V {
    fn to_bound(&self) -> Expression {
        self.to_literal()
    }
}

/// A value of a partition's bounds as SQL.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the compiler points to a wrong value, not to a reference to it"
)]
pub fn bound(value: impl Bound) -> Expression {
    value.to_bound()
}

/// The bounds of a partition, with a value for each key.
pub fn bounds(values: &[Expression]) -> Expression {
    let values: Vec<&str> = values.iter().map(|value| value.0.as_str()).collect();
    Expression::new(values.join(", "))
}

/// A column with its value, when it has one.
pub fn value<V: ToSql + Send + Sync + 'static>(
    name: &'static str,
    value: Option<V>,
) -> Option<(&'static str, Parameter)> {
    value.map(|value| (name, Arc::new(value) as Parameter))
}

/// The columns that have a value.
pub fn values<const COLUMNS: usize>(
    columns: [Option<(&'static str, Parameter)>; COLUMNS],
) -> Vec<(&'static str, Parameter)> {
    columns.into_iter().flatten().collect()
}

/// The names of the columns that have a value.
pub fn given<const COLUMNS: usize>(columns: [(&'static str, bool); COLUMNS]) -> Vec<&'static str> {
    columns.into_iter().filter_map(|(name, given)| given.then_some(name)).collect()
}

/// The values of a column in rows that all have one, or none where they have not.
pub fn array<V: ToSql + Send + Sync + 'static>(values: impl Iterator<Item = Option<V>>) -> Option<Parameter> {
    let values: Option<Vec<V>> = values.collect();
    values.map(|values| Arc::new(Values(values)) as Parameter)
}

/// The columns that have values.
pub fn arrays<const COLUMNS: usize>(columns: [Option<Parameter>; COLUMNS]) -> Vec<Parameter> {
    columns.into_iter().flatten().collect()
}

/// A bound value.
pub fn parameter<V: ToSql + Send + Sync + 'static>(value: V) -> Expr {
    Expr::Parameter(Arc::new(value))
}

/// The condition that the columns of a table's primary key have these values.
pub fn key_condition<T: Queryable>(columns: impl IntoIterator<Item = (&'static str, Expr)>) -> Expr {
    let equal = |(name, value)| Expr::binary(Expr::Column { table: T::QUALIFIER, name }, " = ", value);
    Expr::All(columns.into_iter().map(equal).collect())
}

/// Compiles when both columns hold the same type, whether or not they are nullable.
pub const fn same_type<T, U, V, N, M>(_: Column<T, V, N>, _: Column<U, V, M>) {}
