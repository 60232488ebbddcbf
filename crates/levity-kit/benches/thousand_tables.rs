//! What a schema of 1,000 tables costs: the look whether it has changes without a migration, which needs no server, and
//! introspection.
//!
//! `cargo bench -p levity-kit --bench thousand_tables` prints the median and the range of some runs; with `--profile dev` it is what
//! `cargo db` does, which is not optimised. The server is private, or that of `LEVITY_TEST_URL`.

#![expect(clippy::print_stdout, reason = "a report")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use chrono::DateTime;
use levity::{
    Config,
    migrate::History,
    schema::{
        Check, Column, Expression, ForeignKey, Identity, Index, IndexKey, ObjectName, PrimaryKey,
        ReferentialAction, Schema, SqlType, Table,
    },
};
use levity_kit::{
    diff::RenameHints,
    generate::{check, generate, write},
    introspect::introspect,
    snapshot::{FILE_NAME, Snapshot},
};
use levity_local::TestDatabase;
use tokio_postgres::Client;

const TABLES: usize = 1000;
const RUNS: usize = 15;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let schema = schema();
    let migration =
        generate(&Schema::default(), &schema, &RenameHints::default(), None).unwrap().expect("all is new");
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), &migration, Vec::new(), DateTime::UNIX_EPOCH).unwrap();
    let mut runs: Vec<Duration> = (0..RUNS).map(|_| check_only(directory.path(), &schema)).collect();
    report("no changes without a migration", &mut runs);

    let database = TestDatabase::empty().await.unwrap();
    let client = Config::from_url(database.url()).unwrap().connect().await.unwrap();
    for statement in migration.file.stages.iter().flat_map(|stage| &stage.statements) {
        client.batch_execute(statement).await.unwrap();
    }
    client.batch_execute("ANALYZE").await.unwrap();
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(introspection(&client).await);
    }
    report("introspection", &mut runs);
}

/// What `generate --check` does.
fn check_only(migrations: &Path, schema: &Schema) -> Duration {
    let begin = Instant::now();
    let history = History::read(migrations).unwrap();
    let head = history.head().unwrap().expect("a migration was written");
    let path = migrations.join(head.tag.as_str()).join(FILE_NAME);
    let snapshot = Snapshot::read_expecting(&path, schema).unwrap();
    let changes = check(&snapshot.schema, schema, &RenameHints::default()).unwrap();
    let elapsed = begin.elapsed();
    assert!(changes.is_empty());
    elapsed
}

async fn introspection(client: &Client) -> Duration {
    let begin = Instant::now();
    let found = introspect(client, &["public"]).await.unwrap();
    let elapsed = begin.elapsed();
    assert!(found.schema.tables.len() == TABLES && found.unsupported.is_empty());
    elapsed
}

fn report(what: &str, runs: &mut [Duration]) {
    runs.sort();
    let milliseconds = |run: Duration| run.as_secs_f64() * 1000.0;
    let (low, median, high) = (runs[0], runs[runs.len() / 2], runs[runs.len() - 1]);
    println!(
        "{TABLES} tables, {what}: {:.1} ms ({:.1} to {:.1})",
        milliseconds(median),
        milliseconds(low),
        milliseconds(high)
    );
}

/// Tables of 12 columns, each with a primary key, two indexes, a check and a foreign key to the one before it.
fn schema() -> Schema {
    Schema { tables: (0..TABLES).map(table).collect(), ..Schema::default() }
}

fn table(number: usize) -> Table {
    let name = format!("table_{number}");
    let mut table = Table::new(ObjectName::new(name.as_str()));
    let id = Column { identity: Some(Identity::Always), ..Column::new("id", SqlType::BigInt) };
    let parent = Column { nullable: true, ..Column::new("parent_id", SqlType::BigInt) };
    table.columns = vec![id, parent];
    table.columns.extend((0..8).map(|number| Column {
        default: Some(Expression::new("''")),
        ..Column::new(format!("text_{number}"), SqlType::Text)
    }));
    for name in ["created_at", "updated_at"] {
        let default = Some(Expression::new("now()"));
        table.columns.push(Column { default, ..Column::new(name, SqlType::Timestamptz) });
    }
    table.primary_key = Some(PrimaryKey::new(format!("{name}_pkey"), vec!["id".to_owned()]));
    let condition = "text_0 <> 'x' OR updated_at >= created_at";
    table.checks.push(Check::new(format!("{name}_check"), condition));
    for column in ["parent_id", "created_at"] {
        let keys = vec![IndexKey::column(column)];
        table.indexes.push(Index::new(format!("{name}_{column}_idx"), keys));
    }
    if number > 0 {
        table.foreign_keys.push(ForeignKey {
            on_delete: ReferentialAction::Cascade,
            ..ForeignKey::new(
                format!("{name}_parent_id_fkey"),
                vec!["parent_id".to_owned()],
                ObjectName::new(format!("table_{}", number - 1)),
                vec!["id".to_owned()],
            )
        });
    }
    table
}
