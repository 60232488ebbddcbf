use levity::{
    schema::{ObjectName, Partition, PartitionBy, Table},
    sql::{quote_ident, quote_name},
};

use super::{alter_table, index::key};

/// ` PARTITION BY …`, as it ends a `CREATE TABLE`.
pub(super) fn partition_by(partition_by: &PartitionBy) -> String {
    let keys: Vec<String> = partition_by.keys.iter().map(key).collect();
    format!(" PARTITION BY {} ({})", partition_by.strategy.as_str(), keys.join(", "))
}

/// The partitions of a new table.
pub(super) fn create_partitions(table: &Table) -> impl Iterator<Item = String> {
    table.partitions.iter().map(|partition| {
        let name = quote_name(&table.name.sibling(&partition.name));
        format!("CREATE TABLE {name} PARTITION OF {} {}", quote_name(&table.name), partition.bounds)
    })
}

/// A partition of a table that exists. It is created beside the table and then attached, since that lets readers and
/// writers go on; the server gives it the indexes and foreign keys of the table.
pub(crate) fn add_partition(table: &ObjectName, partition: &Partition) -> Vec<String> {
    let name = quote_name(&table.sibling(&partition.name));
    let like = format!(
        "CREATE TABLE {name} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE \
         INCLUDING COMPRESSION)",
        quote_name(table)
    );
    vec![like, alter_table(table, &format!("ATTACH PARTITION {name} {}", partition.bounds))]
}

pub(crate) fn rename_partition(table: &ObjectName, previous: &str, next: &str) -> String {
    alter_table(&table.sibling(previous), &format!("RENAME TO {}", quote_ident(next)))
}

/// `is_referenced`: PostgreSQL drops no partition of a table that foreign keys reference, but it detaches one whose rows
/// nothing references.
pub(crate) fn drop_partition(table: &ObjectName, partition: &str, is_referenced: bool) -> Vec<String> {
    let name = quote_name(&table.sibling(partition));
    let detach = is_referenced.then(|| alter_table(table, &format!("DETACH PARTITION {name}")));
    detach.into_iter().chain([format!("DROP TABLE {name}")]).collect()
}
