//! What the macros' expansions call. Not part of the API: it changes without notice.

pub use bytes::BytesMut;
pub use levity_macros::sql_fragments;
pub use tokio_postgres::{
    Row,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};

use std::sync::Arc;

use crate::{
    Column, InSchema, IntoValue, Table,
    query::Expr,
    schema::{Expression, ObjectName, Schema, SqlType},
    typed::{ColumnInfo, TableInfo},
    types::{Literal, placeholder},
};
pub use crate::{row::column, types::BoxError};

/// Collects the tables of `schema!`.
#[derive(Default)]
pub struct SchemaBuilder(Schema);

impl SchemaBuilder {
    /// Adds a table and the enum types of its columns.
    #[must_use]
    pub fn table<T: Table>(mut self) -> Self {
        for enum_type in T::enum_types() {
            if !self.0.enum_types.contains(&enum_type) {
                self.0.enum_types.push(enum_type);
            }
        }
        self.0.tables.push(T::definition());
        self
    }

    /// The schema.
    pub fn build(self) -> Schema {
        self.0
    }
}

/// Describes a table for queries.
pub fn table_info(
    namespace: Option<&'static str>,
    name: &'static str,
    columns: Vec<(&'static str, SqlType)>,
    on_update: &'static [(&'static str, &'static str)],
) -> TableInfo {
    let table = ObjectName { namespace: namespace.map(str::to_owned), name: name.to_owned() };
    let columns = columns
        .into_iter()
        .map(|(name, sql_type)| ColumnInfo { name, placeholder: placeholder(&table, name, &sql_type) })
        .collect();
    TableInfo { namespace, name, columns, on_update }
}

/// A table that stands between two others. Of every relation it must be in the schema, like the tables that are queried.
pub fn link_table<T: InSchema>() -> &'static TableInfo {
    T::info()
}

/// The name of a table in the schema model.
pub fn object_name<T: Table>() -> ObjectName {
    let info = T::info();
    ObjectName { namespace: info.namespace.map(str::to_owned), name: info.name.to_owned() }
}

/// A column's default as SQL.
pub fn default_value<V: Literal, D: IntoValue<V>>(value: D) -> Expression {
    value.into_value().to_literal()
}

/// A column with its value, when it has one.
pub fn value<V: ToSql + Send + Sync + 'static>(
    name: &'static str,
    value: Option<V>,
) -> Option<(&'static str, Expr)> {
    value.map(|value| (name, Expr::Parameter(Arc::new(value))))
}

/// The columns that have a value.
pub fn values<const COLUMNS: usize>(
    columns: [Option<(&'static str, Expr)>; COLUMNS],
) -> Vec<(&'static str, Expr)> {
    columns.into_iter().flatten().collect()
}

/// Compiles when both columns hold the same type, whether or not they are nullable.
pub const fn same_type<T, U, V, N, M>(_: Column<T, V, N>, _: Column<U, V, M>) {}
