use std::path::Path;

use levity::schema::{
    Check, Column, EnumType, EnumValue, Expression, ForeignKey, Index, IndexKey, IndexPart, ObjectName,
    PrimaryKey, Schema, Table, Unique,
};
use serde::Deserialize;

use super::{
    Header, Snapshot, SnapshotError, VERSION,
    line::{
        ACTIONS, ColumnLine, ForeignKeyLine, IDENTITIES, IndexLine, KeyLine, Line, METHODS, NULLS, Name,
        value,
    },
};

pub(super) fn parse(path: &Path, text: &str) -> Result<Snapshot, SnapshotError> {
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
        Line::EnumType(line) => schema.enum_types.push(EnumType {
            name: line.name.into(),
            renamed_from: None,
            values: line.values.into_iter().map(EnumValue::new).collect(),
        }),
        Line::Table(line) => schema.tables.push(Table::new(ObjectName::from(line.name))),
        Line::Column(line) => {
            let (table, column) = column(line)?;
            table_of(schema, table)?.columns.push(column);
        }
        Line::PrimaryKey(line) => {
            table_of(schema, line.table)?.primary_key =
                Some(PrimaryKey { name: line.name, columns: line.columns });
        }
        Line::Unique(line) => table_of(schema, line.table)?.uniques.push(Unique {
            name: line.name,
            columns: line.columns,
            nulls_not_distinct: line.nulls_not_distinct,
        }),
        Line::ForeignKey(line) => {
            let (table, foreign_key) = foreign_key(line)?;
            table_of(schema, table)?.foreign_keys.push(foreign_key);
        }
        Line::Check(line) => table_of(schema, line.table)?
            .checks
            .push(Check { name: line.name, expression: Expression(line.expression) }),
        Line::Index(line) => {
            let (table, index) = index(line)?;
            table_of(schema, table)?.indexes.push(index);
        }
    }
    Ok(())
}

/// The table that a line belongs to; it comes right before.
fn table_of(schema: &mut Schema, name: Name) -> Result<&mut Table, String> {
    let name = ObjectName::from(name);
    match schema.tables.last_mut() {
        Some(table) if table.name == name => Ok(table),
        _ => {
            Err(format!("the line belongs to the table `{name}`, but does not follow the line of that table"))
        }
    }
}

fn column(line: ColumnLine) -> Result<(Name, Column), String> {
    let column = Column {
        name: line.name,
        sql_type: line.sql_type.into(),
        nullable: line.nullable,
        default: line.default.map(Expression),
        identity: line.identity.map(|word| value(IDENTITIES, &word)).transpose()?,
        renamed_from: None,
    };
    Ok((line.table, column))
}

fn foreign_key(line: ForeignKeyLine) -> Result<(Name, ForeignKey), String> {
    let foreign_key = ForeignKey {
        name: line.name,
        columns: line.columns,
        references: line.references.into(),
        referenced_columns: line.referenced_columns,
        on_delete: value(ACTIONS, &line.on_delete)?,
        on_update: value(ACTIONS, &line.on_update)?,
    };
    Ok((line.table, foreign_key))
}

fn index(line: IndexLine) -> Result<(Name, Index), String> {
    let index = Index {
        name: line.name,
        unique: line.unique,
        method: value(METHODS, &line.method)?,
        keys: line.keys.into_iter().map(index_key).collect::<Result<_, _>>()?,
        predicate: line.predicate.map(Expression),
    };
    Ok((line.table, index))
}

fn index_key(line: KeyLine) -> Result<IndexKey, String> {
    let part = match (line.column, line.expression) {
        (Some(column), None) => IndexPart::Column(column),
        (None, Some(expression)) => IndexPart::Expression(Expression(expression)),
        _ => return Err("a key of an index has either `column` or `expression`".to_owned()),
    };
    Ok(IndexKey {
        part,
        operator_class: line.operator_class,
        descending: line.descending,
        nulls: line.nulls.map(|word| value(NULLS, &word)).transpose()?,
    })
}
