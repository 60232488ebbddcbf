use levity::schema::{Schema, Table};
use serde::Serialize;

use super::{
    column::ColumnLine,
    constraint::{CheckLine, ForeignKeyLine, PrimaryKeyLine, UniqueLine},
    exclusion::ExclusionLine,
    index::IndexLine,
    line::Line,
    namespace::NamespaceLine,
    partition::PartitionLine,
};

/// One line per object: extensions, namespaces, enum types, domains, sequences, then tables with what belongs to them, then
/// views; each kind by name, but columns in their table's order.
pub(crate) fn object_lines(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for extension in sorted(&schema.extensions, |extension| &extension.name) {
        lines.push(Line::Extension(extension.into()));
    }
    for name in sorted(&schema.declared_namespaces, |name| name) {
        lines.push(Line::Namespace(NamespaceLine { name: name.clone() }));
    }
    for enum_type in sorted(&schema.enum_types, |enum_type| &enum_type.name) {
        lines.push(Line::EnumType(enum_type.into()));
    }
    for domain in sorted(&schema.domains, |domain| &domain.name) {
        lines.push(Line::Domain(domain.into()));
    }
    for sequence in sorted(&schema.sequences, |sequence| &sequence.name) {
        lines.push(Line::Sequence(sequence.into()));
    }
    for table in sorted(&schema.tables, |table| &table.name) {
        push_table(table, &mut lines);
    }
    for view in sorted(&schema.views, |view| &view.name) {
        lines.push(Line::View(view.into()));
        for index in sorted(&view.indexes, |index| &index.name) {
            lines.push(Line::Index(IndexLine::of(&view.name, index)));
        }
    }
    lines.iter().map(json).collect()
}

fn push_table(table: &Table, lines: &mut Vec<Line>) {
    lines.push(Line::Table(table.into()));
    for partition in sorted(&table.partitions, |partition| &partition.name) {
        lines.push(Line::Partition(PartitionLine::of(table, partition)));
    }
    for column in &table.columns {
        lines.push(Line::Column(ColumnLine::of(table, column)));
    }
    if let Some(key) = &table.primary_key {
        lines.push(Line::PrimaryKey(PrimaryKeyLine::of(table, key)));
    }
    for unique in sorted(&table.uniques, |unique| &unique.name) {
        lines.push(Line::Unique(UniqueLine::of(table, unique)));
    }
    for key in sorted(&table.foreign_keys, |key| &key.name) {
        lines.push(Line::ForeignKey(ForeignKeyLine::of(table, key)));
    }
    for check in sorted(&table.checks, |check| &check.name) {
        lines.push(Line::Check(CheckLine::of(table, check)));
    }
    for exclusion in sorted(&table.exclusions, |exclusion| &exclusion.name) {
        lines.push(Line::Exclusion(ExclusionLine::of(table, exclusion)));
    }
    for index in sorted(&table.indexes, |index| &index.name) {
        lines.push(Line::Index(IndexLine::of(&table.name, index)));
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
