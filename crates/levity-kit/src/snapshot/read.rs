use std::path::Path;

use levity::schema::{Index, ObjectName, Schema, Table};
use serde::Deserialize;

use super::{
    Header, Snapshot, SnapshotError, VERSION,
    line::{Line, Name},
    object_lines,
};

pub(super) fn parse(path: &Path, text: &str, expected: Option<&Schema>) -> Result<Snapshot, SnapshotError> {
    /// Read on its own first: a newer version can have other fields.
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }

    let fail = |line, problem| SnapshotError::Line { path: path.to_owned(), line, problem };
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let (_, first) = lines.next().ok_or_else(|| fail(1, "the file is empty".to_owned()))?;
    let version: Version = serde_json::from_str(first).map_err(|error| fail(1, error.to_string()))?;
    if version.version != VERSION {
        return Err(SnapshotError::UnknownVersion { path: path.to_owned(), found: version.version });
    }
    let header: Header = serde_json::from_str(first).map_err(|error| fail(1, error.to_string()))?;

    if let Some(expected) = expected
        && lines.clone().map(|(_, line)| line).eq(object_lines(expected))
    {
        return Ok(Snapshot { id: header.id, parents: header.parents, schema: expected.clone() });
    }
    let mut schema = Schema::default();
    for (number, text) in lines {
        serde_json::from_str(text)
            .map_err(|error| error.to_string())
            .and_then(|line| add(&mut schema, line))
            .map_err(|problem| fail(number, problem))?;
    }
    Ok(Snapshot { id: header.id, parents: header.parents, schema })
}

fn add(schema: &mut Schema, line: Line) -> Result<(), String> {
    match line {
        Line::Extension(line) => schema.extensions.push(line.into()),
        Line::Namespace(line) => schema.declared_namespaces.push(line.name),
        Line::EnumType(line) => schema.enum_types.push(line.into()),
        Line::Domain(line) => schema.domains.push(line.into()),
        Line::Sequence(line) => schema.sequences.push(line.into()),
        Line::Table(line) => schema.tables.push(line.read()?),
        Line::Partition(line) => table_of(schema, &line.table)?.partitions.push(line.read()),
        Line::Column(line) => table_of(schema, &line.table)?.columns.push(line.read()?),
        Line::PrimaryKey(line) => {
            let table = table_of(schema, &line.table)?;
            table.primary_key = Some(line.read()?);
        }
        Line::Unique(line) => table_of(schema, &line.table)?.uniques.push(line.read()?),
        Line::ForeignKey(line) => table_of(schema, &line.table)?.foreign_keys.push(line.read()?),
        Line::Check(line) => table_of(schema, &line.table)?.checks.push(line.read()),
        Line::Exclusion(line) => table_of(schema, &line.table)?.exclusions.push(line.read()?),
        Line::Index(line) => indexes_of(schema, &line.table)?.push(line.read()?),
        Line::View(line) => schema.views.push(line.read()?),
    }
    Ok(())
}

/// The indexes of the table or materialized view that a line belongs to.
fn indexes_of<'a>(schema: &'a mut Schema, name: &Name) -> Result<&'a mut Vec<Index>, String> {
    if schema.views.last().is_some_and(|view| Name::from(&view.name) == *name) {
        return Ok(schema.views.last_mut().map(|view| &mut view.indexes).expect("there is a last view"));
    }
    Ok(&mut table_of(schema, name)?.indexes)
}

/// The table that a line belongs to; it comes right before.
fn table_of<'a>(schema: &'a mut Schema, name: &Name) -> Result<&'a mut Table, String> {
    match schema.tables.last_mut() {
        Some(table) if Name::from(&table.name) == *name => Ok(table),
        _ => {
            let name = ObjectName::from(name.clone());
            Err(format!("the line belongs to the table `{name}`, but does not follow the line of that table"))
        }
    }
}
