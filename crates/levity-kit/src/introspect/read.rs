use std::collections::BTreeMap;

use levity::schema::{ObjectName, Places, Schema, View, ViewColumn};
use tokio_postgres::{Client, Row, types::ToSql};

use super::{
    DEFAULT_NAMESPACE, IntrospectError, Introspected, Unsupported, column, constraint, domain, enum_type,
    extension, index, partition, sequence, sql_type::Types, table, view,
};

/// One query for each kind of object, whatever their number.
pub(super) async fn read(client: &Client, namespaces: &[&str]) -> Result<Introspected, IntrospectError> {
    let query = async |what, sql, parameter: &(dyn ToSql + Sync)| {
        client.query(sql, &[parameter]).await.map_err(|source| IntrospectError::Query { what, source })
    };
    let extensions = client.query(include_str!("extension.sql"), &[]).await;
    let extensions = extensions.map_err(|source| IntrospectError::Query { what: "extensions", source })?;
    let existing = query("namespaces", include_str!("namespace.sql"), &namespaces).await?;
    let enum_types = query("enum types", include_str!("enum_type.sql"), &namespaces).await?;
    let domains = query("domains", include_str!("domain.sql"), &namespaces).await?;
    let tables = query("tables", include_str!("table.sql"), &namespaces).await?;
    let views = query("views", include_str!("view.sql"), &namespaces).await?;
    let oids: Vec<u32> = tables.iter().map(|row| row.get(0)).collect();
    let relations: Vec<u32> = tables.iter().chain(&views).map(|row| row.get(0)).collect();
    let sequences = client.query(include_str!("sequence.sql"), &[&namespaces, &oids]).await;
    let sequences = sequences.map_err(|source| IntrospectError::Query { what: "sequences", source })?;
    let columns = query("columns", include_str!("column.sql"), &relations).await?;
    let keys = query("primary keys and unique constraints", include_str!("key.sql"), &oids).await?;
    let foreign_keys = query("foreign keys", include_str!("foreign_key.sql"), &oids).await?;
    let checks = query("check constraints", include_str!("check.sql"), &oids).await?;
    let indexes = query("indexes", include_str!("index.sql"), &relations).await?;
    let partition_keys = query("partition keys", include_str!("partition_key.sql"), &oids).await?;
    let partitions = query("partitions", include_str!("partition.sql"), &oids).await?;
    let unsupported = query("other objects", include_str!("unsupported.sql"), &namespaces).await?;

    let types = Types::new(&enum_types, &domains);
    let mut tables = Relations((tables.iter()).map(|row| (row.get(0), table::table(row))).collect());
    let mut views = Relations::<View>(views.iter().map(|row| (row.get(0), view::view(row))).collect());
    views.add(&columns, |view, row| {
        let column = column::column(row, &types);
        view.columns.push(ViewColumn::new(column.name, column.sql_type));
    });
    views.add(&indexes, |view, row| index::add_index_key(&mut view.indexes, row));
    tables.add(&columns, |table, row| table.columns.push(column::column(row, &types)));
    tables.add(&keys, constraint::add_key);
    tables.add(&foreign_keys, |table, row| table.foreign_keys.push(constraint::foreign_key(row)));
    tables.add(&checks, |table, row| table.checks.push(constraint::check(row)));
    tables.add(&indexes, index::add_key);
    tables.add(&partition_keys, partition::add_key);
    tables.add(&partitions, |table, row| table.partitions.extend(partition::partition(row)));
    Ok(Introspected {
        schema: Schema {
            extensions: sorted(extensions.iter().map(extension::extension), |extension| &extension.name),
            declared_namespaces: existing.iter().map(|row| row.get(0)).collect(),
            enum_types: sorted(enum_types.iter().map(enum_type::enum_type), |enum_type| &enum_type.name),
            domains: sorted(domains.iter().map(|row| domain::domain(row, &types)), |domain| &domain.name),
            sequences: sorted(sequences.iter().map(sequence::sequence), |sequence| &sequence.name),
            tables: tables.sorted(|table| &table.name),
            views: views.sorted(|view| &view.name),
            places: Places::default(),
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
        sorted(self.0.into_values(), name)
    }
}

/// In an order that depends on no collation of a server.
fn sorted<T, K: Ord>(objects: impl Iterator<Item = T>, key: impl Fn(&T) -> &K) -> Vec<T> {
    let mut objects: Vec<T> = objects.collect();
    objects.sort_by(|left, right| key(left).cmp(key(right)));
    objects
}

pub(super) fn object_name(namespace: &str, name: &str) -> ObjectName {
    let namespace = (namespace != DEFAULT_NAMESPACE).then(|| namespace.to_owned());
    ObjectName { namespace, name: name.to_owned() }
}
