use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{
    Check, Column, EnumType, EnumValue, Expression, ForeignKey, Identity, Index, IndexKey, IndexMethod,
    IndexPart, NullsOrder, ObjectName, PrimaryKey, ReferentialAction, Schema, SqlType, Table, Unique,
};
use tokio_postgres::{Client, Row, types::ToSql};

use super::{DEFAULT_NAMESPACE, IntrospectError, Introspected, Unsupported};

pub(super) async fn read(client: &Client, namespaces: &[&str]) -> Result<Introspected, IntrospectError> {
    let query = async |what, sql, parameter: &(dyn ToSql + Sync)| {
        client.query(sql, &[parameter]).await.map_err(|source| IntrospectError::Query { what, source })
    };
    let enum_types = query("enum types", include_str!("enum_types.sql"), &namespaces).await?;
    let tables = query("tables", include_str!("tables.sql"), &namespaces).await?;
    let oids: Vec<u32> = tables.iter().map(|row| row.get(0)).collect();
    let columns = query("columns", include_str!("columns.sql"), &oids).await?;
    let keys = query("primary keys and unique constraints", include_str!("keys.sql"), &oids).await?;
    let foreign_keys = query("foreign keys", include_str!("foreign_keys.sql"), &oids).await?;
    let checks = query("check constraints", include_str!("checks.sql"), &oids).await?;
    let indexes = query("indexes", include_str!("indexes.sql"), &oids).await?;
    let unsupported = query("other objects", include_str!("unsupported.sql"), &namespaces).await?;

    let enum_types: Vec<EnumType> = enum_types.iter().map(enum_type).collect();
    let known: BTreeSet<ObjectName> = enum_types.iter().map(|enum_type| enum_type.name.clone()).collect();
    let mut by_oid: BTreeMap<u32, Table> =
        (tables.iter()).map(|row| (row.get(0), Table::new(object_name(row.get(1), row.get(2))))).collect();
    let mut table = |row: &Row, add: &dyn Fn(&mut Table)| {
        if let Some(table) = by_oid.get_mut(&row.get(0)) {
            add(table);
        }
    };
    for row in &columns {
        table(row, &|table| table.columns.push(column(row, &known)));
    }
    for row in &keys {
        table(row, &|table| add_key(table, row));
    }
    for row in &foreign_keys {
        table(row, &|table| table.foreign_keys.push(foreign_key(row)));
    }
    for row in &checks {
        let check = || Check { name: row.get(1), expression: Expression(row.get(2)) };
        table(row, &|table| table.checks.push(check()));
    }
    for row in &indexes {
        table(row, &|table| add_index_key(table, row));
    }
    let mut tables: Vec<Table> = by_oid.into_values().collect();
    tables.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(Introspected {
        schema: Schema { enum_types, tables },
        unsupported: unsupported
            .iter()
            .map(|row| Unsupported { kind: row.get(0), name: row.get(1) })
            .collect(),
    })
}

fn object_name(namespace: &str, name: &str) -> ObjectName {
    let namespace = (namespace != DEFAULT_NAMESPACE).then(|| namespace.to_owned());
    ObjectName { namespace, name: name.to_owned() }
}

fn enum_type(row: &Row) -> EnumType {
    let labels: Option<Vec<String>> = row.get(2);
    EnumType {
        name: object_name(row.get(0), row.get(1)),
        renamed_from: None,
        values: labels.unwrap_or_default().into_iter().map(EnumValue::new).collect(),
    }
}

fn column(row: &Row, enum_types: &BTreeSet<ObjectName>) -> Column {
    let text: &str = row.get(2);
    let enum_name = (row.get::<_, Option<&str>>(4).zip(row.get(5)))
        .map(|(namespace, name)| object_name(namespace, name))
        // An enum type of another namespace or of an extension is not ours to manage.
        .filter(|name| enum_types.contains(name));
    let element = enum_name.map_or_else(|| SqlType::parse(text), SqlType::Enum);
    let is_array: bool = row.get(3);
    Column {
        sql_type: if is_array { SqlType::Array(Box::new(element)) } else { element },
        nullable: row.get(6),
        default: row.get::<_, Option<String>>(7).map(Expression),
        identity: match row.get(8) {
            "a" => Some(Identity::Always),
            "d" => Some(Identity::ByDefault),
            _ => None,
        },
        ..Column::new(row.get::<_, String>(1), SqlType::Text)
    }
}

fn add_key(table: &mut Table, row: &Row) {
    let (name, columns) = (row.get(1), row.get(3));
    if row.get(2) {
        table.primary_key = Some(PrimaryKey { name, columns });
    } else {
        table.uniques.push(Unique { name, columns, nulls_not_distinct: row.get(4) });
    }
}

fn foreign_key(row: &Row) -> ForeignKey {
    ForeignKey {
        name: row.get(1),
        columns: row.get(2),
        references: object_name(row.get(3), row.get(4)),
        referenced_columns: row.get(5),
        on_delete: action(row.get(6)),
        on_update: action(row.get(7)),
    }
}

fn action(code: &str) -> ReferentialAction {
    match code {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

/// The keys of an index follow each other.
fn add_index_key(table: &mut Table, row: &Row) {
    let name: &str = row.get(1);
    if table.indexes.last().is_none_or(|index| index.name != name) {
        table.indexes.push(Index {
            name: name.to_owned(),
            unique: row.get(2),
            method: method(row.get(3)),
            keys: Vec::new(),
            predicate: row.get::<_, Option<String>>(4).map(Expression),
        });
    }
    let part = match row.get(5) {
        Some(column) => IndexPart::Column(column),
        None => IndexPart::Expression(Expression(row.get(6))),
    };
    let option: i16 = row.get(8);
    let (descending, nulls_first) = (option & 1 != 0, option & 2 != 0);
    let key = IndexKey {
        part,
        operator_class: row.get(7),
        descending,
        nulls: match (descending, nulls_first) {
            (true, true) | (false, false) => None,
            (false, true) => Some(NullsOrder::First),
            (true, false) => Some(NullsOrder::Last),
        },
    };
    table.indexes.last_mut().expect("an index was pushed above").keys.push(key);
}

fn method(name: &str) -> IndexMethod {
    match name {
        "hash" => IndexMethod::Hash,
        "gin" => IndexMethod::Gin,
        "gist" => IndexMethod::Gist,
        "spgist" => IndexMethod::Spgist,
        "brin" => IndexMethod::Brin,
        _ => IndexMethod::Btree,
    }
}
