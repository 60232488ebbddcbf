use std::collections::BTreeSet;

use super::{SchemaError, check_name, check_object_name, exclusion, index, partition};
use crate::schema::{
    Column, ForeignKey, GeneratedKind, IdentityOptions, IndexMethod, ObjectName, ReferentialAction, Schema,
    SqlType, Table,
};

pub(super) fn validate(schema: &Schema, table: &Table, problems: &mut Vec<SchemaError>) {
    check_object_name("a table", &table.name, problems);
    validate_columns(schema, table, problems);
    validate_constraint_names(table, problems);

    if let Some(key) = &table.primary_key {
        let object = format!("primary key `{}`", key.name);
        check_columns(table, &object, &key.columns, problems);
        index::validate_include(table, &object, &IndexMethod::Btree, &key.include, problems);
        for column in key.columns.iter().filter_map(|name| table.column(name)) {
            if column.nullable {
                problems.push(SchemaError::NullablePrimaryKey {
                    table: table.name.clone(),
                    column: column.name.clone(),
                });
            }
        }
    }
    for unique in &table.uniques {
        let object = format!("unique constraint `{}`", unique.name);
        check_columns(table, &object, &unique.columns, problems);
        index::validate_include(table, &object, &IndexMethod::Btree, &unique.include, problems);
    }
    for exclusion in &table.exclusions {
        exclusion::validate(table, exclusion, problems);
    }
    for index in &table.indexes {
        index::validate(table, index, problems);
    }
    partition::validate(table, problems);
    for foreign_key in &table.foreign_keys {
        validate_foreign_key(schema, table, foreign_key, problems);
    }
}

fn validate_columns(schema: &Schema, table: &Table, problems: &mut Vec<SchemaError>) {
    let mut seen = BTreeSet::new();
    for column in &table.columns {
        check_name(&format!("a column of table `{}`", table.name), &column.name, problems);
        if !seen.insert(&column.name) {
            problems.push(SchemaError::DuplicateColumn {
                table: table.name.clone(),
                column: column.name.clone(),
            });
        }
        check_type(schema, &table.name, &column.name, &column.sql_type, problems);
        if column.identity.is_some() {
            validate_identity(table, column, problems);
        } else if column.identity_options != IdentityOptions::default() {
            let (table, column) = (table.name.clone(), column.name.clone());
            problems.push(SchemaError::OptionsWithoutIdentity { table, column });
        }
        if column.collation.is_some() && !has_collation(&schema.base_type(&column.sql_type)) {
            problems.push(SchemaError::Collation {
                table: table.name.clone(),
                column: column.name.clone(),
                sql_type: column.sql_type.to_string(),
            });
        }
        if column.generated.is_some() {
            let others =
                [("a default", column.default.is_some()), ("an identity", column.identity.is_some())];
            problems.extend(others.into_iter().filter(|(_, given)| *given).map(|(other, _)| {
                SchemaError::GeneratedWith { table: table.name.clone(), column: column.name.clone(), other }
            }));
        }
    }
}

fn validate_identity(table: &Table, column: &Column, problems: &mut Vec<SchemaError>) {
    let (table, name) = (table.name.clone(), column.name.clone());
    if column.nullable {
        problems.push(SchemaError::NullableIdentity { table: table.clone(), column: name.clone() });
    }
    if column.default.is_some() {
        problems.push(SchemaError::IdentityWithDefault { table: table.clone(), column: name.clone() });
    }
    match column.identity_options.sequence(&column.sql_type) {
        None => problems.push(SchemaError::IdentityType {
            table,
            column: name,
            sql_type: column.sql_type.to_string(),
        }),
        Some(sequence) if !sequence.is_valid(&column.sql_type) => {
            problems.push(SchemaError::IdentityOptions { table, column: name });
        }
        Some(_) => {}
    }
}

/// A type that is known only by its text is given the benefit of the doubt.
fn has_collation(sql_type: &SqlType) -> bool {
    match sql_type {
        SqlType::Array(element) => has_collation(element),
        other => {
            matches!(other, SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Other(_))
        }
    }
}

fn validate_constraint_names(table: &Table, problems: &mut Vec<SchemaError>) {
    let mut seen = BTreeSet::new();
    let names = (table.primary_key.iter().map(|key| &key.name))
        .chain(table.uniques.iter().map(|unique| &unique.name))
        .chain(table.foreign_keys.iter().map(|key| &key.name))
        .chain(table.checks.iter().map(|check| &check.name))
        .chain(table.exclusions.iter().map(|exclusion| &exclusion.name));
    for name in names {
        check_name(&format!("a constraint of table `{}`", table.name), name, problems);
        if !seen.insert(name) {
            problems.push(SchemaError::DuplicateConstraint {
                table: table.name.clone(),
                constraint: name.clone(),
            });
        }
    }
}

fn validate_foreign_key(
    schema: &Schema,
    table: &Table,
    foreign_key: &ForeignKey,
    problems: &mut Vec<SchemaError>,
) {
    let (name, references) = (&foreign_key.name, &foreign_key.references);
    check_columns(table, &format!("foreign key `{name}`"), &foreign_key.columns, problems);
    validate_set_columns(table, foreign_key, problems);
    let Some(referenced) = schema.table(references) else {
        problems.push(SchemaError::UnknownReferencedTable {
            table: table.name.clone(),
            constraint: name.clone(),
            references: references.clone(),
        });
        return;
    };
    if referenced.unlogged && !table.unlogged {
        problems.push(SchemaError::ReferencedTableUnlogged {
            table: table.name.clone(),
            constraint: name.clone(),
            references: references.clone(),
        });
    }
    let (columns, referenced_columns) = (&foreign_key.columns, &foreign_key.referenced_columns);
    if columns.len() != referenced_columns.len() {
        problems.push(SchemaError::ForeignKeyArity {
            table: table.name.clone(),
            constraint: name.clone(),
            columns: columns.len(),
            referenced_columns: referenced_columns.len(),
        });
        return;
    }
    let known = problems.len();
    for (column, referenced_column) in columns.iter().zip(referenced_columns) {
        let Some(target) = referenced.column(referenced_column) else {
            problems.push(SchemaError::UnknownReferencedColumn {
                table: table.name.clone(),
                constraint: name.clone(),
                references: references.clone(),
                column: referenced_column.clone(),
            });
            continue;
        };
        if let Some(source) = table.column(column)
            && !comparable(&schema.base_type(&source.sql_type), &schema.base_type(&target.sql_type))
        {
            problems.push(SchemaError::ForeignKeyType {
                table: table.name.clone(),
                constraint: name.clone(),
                column: column.clone(),
                sql_type: source.sql_type.to_string(),
                references: references.clone(),
                referenced_column: referenced_column.clone(),
                referenced_type: target.sql_type.to_string(),
            });
        }
    }
    if problems.len() == known && !referenced.is_key(referenced_columns) {
        problems.push(SchemaError::ReferencedColumnsNotUnique {
            table: table.name.clone(),
            constraint: name.clone(),
            references: references.clone(),
            columns: referenced_columns.join(", "),
            deferrable: if referenced.is_deferrable_key(referenced_columns) {
                ": its constraint is deferrable, so duplicates can exist for a while"
            } else {
                ""
            },
        });
    }
}

fn validate_set_columns(table: &Table, foreign_key: &ForeignKey, problems: &mut Vec<SchemaError>) {
    let ForeignKey { name, columns, on_delete, on_delete_columns, .. } = foreign_key;
    for column in on_delete_columns.iter().filter(|column| !columns.contains(column)) {
        problems.push(SchemaError::SetColumnOutsideOfForeignKey {
            table: table.name.clone(),
            constraint: name.clone(),
            column: column.clone(),
        });
    }
    let sets = matches!(on_delete, ReferentialAction::SetNull | ReferentialAction::SetDefault);
    if !sets && !on_delete_columns.is_empty() {
        let (table, constraint) = (table.name.clone(), name.clone());
        problems.push(SchemaError::SetColumnsWithoutAction { table, constraint });
    }
}

/// Whether PostgreSQL has an equality operator between the two. A type that is known only by its text is given the
/// benefit of the doubt.
fn comparable(left: &SqlType, right: &SqlType) -> bool {
    use SqlType as T;
    if left == right {
        return true;
    }
    matches!(
        (left, right),
        (T::Other(_), _)
            | (_, T::Other(_))
            | (T::SmallInt | T::Integer | T::BigInt, T::SmallInt | T::Integer | T::BigInt | T::Numeric(_))
            | (T::Numeric(_), T::Numeric(_))
            | (T::Real | T::DoublePrecision, T::Real | T::DoublePrecision)
            | (T::Text | T::Varchar(_) | T::Char(_), T::Text | T::Varchar(_) | T::Char(_))
            | (T::Inet | T::Cidr, T::Inet | T::Cidr)
    )
}

/// Whether the schema defines the type of a column.
pub(super) fn check_type(
    schema: &Schema,
    table: &ObjectName,
    column: &str,
    sql_type: &SqlType,
    problems: &mut Vec<SchemaError>,
) {
    let (table, column) = (table.clone(), column.to_owned());
    match (sql_type.enum_name(), sql_type.domain_name()) {
        (Some(name), _) if schema.enum_type(name).is_none() => {
            problems.push(SchemaError::UnknownEnumType { table, column, enum_type: name.clone() });
        }
        (_, Some(name)) if schema.domain(name).is_none() => {
            problems.push(SchemaError::UnknownDomain { table, column, domain: name.clone() });
        }
        _ => {}
    }
}

fn check_columns(table: &Table, object: &str, columns: &[String], problems: &mut Vec<SchemaError>) {
    if columns.is_empty() {
        problems.push(SchemaError::NoColumns { table: table.name.clone(), object: object.to_owned() });
    }
    for column in columns {
        check_column(table, object, column, problems);
    }
    check_distinct(table, object, columns, problems);
}

pub(super) fn check_distinct(
    table: &Table,
    object: &str,
    columns: &[String],
    problems: &mut Vec<SchemaError>,
) {
    for (position, column) in columns.iter().enumerate() {
        if columns[..position].contains(column) {
            problems.push(SchemaError::RepeatedColumn {
                table: table.name.clone(),
                object: object.to_owned(),
                column: column.clone(),
            });
        }
    }
}

pub(super) fn check_column(table: &Table, object: &str, column: &str, problems: &mut Vec<SchemaError>) {
    if table.column(column).is_none() {
        problems.push(SchemaError::UnknownColumn {
            table: table.name.clone(),
            object: object.to_owned(),
            column: column.to_owned(),
        });
    }
    let generated = table.column(column).and_then(|column| column.generated.as_ref());
    if generated.is_some_and(|generated| generated.kind == GeneratedKind::Virtual) {
        problems.push(SchemaError::VirtualInKey {
            table: table.name.clone(),
            object: object.to_owned(),
            column: column.to_owned(),
        });
    }
}
