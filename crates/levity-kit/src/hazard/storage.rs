//! What the storage of a table risks.

use levity::schema::{IdentitySequence, ObjectName};

use super::{
    HazardKind::{BreaksReplication, DataLoss, FailsOnExistingRows, TableRewrite},
    risk::Risk,
};

/// A table that is written to the log from now on, or no longer.
pub(super) fn logged(table: &ObjectName, logged: bool) -> Vec<Risk> {
    let rewrite = Risk::new(
        TableRewrite,
        "every row and every index is written anew",
        "create another table, copy the rows in batches, and switch to it",
    );
    let mut risks = vec![rewrite.while_locked(table)];
    if !logged {
        risks.push(Risk::new(
            DataLoss,
            "its rows are gone after a crash, and replicas have none of them",
            "keep it logged unless its rows can be made again",
        ));
        risks.push(Risk::new(
            BreaksReplication,
            "an unlogged table is not published",
            "take the table out of its publications first",
        ));
    }
    risks
}

/// A sequence whose limits become narrower.
pub(super) fn sequence(previous: &IdentitySequence, next: &IdentitySequence) -> Vec<Risk> {
    if next.min <= previous.min && next.max >= previous.max {
        return Vec::new();
    }
    vec![Risk::new(
        FailsOnExistingRows,
        "a sequence that has come further than its new limits stops the migration",
        "compare its last value with the limits before",
    )]
}
