use levity::schema::{Column, Identity, ObjectName, SqlType};

use super::{
    HazardKind::{
        BreaksReplication, BreaksRunningCode, DataLoss, FailsOnExistingRows, ScanUnderLock, TableRewrite,
    },
    generated,
    risk::Risk,
    three_steps::{to_convert, to_fill, to_rename_column, to_require},
};
use crate::{
    plan::{leaves_rows_without, rewrites_to_add},
    step::{Cast, Collations, DomainRules, Loss, Step, without_precision},
};

pub(super) fn added(table: &ObjectName, column: &Column, rules: &DomainRules) -> Vec<Risk> {
    if column.generated.is_some() {
        return generated::added(table, column, rules);
    }
    let mut risks = Vec::new();
    let filled = rules.default_of(column).is_some() || column.identity.is_some();
    if (!column.nullable || rules.not_null) && !filled {
        risks.push(Risk::new(
            FailsOnExistingRows,
            "existing rows would have no value for the required column",
            "give it a default, or make it required once all rows have a value",
        ));
        let breaks = Risk::new(
            BreaksRunningCode,
            "code that does not know the column cannot insert",
            "give it a default",
        );
        risks.push(breaks.in_steps(to_require(table, &column.name)));
        risks.push(Risk::new(
            BreaksReplication,
            "a subscriber that has it stops at the next row of a publisher that has not",
            "give it a default, or make it required once both sides have it",
        ));
    }
    if leaves_rows_without(column, rules) {
        risks.push(Risk::new(
            BreaksRunningCode,
            "code that expects the default in every row reads NULL in the rows that exist: they are not filled, since \
             that would write every row under a lock",
            "fill them in batches after the migration",
        ));
    }
    if rules.constrained {
        let rewrite = Risk::new(
            TableRewrite,
            "the rules of the domain are tested for every row, which is written anew",
            "add the column with the type behind the domain, and keep the rules as checks of the table",
        );
        risks.push(rewrite.while_locked(table));
    } else if rewrites_to_add(column, rules) {
        risks.push(
            Risk::new(
                TableRewrite,
                "each row gets a value of its own, so every row is written",
                "add it as nullable, which leaves the rows as they are, fill them in batches, and make it required in a later \
                 migration",
            )
            .while_locked(table)
            .in_steps(to_fill(table, column)),
        );
    }
    risks
}

pub(super) fn renamed(table: &ObjectName, previous: &str, next: &str) -> Vec<Risk> {
    vec![
        Risk::new(BreaksRunningCode, "code that uses the old name fails", "stop the old code first")
            .in_steps(to_rename_column(table, previous, next)),
        Risk::new(
            BreaksReplication,
            "a subscriber finds its columns by name, and stops while the two sides have different ones",
            "stop the code that writes to the table until both sides are migrated",
        ),
    ]
}

pub(super) fn dropped() -> Vec<Risk> {
    vec![
        Risk::new(
            DataLoss,
            "its values are gone",
            "deploy code that no longer uses the column first, and keep a copy of its values",
        ),
        Risk::new(
            BreaksRunningCode,
            "code that still selects or writes the column fails",
            "deploy code that no longer uses the column first",
        ),
        Risk::new(
            BreaksReplication,
            "a subscriber that has dropped it stops at the next row that is published with it",
            "make it nullable, and migrate the publisher first",
        ),
    ]
}

pub(super) fn converted(step: &Step) -> Vec<Risk> {
    let Step::AlterType { table, column, previous, next, collation, cast, rechecks, unique, .. } = step
    else {
        return Vec::new();
    };
    let mut risks = Vec::new();
    if can_fail(previous, next, cast.loss) {
        risks.push(Risk::new(
            FailsOnExistingRows,
            "a value that does not fit the new type stops the migration",
            "look for such values before, and correct them",
        ));
    } else if *unique && (cast.rewrites && cast.loss == Loss::Changes || can_merge(collation)) {
        risks.push(Risk::new(
            FailsOnExistingRows,
            "values that become alike are duplicates to a key or unique index, and stop the migration",
            "look for such values before, and resolve them",
        ));
    }
    if cast.in_utc {
        risks.push(Risk::new(
            DataLoss,
            "a time is read and written as UTC, whatever zone was meant",
            "if it was another zone, name it with `--using`",
        ));
    } else if matches!(cast.loss, Loss::Changes | Loss::Unknown) {
        risks.push(Risk::new(
            DataLoss,
            "values can be rounded, cut or changed by the conversion",
            "add a column of the new type, fill and compare it, and drop the old one later",
        ));
    }
    if cast.rewrites {
        let rewrite = Risk::new(
            TableRewrite,
            "every row is written and every index built anew",
            "add a column of the new type, fill it in batches, and switch to it",
        );
        risks.push(rewrite.while_locked(table).in_steps(to_convert(table, column, next, cast)));
        risks.push(OLD_TYPE_IS_GONE);
    } else {
        if *rechecks {
            let scan = Risk::new(
                ScanUnderLock,
                if collation.differ() || cast.in_utc {
                    "checks are tested, and indexes of the column built, anew"
                } else {
                    "checks are tested, and indexes with expressions built, anew"
                },
                "drop them before, and add them again in a later migration",
            );
            risks.push(scan.while_locked(table));
        }
        risks.push(if cast.in_utc || matches!((previous, next), (SqlType::Cidr, SqlType::Inet)) {
            OLD_TYPE_IS_GONE
        } else {
            Risk::new(
                BreaksRunningCode,
                "prepared statements that select the column fail, until they are prepared again",
                "stop the code that cannot repeat a failed statement; a connection of levity prepares anew by itself, \
                 except inside a transaction",
            )
        });
    }
    if is_read_otherwise(previous, next, cast) {
        risks.push(Risk::new(
            BreaksReplication,
            "a subscriber reads the text of each value, which its own type can take for another value, or not at all",
            "stop the code that writes to the table until both sides are migrated",
        ));
    }
    risks
}

const OLD_TYPE_IS_GONE: Risk = Risk::new(
    BreaksRunningCode,
    "prepared statements and code that expects the old type fail",
    "add a column of the new type and switch to it",
);

pub(super) fn without_value() -> Vec<Risk> {
    vec![Risk::new(
        BreaksRunningCode,
        "code that leaves the column out gets no value for it, and fails where one is required",
        "deploy code that gives the value first",
    )]
}

pub(super) fn required() -> Vec<Risk> {
    vec![
        Risk::new(FailsOnExistingRows, "a row with NULL stops the migration", "fill the column first"),
        Risk::new(
            BreaksRunningCode,
            "code that writes NULL fails",
            "deploy code that always gives a value first",
        ),
    ]
}

pub(super) fn nullable() -> Vec<Risk> {
    vec![Risk::new(
        BreaksRunningCode,
        "code that expects a value fails where it reads NULL",
        "deploy code that reads NULL first",
    )]
}

pub(super) fn numbered(table: &ObjectName, identity: Identity, indexed: bool) -> Vec<Risk> {
    let mut risks = Vec::new();
    if !indexed {
        let scan = Risk::new(
            ScanUnderLock,
            "the largest value is looked up in the whole table, since no index begins with the column",
            "create an index on the column in an earlier migration",
        );
        risks.push(scan.while_locked(table));
    }
    risks.extend(renumbered(identity));
    risks
}

pub(super) fn renumbered(identity: Identity) -> Vec<Risk> {
    match identity {
        Identity::Always => vec![Risk::new(
            BreaksRunningCode,
            "inserts that give the value fail",
            "deploy code that leaves the column out first",
        )],
        Identity::ByDefault => Vec::new(),
    }
}

/// Whether other values than before can be equal. A collation can be made so that they are; which one it is, only the server
/// knows, so all but those that certainly tell values apart count.
fn can_merge(collation: &Collations) -> bool {
    let tells_apart = |name: &str| matches!(name, "C" | "POSIX") || name.ends_with("-x-icu");
    collation.differ() && collation.next.as_ref().is_some_and(|next| !tells_apart(&next.name))
}

/// Whether there are values that the new type does not take.
fn can_fail(previous: &SqlType, next: &SqlType, loss: Loss) -> bool {
    use SqlType as T;
    let (previous, next) = (&without_precision(previous), &without_precision(next));
    match loss {
        Loss::Nothing => false,
        Loss::Fails | Loss::Unknown => true,
        Loss::Changes => {
            !matches!(
                (previous, next),
                (T::SmallInt | T::Integer | T::BigInt, T::Real | T::DoublePrecision | T::Boolean)
                    | (T::Timestamp | T::Timestamptz, T::Date | T::Time)
                    | (T::Timestamptz, T::Timestamp)
                    | (T::Interval, T::Time)
                    | (T::Inet, T::Cidr)
            ) && previous != next
                && !are_enums(previous, next)
        }
    }
}

/// Whether the text of a value, which is what is published, can stand for another value of the new type, or for none.
fn is_read_otherwise(previous: &SqlType, next: &SqlType, cast: &Cast) -> bool {
    if are_enums(previous, next) {
        cast.loss != Loss::Nothing
    } else {
        let is_cut =
            matches!((previous, next), (SqlType::Inet, SqlType::Cidr) | (SqlType::Interval, SqlType::Time));
        is_cut || cast.using.is_some() || cast.in_utc || can_fail(previous, next, cast.loss)
    }
}

/// Whether the values are converted label by label; where one is removed without another in its place, that is a failure.
fn are_enums(previous: &SqlType, next: &SqlType) -> bool {
    previous.enum_name().is_some() && next.enum_name().is_some()
}

#[cfg(test)]
mod tests {
    use levity::schema::{Schema, Table, Unique};

    use super::*;
    use crate::{
        diff::{RenameHints, diff},
        hazard::hazards,
    };

    /// Not every build of PostgreSQL has collations that take other texts for equal.
    #[test]
    fn a_collation_of_somebodys_own_can_find_duplicates() {
        let schema = |collation: Option<&str>, unique: bool| {
            let mut table = Table::new("t");
            let collation = collation.map(ObjectName::new);
            table.columns = vec![Column { collation, ..Column::new("email", SqlType::Text) }];
            if unique {
                table.uniques = vec![Unique::new("t_email_key", vec!["email".into()])];
            }
            Schema { tables: vec![table], ..Schema::default() }
        };
        let fails = |collation: Option<&str>, unique: bool| {
            let (previous, next) = (schema(None, unique), schema(collation, unique));
            let steps = diff(&previous, &next, &RenameHints::default()).unwrap();
            hazards(&steps).iter().any(|hazard| hazard.kind == FailsOnExistingRows)
        };
        assert!(fails(Some("nocase"), true));
        assert!(!fails(Some("nocase"), false));
        assert!(!fails(Some("C"), true));
        assert!(!fails(Some("de-x-icu"), true));
    }
}
