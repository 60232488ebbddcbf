//! A pair that fails, made as small as it can be.

use std::fmt::Write;

use levity::{
    Config,
    schema::{Schema, Table},
};
use levity_kit::snapshot::Snapshot;
use tokio_postgres::Client;

use crate::pair::{Pair, Problem};

/// Takes parts away for as long as the problem stays the same, and tells what is left.
pub(crate) async fn report(
    config: &Config,
    client: &Client,
    seed: u64,
    mut pair: Pair,
    mut problem: Problem,
) -> String {
    'smaller: loop {
        for smaller in smaller(&pair) {
            match smaller.try_out(config, client).await {
                Err(found) if found.kind == problem.kind => {
                    (pair, problem) = (smaller, found);
                    continue 'smaller;
                }
                Err(_) | Ok(_) => {}
            }
        }
        break;
    }
    let mut report = format!("seed {seed}: {}: {}\n", problem.kind, problem.details);
    for (side, schema) in [("previous", &pair.previous), ("next", &pair.next)] {
        let text = Snapshot::new(Vec::new(), schema.clone()).render();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let _ = writeln!(report, "{side}:\n{}", lines.join("\n"));
    }
    if let Ok(Some((generated, _))) = pair.generate() {
        report.push_str(&generated.file.render().unwrap());
    }
    report
}

/// Each pair that lacks one thing of this one.
fn smaller(pair: &Pair) -> Vec<Pair> {
    let previous =
        without_one(&pair.previous).into_iter().map(|previous| pair.with(previous, pair.next.clone()));
    let next = without_one(&pair.next).into_iter().map(|next| pair.with(pair.previous.clone(), next));
    let both =
        (pair.previous.tables.iter()).filter(|table| pair.next.table(&table.name).is_some()).map(|table| {
            let without = |schema: &Schema| {
                let mut schema = schema.clone();
                schema.tables.retain(|other| other.name != table.name);
                schema
            };
            pair.with(without(&pair.previous), without(&pair.next))
        });
    both.chain(previous).chain(next).filter(|pair| pair.previous.validate().is_ok()).collect()
}

fn without_one(schema: &Schema) -> Vec<Schema> {
    let mut schemas = Vec::new();
    for position in 0..schema.tables.len() {
        let mut smaller = schema.clone();
        smaller.tables.remove(position);
        schemas.push(smaller);
        for table in without_one_part(&schema.tables[position]) {
            let mut smaller = schema.clone();
            smaller.tables[position] = table;
            schemas.push(smaller);
        }
    }
    for position in 0..schema.views.len() {
        let mut smaller = schema.clone();
        smaller.views.remove(position);
        schemas.push(smaller);
    }
    for position in 0..schema.sequences.len() {
        let mut smaller = schema.clone();
        smaller.sequences.remove(position);
        schemas.push(smaller);
    }
    for position in 0..schema.domains.len() {
        let mut smaller = schema.clone();
        smaller.domains.remove(position);
        schemas.push(smaller);
    }
    for position in 0..schema.enum_types.len() {
        let mut smaller = schema.clone();
        smaller.enum_types.remove(position);
        schemas.push(smaller);
    }
    schemas
}

fn without_one_part(table: &Table) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut push = |change: &dyn Fn(&mut Table)| {
        let mut smaller = table.clone();
        change(&mut smaller);
        if smaller != *table {
            tables.push(smaller);
        }
    };
    push(&|table| table.primary_key = None);
    (0..table.partitions.len()).for_each(|at| push(&|table| drop(table.partitions.remove(at))));
    push(&|table| {
        table.partition_by = None;
        table.partitions.clear();
    });
    (0..table.foreign_keys.len()).for_each(|at| push(&|table| drop(table.foreign_keys.remove(at))));
    (0..table.indexes.len()).for_each(|at| push(&|table| drop(table.indexes.remove(at))));
    (0..table.uniques.len()).for_each(|at| push(&|table| drop(table.uniques.remove(at))));
    (0..table.exclusions.len()).for_each(|at| push(&|table| drop(table.exclusions.remove(at))));
    (0..table.checks.len()).for_each(|at| push(&|table| drop(table.checks.remove(at))));
    for at in 0..table.columns.len() {
        push(&|table| table.columns[at].default = None);
        push(&|table| table.columns[at].identity = None);
        push(&|table| drop(table.columns.remove(at)));
    }
    tables
}
