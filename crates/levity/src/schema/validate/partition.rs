use std::collections::BTreeMap;

use super::{
    Owner, SchemaError, SchemaProblem, check_name, claim, index::validate_keys, table::check_distinct,
};
use crate::schema::{
    Index, IndexKey, IndexMethod, ObjectClass, ObjectName, Partition, PartitionBounds, PartitionBy,
    PartitionStrategy, PrimaryKey, Schema, Table, Unique,
};

/// What makes no sense in how a table is partitioned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the message of a variant says what it means, its fields are named after their place in it"
)]
pub enum PartitionError {
    #[error(
        "table `{table}` declares the partition `{partition}` and is not partitioned: say by what, or remove the partition"
    )]
    OfPlainTable { table: ObjectName, partition: String },
    #[error("column `{table}.{column}` is generated and cannot be in the partition key")]
    GeneratedKey { table: ObjectName, column: String },
    #[error(
        "the partition key of table `{table}` has a direction, a place for NULL, or parameters of an operator class; it has \
         no order that they could be about"
    )]
    OrderedKey { table: ObjectName },
    #[error(
        "table `{table}` is partitioned by a list, which has one key; partition it by range or hash for several"
    )]
    ListOfSeveralKeys { table: ObjectName },
    #[error("table `{table}` is partitioned and cannot {what}")]
    Cannot { table: ObjectName, what: String },
    #[error(
        "{object} of table `{table}` lacks the column `{column}` of the partition key: each partition sees to a key by \
         itself, so the key needs every column that decides about the partition"
    )]
    KeyWithoutPartitionKey { table: ObjectName, object: String, column: String },
    #[error(
        "{object} of table `{table}`: a table that is partitioned by an expression cannot have one, since each partition \
         sees to a key by itself"
    )]
    KeyBesideExpression { table: ObjectName, object: String },
    #[error(
        "partition `{partition}` of table `{table}` is {bounds}, but the table is partitioned by {strategy}"
    )]
    BoundsOfAnotherStrategy { table: ObjectName, partition: String, bounds: String, strategy: &'static str },
    #[error(
        "partition `{partition}` of table `{table}`: no division by {modulus} leaves {remainder}; the remainder is less than \
         the modulus"
    )]
    Remainder { table: ObjectName, partition: String, modulus: u32, remainder: u32 },
    #[error("partitions `{first}` and `{second}` of table `{table}` would have rows in common")]
    Overlap { table: ObjectName, first: String, second: String },
}

/// A partition is a table to PostgreSQL, with a name and a type of its own.
pub(super) fn claim_names<'a>(
    schema: &'a Schema,
    relations: &mut BTreeMap<ObjectName, Owner<'a>>,
    types: &mut BTreeMap<ObjectName, Owner<'a>>,
    problems: &mut Vec<SchemaProblem>,
) {
    for table in &schema.tables {
        for partition in &table.partitions {
            let owner = Owner {
                description: format!("partition `{}` of table `{}`", partition.name, table.name),
                places: schema.places.of(ObjectClass::Table, &table.name),
            };
            let name = table.name.sibling(&partition.name);
            let problems_before = problems.len();
            claim(relations, name.clone(), owner.clone(), problems);
            if problems.len() == problems_before {
                claim(types, name, owner, problems);
            }
        }
    }
}

pub(super) fn validate(table: &Table, problems: &mut Vec<SchemaError>) {
    let mut found = Vec::new();
    match &table.partition_by {
        None => found.extend(table.partitions.iter().map(|partition| PartitionError::OfPlainTable {
            table: table.name.clone(),
            partition: partition.name.clone(),
        })),
        Some(partition_by) => {
            validate_columns(table, partition_by, problems);
            validate_key(table, partition_by, &mut found);
            validate_parts(table, partition_by, &mut found);
            for (position, partition) in table.partitions.iter().enumerate() {
                check_name(&format!("a partition of table `{}`", table.name), &partition.name, problems);
                validate_bounds(table, partition_by.strategy, partition, &mut found);
                let overlapping = table.partitions[..position].iter().find(|other| overlap(partition, other));
                found.extend(overlapping.map(|other| PartitionError::Overlap {
                    table: table.name.clone(),
                    first: other.name.clone(),
                    second: partition.name.clone(),
                }));
            }
        }
    }
    problems.extend(found.into_iter().map(SchemaError::from));
}

fn validate_columns(table: &Table, partition_by: &PartitionBy, problems: &mut Vec<SchemaError>) {
    let object = "the partition key".to_owned();
    if partition_by.keys.is_empty() {
        problems.push(SchemaError::NoColumns { table: table.name.clone(), object: object.clone() });
    }
    validate_keys(table, &object, &IndexMethod::Btree, &partition_by.keys, problems);
    let columns: Vec<String> = partition_by.columns().map(str::to_owned).collect();
    check_distinct(table, &object, &columns, problems);
}

fn validate_key(table: &Table, partition_by: &PartitionBy, problems: &mut Vec<PartitionError>) {
    let PartitionBy { strategy, keys } = partition_by;
    for name in partition_by.columns() {
        if table.column(name).is_some_and(|column| column.generated.is_some()) {
            let (table, column) = (table.name.clone(), name.to_owned());
            problems.push(PartitionError::GeneratedKey { table, column });
        }
    }
    let with_parameters =
        |key: &IndexKey| key.operator_class.as_ref().is_some_and(|class| !class.parameters.is_empty());
    if keys.iter().any(|key| key.descending || key.nulls.is_some() || with_parameters(key)) {
        problems.push(PartitionError::OrderedKey { table: table.name.clone() });
    }
    if *strategy == PartitionStrategy::List && keys.len() > 1 {
        problems.push(PartitionError::ListOfSeveralKeys { table: table.name.clone() });
    }
}

/// What PostgreSQL refuses of a partitioned table. A key holds only if each partition can see to it by itself.
fn validate_parts(table: &Table, partition_by: &PartitionBy, problems: &mut Vec<PartitionError>) {
    let cannot = |what: String| PartitionError::Cannot { table: table.name.clone(), what };
    if table.unlogged {
        problems.push(cannot("be unlogged".to_owned()));
    }
    if !table.storage.is_empty() {
        problems.push(cannot("have storage parameters".to_owned()));
    }
    for check in table.checks.iter().filter(|check| check.no_inherit) {
        problems.push(cannot(format!("have the check `{}`, which is not inherited", check.name)));
    }
    let named = |columns: &[String]| columns.to_vec();
    let primary_key = |key: &PrimaryKey| (format!("primary key `{}`", key.name), named(&key.columns));
    let unique = |unique: &Unique| (format!("unique constraint `{}`", unique.name), named(&unique.columns));
    let index = |index: &Index| {
        let keys = index.keys.iter().filter_map(|key| key.part.column().map(str::to_owned));
        (format!("unique index `{}`", index.name), keys.collect::<Vec<_>>())
    };
    let keys = (table.primary_key.iter().map(primary_key))
        .chain(table.uniques.iter().map(unique))
        .chain(table.indexes.iter().filter(|index| index.unique).map(index));
    let exclusions = table.exclusions.iter().map(|exclusion| {
        let columns = exclusion.elements.iter().filter(|element| element.operator.name == "=");
        let columns = columns.filter_map(|element| element.key.part.column().map(str::to_owned));
        (format!("exclusion constraint `{}`", exclusion.name), columns.collect::<Vec<_>>())
    });
    for (object, columns) in keys.chain(exclusions) {
        for key in &partition_by.keys {
            match key.part.column() {
                Some(column) if columns.iter().any(|name| name == column) => {}
                Some(column) => problems.push(PartitionError::KeyWithoutPartitionKey {
                    table: table.name.clone(),
                    object: object.clone(),
                    column: column.to_owned(),
                }),
                None => problems.push(PartitionError::KeyBesideExpression {
                    table: table.name.clone(),
                    object: object.clone(),
                }),
            }
        }
    }
}

fn validate_bounds(
    table: &Table,
    strategy: PartitionStrategy,
    partition: &Partition,
    problems: &mut Vec<PartitionError>,
) {
    let fits = match partition.bounds.strategy() {
        None => strategy != PartitionStrategy::Hash,
        Some(other) => strategy == other,
    };
    if !fits {
        problems.push(PartitionError::BoundsOfAnotherStrategy {
            table: table.name.clone(),
            partition: partition.name.clone(),
            bounds: partition.bounds.to_string(),
            strategy: strategy.as_str(),
        });
    }
    if let PartitionBounds::Hash { modulus, remainder } = partition.bounds
        && remainder >= modulus
    {
        problems.push(PartitionError::Remainder {
            table: table.name.clone(),
            partition: partition.name.clone(),
            modulus,
            remainder,
        });
    }
}

/// Whether two partitions would have rows in common, as far as that can be told without a server.
fn overlap(left: &Partition, right: &Partition) -> bool {
    match (&left.bounds, &right.bounds) {
        (
            PartitionBounds::Hash { modulus, remainder },
            PartitionBounds::Hash { modulus: other, remainder: other_remainder },
        ) => {
            let common = greatest_common_divisor(*modulus, *other);
            common != 0 && remainder % common == other_remainder % common
        }
        (left, right) => left == right,
    }
}

fn greatest_common_divisor(left: u32, right: u32) -> u32 {
    if right == 0 { left } else { greatest_common_divisor(right, left % right) }
}
