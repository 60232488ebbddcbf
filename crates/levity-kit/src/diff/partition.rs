//! Partitions that a schema declares. Those that it does not are nobody's here, and stay.

use std::collections::BTreeSet;

use levity::schema::{IndexPart, ObjectName, Partition, PartitionBounds, PartitionBy, Schema, Table};

use super::{
    UnsupportedChange,
    constraint::Matched,
    order::{Phase, Steps},
    pair::Pair,
    table::TablePair,
};
use crate::{
    step::{PartitionStep, Step},
    words::{Word, words},
};

pub(super) fn push_steps(
    pair: &TablePair<'_>,
    schemas: Pair<&Schema>,
    steps: &mut Steps,
    unsupported: &mut Vec<UnsupportedChange>,
) {
    let partition_by = pair.tables.map(|table| table.partition_by.as_ref());
    if partition_by.previous != partition_by.next {
        let Pair { previous, next } = partition_by.map(described);
        unsupported.push(UnsupportedChange::Partitioning { table: pair.name().to_string(), previous, next });
        return;
    }
    unsupported.extend(partition_by.next.iter().flat_map(|partition_by| changed_keys(pair, partition_by)));
    let partitions = pair.tables.map(|table| table.partitions.as_slice());
    let same = |left: &Partition, right: &Partition| left.bounds == right.bounds;
    let matched = Matched::of(partitions.previous, partitions.next, |partition| &partition.name, same);
    let mut push = |phase, step| steps.push(phase, Step::Partition(step));
    let table = || pair.name().clone();
    for partition in matched.dropped {
        let taken = pair.names_in_use.contains(&pair.name().sibling(&partition.name));
        let referencing = referencing(pair, schemas).cloned();
        let phase = if taken { Phase::DropInTheWay } else { Phase::Partitions };
        let (table, partition) = (table(), partition.clone());
        push(phase, PartitionStep::Drop { table, partition, referencing: referencing.collect() });
    }
    for (previous, next) in matched.kept.into_iter().filter(|(previous, next)| previous.name != next.name) {
        let (previous, next) = (previous.name.clone(), next.name.clone());
        push(Phase::RenameParts, PartitionStep::Rename { table: table(), previous, next });
    }
    for (previous, next) in matched.changed {
        unsupported.push(UnsupportedChange::PartitionBounds {
            table: pair.name().to_string(),
            partition: next.name.clone(),
            previous: previous.bounds.to_string(),
            next: next.bounds.to_string(),
        });
    }
    let is_default = |partition: &&Partition| partition.bounds == PartitionBounds::Default;
    let default = partitions.map(|partitions| partitions.iter().find(is_default));
    // Under the name that it has by then.
    let default = default.previous.and(default.next).map(|partition| partition.name.clone());
    for partition in matched.added {
        let default = default.clone().filter(|name| *name != partition.name);
        let referenced = pair.tables.next.foreign_keys.iter().map(|key| &key.references);
        let related: BTreeSet<&ObjectName> = referencing(pair, schemas).chain(referenced).collect();
        let related = related.into_iter().cloned().collect();
        let partition = partition.clone();
        push(Phase::Partitions, PartitionStep::Add { table: table(), partition, default, related });
    }
}

/// The tables whose foreign keys reference this one by then; it can be one of them.
fn referencing<'a>(pair: &TablePair<'a>, schemas: Pair<&'a Schema>) -> impl Iterator<Item = &'a ObjectName> {
    let name = pair.name();
    let references = move |table: &&Table| table.foreign_keys.iter().any(|key| key.references == *name);
    schemas.next.tables.iter().filter(references).map(|table| &table.name)
}

fn described(partition_by: Option<&PartitionBy>) -> String {
    let Some(PartitionBy { strategy, keys }) = partition_by else { return "not partitioned".to_owned() };
    let keys: Vec<&str> = keys
        .iter()
        .map(|key| match &key.part {
            IndexPart::Column(name) => name.as_str(),
            IndexPart::Expression(expression) => expression.0.as_str(),
        })
        .collect();
    format!("partitioned by {} ({})", strategy.as_str(), keys.join(", "))
}

/// The columns of the partition key that get another type, which PostgreSQL refuses.
fn changed_keys(pair: &TablePair<'_>, partition_by: &PartitionBy) -> Vec<UnsupportedChange> {
    let mut changed = Vec::new();
    for column in &pair.tables.next.columns {
        let is_in = partition_by.keys.iter().any(|key| match &key.part {
            IndexPart::Column(name) => *name == column.name,
            IndexPart::Expression(expression) => {
                words(&expression.0).filter_map(Word::identifier).any(|name| name == column.name)
            }
        });
        if is_in && (pair.changes_type(&column.name) || pair.recreates(&column.name)) {
            let column = format!("{}.{}", pair.name(), column.name);
            changed.push(UnsupportedChange::PartitionKey { column });
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use levity::schema::{Column, Expression, ForeignKey, IndexKey, PartitionStrategy, PrimaryKey, SqlType};

    use super::*;
    use crate::{
        diff::{RenameHints, diff},
        plan::plan,
    };

    /// No scan shows on a server, where the key serves the look at the rows.
    #[test]
    fn a_partition_of_a_table_that_references_itself_is_detached_before_it_is_dropped() {
        let mut events = Table::new("events");
        events.columns = ["id", "parent"].map(|name| Column::new(name, SqlType::BigInt)).into();
        events.primary_key = Some(PrimaryKey::new("events_pkey", vec!["id".into()]));
        events.foreign_keys =
            vec![ForeignKey::new("events_parent", vec!["parent".into()], "events", vec!["id".into()])];
        let (strategy, keys) = (PartitionStrategy::List, vec![IndexKey::column("id")]);
        events.partition_by = Some(PartitionBy { strategy, keys });
        let next = Schema { tables: vec![events.clone()], ..Schema::default() };
        events.partitions = vec![Partition::new("one", PartitionBounds::List(Expression::new("1")))];
        let previous = Schema { tables: vec![events], ..Schema::default() };
        let stages = plan(&diff(&previous, &next, &RenameHints::default()).unwrap());
        let statements = stages.iter().flat_map(|stage| &stage.statements).map(String::as_str);
        assert_eq!(
            statements.collect::<Vec<_>>(),
            [r#"ALTER TABLE "events" DETACH PARTITION "one";"#, r#"DROP TABLE "one";"#]
        );
    }
}
