//! Partitioned tables by chance.

use levity::schema::{
    Column, Expression, IdentityOptions, IndexKey, Partition, PartitionBounds, PartitionBy,
    PartitionStrategy, SqlType, Table,
};

use crate::chance::Random;

/// The column that decides about the partition. It is the same everywhere, since no plan changes the partition key.
const KEY: &str = "part";

/// Makes a partitioned table of one, with partitions for the rows of the tests.
pub(crate) fn divide(table: &mut Table, random: &mut Random) {
    table.columns.push(Column::new(KEY, SqlType::Integer));
    let (strategy, keys) = (PartitionStrategy::List, vec![IndexKey::column(KEY)]);
    table.partition_by = Some(PartitionBy { strategy, keys });
    let base = table.name.name.clone();
    for value in 1..=3 {
        if random.chance(70) {
            let bounds = PartitionBounds::List(Expression::new(format!("{value}")));
            let name = format!("{base} {}{value}", random.pick(&["p", "p", "q"]));
            table.partitions.push(Partition::new(name, bounds));
        }
    }
    if table.partitions.len() < 3 || random.chance(30) {
        table.partitions.push(Partition::new(format!("{base} rest"), PartitionBounds::Default));
    }
    fit(table);
}

/// Takes what PostgreSQL refuses of a partitioned table.
pub(crate) fn fit(table: &mut Table) {
    if table.partition_by.is_none() {
        return;
    }
    table.unlogged = false;
    table.storage.clear();
    // Before PostgreSQL 17.
    table.exclusions.clear();
    table.columns.iter_mut().for_each(|column| {
        column.identity = None;
        column.identity_options = IdentityOptions::default();
    });
    table.checks.iter_mut().for_each(|check| check.no_inherit = false);
    let keys = table.primary_key.iter_mut().map(|key| &mut key.columns);
    for columns in keys.chain(table.uniques.iter_mut().map(|unique| &mut unique.columns)) {
        if !columns.iter().any(|column| column == KEY) {
            columns.push(KEY.to_owned());
        }
    }
    for index in table.indexes.iter_mut().filter(|index| index.unique) {
        if index.keys.iter().all(|key| key.part.column() != Some(KEY)) {
            index.keys.push(IndexKey::column(KEY));
        }
    }
}
