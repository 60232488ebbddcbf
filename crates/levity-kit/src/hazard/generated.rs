//! What generated columns risk.

use levity::schema::{Column, ObjectName};

use super::{
    HazardKind::{
        BreaksReplication, BreaksRunningCode, DataLoss, FailsOnExistingRows, ScanUnderLock, TableRewrite,
    },
    risk::Risk,
};
use crate::{
    plan::{reads_rows_to_add, rewrites_to_add},
    step::DomainRules,
};

/// Adding one.
pub(super) fn added(table: &ObjectName, column: &Column) -> Vec<Risk> {
    let mut risks = Vec::new();
    if !column.nullable {
        risks.push(Risk::new(
            FailsOnExistingRows,
            "a row for which the expression gives NULL stops the migration",
            "look for such rows before, and correct them",
        ));
        risks.push(Risk::new(
            BreaksRunningCode,
            "code that writes rows for which the expression gives NULL fails",
            "deploy code that writes none first",
        ));
    }
    risks.extend(computed_for_each_row(table, column));
    risks
}

/// Dropping one and adding it again, or another column in its place.
pub(super) fn recreated(table: &ObjectName, previous: &Column, next: &Column) -> Vec<Risk> {
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
            if !next.nullable && next.default.is_none() {
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
    if next.generated.is_some() && !next.nullable {
        risks.push(Risk::new(
            FailsOnExistingRows,
            "a row for which the expression gives NULL stops the migration",
            "look for such rows before, and correct them",
        ));
    }
    risks.extend(computed_for_each_row(table, next));
    risks
}

fn computed_for_each_row(table: &ObjectName, column: &Column) -> Option<Risk> {
    let risk = if rewrites_to_add(column, &DomainRules::default()) {
        Risk::new(
            TableRewrite,
            "each row gets a value of its own, so every row is written",
            "add a plain column that a trigger fills, fill the existing rows in batches, and let code read that",
        )
    } else if reads_rows_to_add(column) {
        Risk::new(
            ScanUnderLock,
            "it is computed for each row, to see that it is not NULL",
            "let it be nullable",
        )
    } else {
        return None;
    };
    Some(risk.while_locked(table))
}
