//! What generated columns risk.

use levity::schema::{Column, ObjectName};

use super::{
    HazardKind::{BreaksReplication, BreaksRunningCode, DataLoss, FailsOnExistingRows, TableRewrite},
    risk::Risk,
};
use crate::{plan::rewrites_to_add, step::DomainRules};

/// Adding one.
pub(super) fn added(table: &ObjectName, column: &Column, rules: &DomainRules) -> Vec<Risk> {
    let mut risks = Vec::new();
    if let Some(stops) = stops_at_rows(column, rules) {
        risks.push(stops);
        risks.push(Risk::new(
            BreaksRunningCode,
            if rules.constrained {
                "code that writes rows for which the expression gives what the domain refuses fails"
            } else {
                "code that writes rows for which the expression gives NULL fails"
            },
            "deploy code that writes none first",
        ));
    }
    risks.extend(computed_for_each_row(table, column, rules));
    risks
}

/// A value that the column cannot have.
fn stops_at_rows(column: &Column, rules: &DomainRules) -> Option<Risk> {
    let effect = if rules.constrained {
        "a row for which the expression gives what the domain refuses stops the migration"
    } else if column.nullable {
        return None;
    } else {
        "a row for which the expression gives NULL stops the migration"
    };
    Some(Risk::new(FailsOnExistingRows, effect, "look for such rows before, and correct them"))
}

/// Dropping one and adding it again, or another column in its place.
pub(super) fn recreated(
    table: &ObjectName,
    previous: &Column,
    next: &Column,
    rules: &DomainRules,
) -> Vec<Risk> {
    let mut risks = Vec::new();
    match (&previous.generated, &next.generated) {
        (None, _) => {
            risks.push(Risk::new(
                DataLoss,
                "its values are gone: they are computed from now on",
                "add the generated column under another name and compare the two, switch the code, and drop the old one later",
            ));
            risks.push(Risk::new(
                BreaksRunningCode,
                "code that writes the column fails",
                "deploy code that leaves the column out first",
            ));
            risks.push(Risk::new(
                BreaksReplication,
                "a subscriber that computes it stops at the next row that is published with it",
                "stop the code that writes to the table until both sides are migrated",
            ));
        }
        (Some(_), None) => {
            risks.push(Risk::new(
                DataLoss,
                "existing rows lose the value that was computed for them",
                "add a column under another name, fill it in batches, switch the code, and drop the old one later",
            ));
            if (!next.nullable || rules.not_null) && rules.default_of(next).is_none() {
                risks.push(Risk::new(
                    FailsOnExistingRows,
                    "existing rows would have no value for the required column",
                    "give it a default, or let it be nullable until it is filled",
                ));
            }
        }
        (Some(_), Some(_)) if previous.sql_type != next.sql_type => risks.push(Risk::new(
            BreaksRunningCode,
            "prepared statements and code that expects the old type fail",
            "add a column of the new type and switch to it",
        )),
        (Some(_), Some(_)) => {}
    }
    if next.generated.is_some() {
        risks.extend(stops_at_rows(next, rules));
    }
    risks.extend(computed_for_each_row(table, next, rules));
    risks
}

fn computed_for_each_row(table: &ObjectName, column: &Column, rules: &DomainRules) -> Option<Risk> {
    let risk = Risk::new(
        TableRewrite,
        "each row gets a value of its own, so every row is written",
        "add a plain column that a trigger fills, fill the existing rows in batches, and let code read that",
    );
    rewrites_to_add(column, rules).then(|| risk.while_locked(table))
}
