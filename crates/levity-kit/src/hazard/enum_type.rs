use super::{
    HazardKind::{BreaksReplication, BreaksRunningCode},
    risk::Risk,
};

pub(super) fn renamed() -> Vec<Risk> {
    vec![Risk::new(BreaksRunningCode, "code that uses the old name fails", "stop the old code first")]
}

pub(super) fn value_renamed() -> Vec<Risk> {
    vec![
        Risk::new(BreaksRunningCode, "code that uses the old name fails", "stop the old code first"),
        Risk::new(
            BreaksReplication,
            "a subscriber stops at the label of the other side while only one has the new one",
            "stop the code that writes it until both sides are migrated",
        ),
    ]
}
