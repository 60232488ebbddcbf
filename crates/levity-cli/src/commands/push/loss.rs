//! What a plan deletes, in numbers.

use std::fmt;

use levity::{
    schema::ObjectName,
    sql::{quote_ident, quote_name},
};
use levity_kit::step::{self, PartitionStep, Step};
use serde::Serialize;
use tokio_postgres::Client;

use super::foreign::Foreign;
use crate::{commands::Result, failure::Failure, printer::count};

/// Values that a plan deletes or changes.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Loss {
    /// `table` or `table.column`, as it is called now.
    object: String,
    /// The rows of the table or partition, or those that have a value in the column.
    rows: i64,
    #[serde(skip)]
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Table,
    Partition,
    Column,
    Conversion,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, rows, kind } = self;
        match kind {
            Kind::Table => write!(f, "table `{object}`, with {}", count(*rows, "row")),
            Kind::Partition => write!(f, "partition `{object}`, with {}", count(*rows, "row")),
            Kind::Column => write!(f, "column `{object}`, with {}", count(*rows, "value")),
            Kind::Conversion => {
                write!(
                    f,
                    "values of column `{object}` that the conversion changes, of {}",
                    count(*rows, "value")
                )
            }
        }
    }
}

/// The losses of a plan, on the database as it is before it. What is empty is none, unless it is somebody else's.
pub(super) async fn find(client: &Client, steps: &[Step], foreign: &Foreign) -> Result<Vec<Loss>> {
    let mut losses = Vec::new();
    for step in steps {
        let dropped;
        let (kind, table, column) = match step {
            Step::DropTable { name } => (Kind::Table, name, None),
            Step::Partition(PartitionStep::Drop { table, partition, .. }) => {
                dropped = table.sibling(&partition.name);
                (Kind::Partition, &dropped, None)
            }
            Step::DropColumn { table, column } => (Kind::Column, table, Some(column)),
            Step::AlterType { table, column, cast, .. } if cast.loss == step::Loss::Changes => {
                (Kind::Conversion, table, Some(column))
            }
            _ => continue,
        };
        // Steps use the names after the renames.
        let table = previous_table(steps, table);
        let column = column.map(|column| previous_column(steps, step, column));
        let counted = column.map_or("*".to_owned(), quote_ident);
        let sql = format!("SELECT count({counted}) FROM {}", quote_name(&in_namespace(table)));
        let row = client
            .query_one(&sql, &[])
            .await
            .map_err(|source| Failure::Query { attempt: "count the rows that would be deleted", source })?;
        let rows = row.get(0);
        let drops = kind != Kind::Conversion;
        if rows > 0 || drops && foreign.is_in(table, column) {
            let object = column.map_or_else(|| table.to_string(), |column| format!("{table}.{column}"));
            losses.push(Loss { object, rows, kind });
        }
    }
    Ok(losses)
}

fn previous_table<'a>(steps: &'a [Step], table: &'a ObjectName) -> &'a ObjectName {
    let renamed = steps.iter().find_map(|step| match step {
        Step::RenameTable { previous, next } if next == table => Some(previous),
        _ => None,
    });
    renamed.unwrap_or(table)
}

fn previous_column<'a>(steps: &'a [Step], step: &'a Step, column: &'a str) -> &'a str {
    let (Step::DropColumn { table, .. } | Step::AlterType { table, .. }) = step else { return column };
    let renamed = steps.iter().find_map(|step| match step {
        Step::RenameColumn { table: owner, previous, next } if owner == table && next == column => {
            Some(previous.as_str())
        }
        _ => None,
    });
    renamed.unwrap_or(column)
}

/// Nothing is counted in another table that the search path finds first.
fn in_namespace(table: &ObjectName) -> ObjectName {
    let namespace = table.namespace.clone().or_else(|| Some("public".to_owned()));
    ObjectName { namespace, name: table.name.clone() }
}
