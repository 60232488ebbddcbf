//! Rows for a schema, and what a migration may do to them.

use std::fmt::Write;

use levity::{
    schema::{Column, Deferrable, ObjectName, Schema, SqlType, Table},
    sql::{quote_ident, quote_literal, quote_name},
};
use levity_kit::step::{PartitionStep, Step};
use tokio_postgres::Client;

const ROWS: i32 = 3;

/// Fills every table. The values of a row depend on their type and the row's number alone, so that every foreign key of
/// equal types finds its row.
pub(crate) async fn insert(client: &Client, schema: &Schema) -> Result<(), tokio_postgres::Error> {
    let mut sql = String::from("SET session_replication_role = replica;\n");
    for table in &schema.tables {
        let columns: Vec<&Column> =
            table.columns.iter().filter(|column| column.generated.is_none()).collect();
        let names: Vec<String> = columns.iter().map(|column| quote_ident(&column.name)).collect();
        // `ON CONFLICT` refuses a table with a deferrable key, whose duplicates nothing would look for here.
        let deferrable = is_deferrable(table);
        let (rows, on_conflict) = if deferrable { (1, "") } else { (ROWS, " ON CONFLICT DO NOTHING") };
        for row in 1..=rows {
            let values: Vec<String> =
                columns.iter().map(|column| value(schema, &column.sql_type, row)).collect();
            let _ = writeln!(
                sql,
                "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}){on_conflict};",
                quote_name(&table.name),
                names.join(", "),
                values.join(", ")
            );
        }
    }
    sql.push_str("SET session_replication_role = origin;");
    client.batch_execute(&sql).await
}

fn is_deferrable(table: &Table) -> bool {
    let keys = table.primary_key.iter().map(|key| key.deferrable);
    let uniques = table.uniques.iter().map(|unique| unique.deferrable);
    let exclusions = table.exclusions.iter().map(|exclusion| exclusion.deferrable);
    keys.chain(uniques).chain(exclusions).any(|deferrable| deferrable != Deferrable::No)
}

/// A literal of the type, with its type.
pub(crate) fn value(schema: &Schema, sql_type: &SqlType, row: i32) -> String {
    use SqlType as T;
    let text = match sql_type {
        T::Boolean => (row % 2 == 0).to_string(),
        T::SmallInt | T::Integer | T::BigInt | T::Real | T::DoublePrecision | T::Numeric(_) => {
            row.to_string()
        }
        T::Text | T::Varchar(_) | T::Char(_) => row.to_string(),
        T::Bytea => format!("\\x0{row}"),
        T::Uuid => format!("00000000-0000-0000-0000-00000000000{row}"),
        T::Time => format!("0{row}:00"),
        T::Interval => format!("{row} days"),
        T::Json | T::Jsonb => format!("{{\"row\": {row}}}"),
        T::Inet | T::Cidr => format!("10.0.0.{row}"),
        T::MacAddr => format!("08:00:2b:01:02:0{row}"),
        T::Range(_) => "empty".to_owned(),
        T::Enum(name) => {
            let values = &schema.enum_type(name).expect("the schema is valid").values;
            values[usize::try_from(row).expect("rows are few") % values.len()].label.clone()
        }
        T::Domain(_) => {
            return format!("{}::{sql_type}", value(schema, &schema.base_type(sql_type), row));
        }
        T::Multirange(_) | T::Array(_) => "{}".to_owned(),
        // The others of the random schemas are times of some precision.
        T::Date | T::Timestamp | T::Timestamptz | T::Other(_) => format!("2024-01-0{row}"),
    };
    format!("{}::{sql_type}", quote_literal(&text))
}

/// What must be the same after a migration.
pub(crate) struct Kept(Vec<(String, Vec<String>)>);

/// The rows of the tables that stay under their name, in the columns that no step names.
pub(crate) async fn kept(client: &Client, previous: &Schema, next: &Schema, steps: &[Step]) -> Kept {
    let mut kept = Vec::new();
    for table in &previous.tables {
        let Some(after) = next.table(&table.name) else { continue };
        if steps.iter().any(|step| replaces_table(step, &table.name)) {
            continue;
        }
        let relabels = steps.iter().any(|step| matches!(step, Step::RenameEnumValue { .. }));
        let columns: Vec<&str> = (table.columns.iter())
            .filter(|column| !relabels || !has_labels(previous, &column.sql_type))
            .map(|column| column.name.as_str())
            .filter(|name| after.column(name).is_some())
            .filter(|name| !steps.iter().any(|step| changes_values(step, &table.name, name)))
            .collect();
        let sql = query(&table.name, &columns);
        let rows = rows(client, &sql).await.expect("the columns exist");
        kept.push((sql, rows));
    }
    Kept(kept)
}

/// Whether the text of a value is that of an enum type, which can be renamed.
fn has_labels(schema: &Schema, sql_type: &SqlType) -> bool {
    match schema.base_type(sql_type) {
        SqlType::Enum(_) => true,
        SqlType::Array(element) => has_labels(schema, &element),
        _ => false,
    }
}

/// Whether the step gives the table's name to another table, or takes it away.
fn replaces_table(step: &Step, name: &ObjectName) -> bool {
    match step {
        Step::CreateTable(table) => table.name == *name,
        Step::DropTable { name: dropped } => dropped == name,
        Step::RenameTable { previous, next } => previous == name || next == name,
        // With some of the rows.
        Step::Partition(step @ PartitionStep::Drop { .. }) => step.table() == name,
        _ => false,
    }
}

/// Whether the step gives the column's name to another column, or its values another form.
fn changes_values(step: &Step, table: &ObjectName, column: &str) -> bool {
    match step {
        Step::AddColumn { table: other, column: added, .. } => other == table && added.name == column,
        Step::RecreateColumn { table: other, next, .. } => other == table && next.name == column,
        Step::DropColumn { table: other, column: name }
        | Step::AlterType { table: other, column: name, .. } => other == table && name == column,
        Step::RenameColumn { table: other, previous, next } => {
            other == table && (previous == column || next == column)
        }
        _ => false,
    }
}

fn query(table: &ObjectName, columns: &[&str]) -> String {
    let texts: Vec<String> = columns.iter().map(|name| format!("{}::text", quote_ident(name))).collect();
    let row = if texts.is_empty() { "''".to_owned() } else { format!("ROW({})::text", texts.join(", ")) };
    format!("SELECT {row} FROM {} ORDER BY 1", quote_name(table))
}

async fn rows(client: &Client, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    Ok(client.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}

impl Kept {
    pub(crate) async fn check(&self, client: &Client) -> Result<(), String> {
        for (sql, before) in &self.0 {
            let after = rows(client, sql).await.map_err(|error| format!("{sql}\n{error:?}"))?;
            if after != *before {
                return Err(format!("{sql}\nbefore: {before:?}\nafter: {after:?}"));
            }
        }
        Ok(())
    }
}
