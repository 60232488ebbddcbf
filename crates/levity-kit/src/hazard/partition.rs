//! What partitions risk, and what a table that has some cannot do without a risk.

use levity::schema::{ForeignKey, ObjectName, Partition, PartitionBounds};

use super::{
    HazardKind::{BreaksReplication, BreaksRunningCode, DataLoss, FailsOnExistingRows, ScanUnderLock},
    lock::{Lock, LockMode},
    risk::Risk,
};
use crate::step::PartitionStep;

pub(super) fn risks(step: &PartitionStep) -> Vec<Risk> {
    match step {
        PartitionStep::Add { default: None, .. } => Vec::new(),
        PartitionStep::Add { table, default: Some(default), related, .. } => {
            let fails = Risk::new(
                FailsOnExistingRows,
                "a row in the default partition that belongs into the new one stops the migration",
                "move such rows before, in the transaction that attaches a partition made by hand",
            );
            let scan = Risk::new(
                ScanUnderLock,
                "the default partition is read for rows that belong into the new one",
                "keep the default partition empty",
            );
            let waits = related.iter().map(|other| {
                let risk = Risk::new(
                    ScanUnderLock,
                    "a foreign key of the table, or to it, is extended to the new partition while the default one is read",
                    "keep the default partition empty",
                );
                while_writes_wait(risk, other)
            });
            [fails, scan.while_locked(&table.sibling(default))].into_iter().chain(waits).collect()
        }
        PartitionStep::Rename { .. } => vec![
            Risk::new(
                BreaksRunningCode,
                "code that names the partition, instead of its table, fails",
                "stop the old code first",
            ),
            Risk::new(
                BreaksReplication,
                "a subscriber finds the partition by name, and stops while the two sides have different ones",
                "publish with `publish_via_partition_root`",
            ),
        ],
        PartitionStep::Drop { table, partition, referencing } => dropped(table, partition, referencing),
    }
}

fn dropped(table: &ObjectName, partition: &Partition, referencing: &[ObjectName]) -> Vec<Risk> {
    let mut risks = Vec::new();
    if !referencing.is_empty() {
        risks.push(Risk::new(
            FailsOnExistingRows,
            "a row that references one of its rows stops the migration",
            "delete such rows before",
        ));
        let scan = Risk::new(
            ScanUnderLock,
            "its rows are looked through for those that a foreign key references",
            "detach it by hand at a quiet time",
        );
        risks.push(scan.while_locked(table));
        risks.extend(referencing.iter().filter(|other| *other != table).map(|other| {
            let scan = Risk::new(
                ScanUnderLock,
                "the rows of a partition that it references are looked through",
                "detach the partition by hand at a quiet time",
            );
            scan.while_locked(other)
        }));
    }
    risks.push(Risk::new(
        DataLoss,
        "its rows are gone",
        "keep a copy of them, or detach it in SQL of your own, which makes a table of it",
    ));
    let breaks = match partition.bounds {
        PartitionBounds::Default => "code that writes rows that no other partition takes fails",
        PartitionBounds::Range { .. } | PartitionBounds::List(_) | PartitionBounds::Hash { .. } => {
            "code that writes rows of its bounds fails, unless the default partition takes them"
        }
    };
    risks.push(Risk::new(BreaksRunningCode, breaks, "deploy code that writes none first"));
    risks.push(Risk::new(
        BreaksReplication,
        "a subscriber that has dropped it stops at the next row that is published",
        "migrate the publisher first",
    ));
    risks
}

/// A foreign key of a partitioned table, which is tested in one go.
pub(super) fn foreign_key(table: &ObjectName, key: &ForeignKey) -> Vec<Risk> {
    let locked = |table: &ObjectName| {
        let risk = Risk::new(
            ScanUnderLock,
            "every row is looked up: PostgreSQL before version 18 cannot add a foreign key of a partitioned table without",
            "add it to each partition first, NOT VALID and then validated, in SQL of your own",
        );
        while_writes_wait(risk, table)
    };
    let others = Some(&key.references).filter(|other| *other != table);
    std::iter::once(table).chain(others).map(locked).collect()
}

fn while_writes_wait(risk: Risk, table: &ObjectName) -> Risk {
    Risk { lock: Some(Lock { table: table.clone(), mode: LockMode::ShareRowExclusive }), ..risk }
}

/// A key that is replaced by another one.
pub(super) fn replaced_key(table: &ObjectName) -> Risk {
    let risk = Risk::new(
        ScanUnderLock,
        "its index is built on every partition: PostgreSQL cannot take one that was built before as the key of a \
         partitioned table",
        "add the new one beside the old one, and drop the old one in a later migration",
    );
    risk.while_locked(table)
}
