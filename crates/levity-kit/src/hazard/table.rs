use levity::schema::ObjectName;

use super::{
    HazardKind::{BreaksReplication, BreaksRunningCode, DataLoss},
    risk::Risk,
    three_steps::to_rename_table,
};

pub(super) fn dropped() -> Vec<Risk> {
    vec![
        Risk::new(
            DataLoss,
            "its rows are gone",
            "deploy code that no longer uses the table first, and keep a copy of its rows",
        ),
        Risk::new(
            BreaksRunningCode,
            "code that still uses the table fails",
            "deploy code that no longer uses it first",
        ),
        Risk::new(
            BreaksReplication,
            "a subscriber that has dropped it stops at the next row that is published",
            "migrate the publisher first",
        ),
    ]
}

pub(super) fn renamed(previous: &ObjectName, next: &ObjectName) -> Vec<Risk> {
    vec![
        Risk::new(BreaksRunningCode, "code that uses the old name fails", "stop the old code first")
            .in_steps(to_rename_table(previous, next)),
        Risk::new(
            BreaksReplication,
            "a subscriber finds its table by name, and stops while the two sides have different ones",
            "stop the code that writes to the table until both sides are migrated",
        ),
    ]
}
