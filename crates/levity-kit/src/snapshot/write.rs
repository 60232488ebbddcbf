use levity::schema::{Index, IndexKey, IndexPart, Schema, Table};
use serde::Serialize;

use super::line::{
    ACTIONS, CheckLine, ColumnLine, EnumTypeLine, ForeignKeyLine, IDENTITIES, IndexLine, KeyLine, Line,
    METHODS, NULLS, PrimaryKeyLine, TableLine, UniqueLine, word,
};

/// One line per object: enum types, then tables with what belongs to them; each kind by name, but columns in their
/// table's order.
pub(crate) fn object_lines(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for enum_type in sorted(&schema.enum_types, |enum_type| &enum_type.name) {
        lines.push(Line::EnumType(EnumTypeLine {
            name: (&enum_type.name).into(),
            values: enum_type.values.iter().map(|value| value.label.clone()).collect(),
        }));
    }
    for table in sorted(&schema.tables, |table| &table.name) {
        push_table(table, &mut lines);
    }
    lines.iter().map(json).collect()
}

fn push_table(table: &Table, lines: &mut Vec<Line>) {
    let name = || (&table.name).into();
    lines.push(Line::Table(TableLine { name: name() }));
    lines.extend(table.columns.iter().map(|column| {
        Line::Column(ColumnLine {
            table: name(),
            name: column.name.clone(),
            sql_type: (&column.sql_type).into(),
            nullable: column.nullable,
            default: column.default.as_ref().map(|default| default.0.clone()),
            identity: column.identity.map(|identity| word(IDENTITIES, identity)),
        })
    }));
    lines.extend(table.primary_key.iter().map(|key| {
        Line::PrimaryKey(PrimaryKeyLine {
            table: name(),
            name: key.name.clone(),
            columns: key.columns.clone(),
        })
    }));
    lines.extend(sorted(&table.uniques, |unique| &unique.name).map(|unique| {
        Line::Unique(UniqueLine {
            table: name(),
            name: unique.name.clone(),
            columns: unique.columns.clone(),
            nulls_not_distinct: unique.nulls_not_distinct,
        })
    }));
    lines.extend(sorted(&table.foreign_keys, |key| &key.name).map(|key| {
        Line::ForeignKey(ForeignKeyLine {
            table: name(),
            name: key.name.clone(),
            columns: key.columns.clone(),
            references: (&key.references).into(),
            referenced_columns: key.referenced_columns.clone(),
            on_delete: word(ACTIONS, key.on_delete),
            on_update: word(ACTIONS, key.on_update),
        })
    }));
    lines.extend(sorted(&table.checks, |check| &check.name).map(|check| {
        Line::Check(CheckLine {
            table: name(),
            name: check.name.clone(),
            expression: check.expression.0.clone(),
        })
    }));
    lines.extend(
        sorted(&table.indexes, |index| &index.name).map(|index| Line::Index(index_line(table, index))),
    );
}

fn index_line(table: &Table, index: &Index) -> IndexLine {
    IndexLine {
        table: (&table.name).into(),
        name: index.name.clone(),
        unique: index.unique,
        method: word(METHODS, index.method),
        keys: index.keys.iter().map(key_line).collect(),
        predicate: index.predicate.as_ref().map(|predicate| predicate.0.clone()),
    }
}

fn key_line(key: &IndexKey) -> KeyLine {
    let (column, expression) = match &key.part {
        IndexPart::Column(name) => (Some(name.clone()), None),
        IndexPart::Expression(expression) => (None, Some(expression.0.clone())),
    };
    KeyLine {
        column,
        expression,
        operator_class: key.operator_class.clone(),
        descending: key.descending,
        nulls: key.nulls.map(|nulls| word(NULLS, nulls)),
    }
}

fn sorted<'a, T, K: Ord + 'a>(items: &'a [T], key: impl Fn(&'a T) -> &'a K) -> impl Iterator<Item = &'a T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by_key(|item| key(item));
    items.into_iter()
}

pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the lines hold nothing that JSON cannot express")
}
