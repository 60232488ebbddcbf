use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{ObjectName, Schema, View, ViewColumn};
use tokio_postgres::{Client, Row, types::ToSql};

use super::{
    DEFAULT_NAMESPACE, IntrospectError, Introspected, Unsupported, column, constraint, enum_type, index,
    table, view,
};

/// One query for each kind of object, whatever their number.
pub(super) async fn read(client: &Client, namespaces: &[&str]) -> Result<Introspected, IntrospectError> {
    let query = async |what, sql, parameter: &(dyn ToSql + Sync)| {
        client.query(sql, &[parameter]).await.map_err(|source| IntrospectError::Query { what, source })
    };
    let enum_types = query("enum types", include_str!("enum_type.sql"), &namespaces).await?;
    let tables = query("tables", include_str!("table.sql"), &namespaces).await?;
    let views = query("views", include_str!("view.sql"), &namespaces).await?;
    let oids: Vec<u32> = tables.iter().map(|row| row.get(0)).collect();
    let relations: Vec<u32> = tables.iter().chain(&views).map(|row| row.get(0)).collect();
    let columns = query("columns", include_str!("column.sql"), &relations).await?;
    let keys = query("primary keys and unique constraints", include_str!("key.sql"), &oids).await?;
    let foreign_keys = query("foreign keys", include_str!("foreign_key.sql"), &oids).await?;
    let checks = query("check constraints", include_str!("check.sql"), &oids).await?;
    let indexes = query("indexes", include_str!("index.sql"), &relations).await?;
    let unsupported = query("other objects", include_str!("unsupported.sql"), &namespaces).await?;

    let enum_types: Vec<_> = enum_types.iter().map(enum_type::enum_type).collect();
    let known: BTreeSet<&ObjectName> = enum_types.iter().map(|enum_type| &enum_type.name).collect();
    let mut tables = Relations((tables.iter()).map(|row| (row.get(0), table::table(row))).collect());
    let mut views = Relations::<View>(views.iter().map(|row| (row.get(0), view::view(row))).collect());
    views.add(&columns, |view, row| {
        let column = column::column(row, &known);
        view.columns.push(ViewColumn::new(column.name, column.sql_type));
    });
    views.add(&indexes, |view, row| index::add_index_key(&mut view.indexes, row));
    tables.add(&columns, |table, row| table.columns.push(column::column(row, &known)));
    tables.add(&keys, constraint::add_key);
    tables.add(&foreign_keys, |table, row| table.foreign_keys.push(constraint::foreign_key(row)));
    tables.add(&checks, |table, row| table.checks.push(constraint::check(row)));
    tables.add(&indexes, index::add_key);
    Ok(Introspected {
        schema: Schema {
            tables: tables.sorted(|table| &table.name),
            views: views.sorted(|view| &view.name),
            enum_types,
        },
        unsupported: unsupported
            .iter()
            .map(|row| Unsupported { kind: row.get(0), name: row.get(1) })
            .collect(),
    })
}

/// Tables or views by their oids, while their parts are added.
struct Relations<T>(BTreeMap<u32, T>);

impl<T> Relations<T> {
    /// Adds parts, whose rows begin with the oid of their owner.
    fn add(&mut self, rows: &[Row], add: impl Fn(&mut T, &Row)) {
        for row in rows {
            if let Some(relation) = self.0.get_mut(&row.get(0)) {
                add(relation, row);
            }
        }
    }

    fn sorted(self, name: impl Fn(&T) -> &ObjectName) -> Vec<T> {
        let mut relations: Vec<T> = self.0.into_values().collect();
        relations.sort_by(|left, right| name(left).cmp(name(right)));
        relations
    }
}

pub(super) fn object_name(namespace: &str, name: &str) -> ObjectName {
    let namespace = (namespace != DEFAULT_NAMESPACE).then(|| namespace.to_owned());
    ObjectName { namespace, name: name.to_owned() }
}
