//! One case on a real server.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    path::Path,
};

use chrono::DateTime;
use levity::{
    Config,
    migrate::{History, MigrateError, MigrateOptions, Migrator, file::MigrationFile},
    schema::Schema,
    sql::quote_name,
};
use levity_kit::{
    diff::{RenameHints, diff},
    generate::{Generated, generate, write},
    hazard::{HazardKind, Lock},
    introspect::{Introspected, introspect},
    push::{Owned, owned},
    snapshot::Snapshot,
};
use levity_local::TestDatabase;
use tokio_postgres::Client;

use crate::{
    case::{Case, EXPECTATIONS},
    hints::hints,
    observe::{Observer, SeenTable},
};

const NAMESPACES: [&str; 2] = ["public", "billing"];

/// What a case turned out to be.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The version of the server.
    pub(crate) major: i32,
    pub(crate) expectations: Vec<(&'static str, String)>,
    pub(crate) problems: Vec<String>,
}

pub(crate) async fn run(case: &Case) -> Outcome {
    let mut outcome = Outcome::default();
    if let Err(error) = try_run(case, &mut outcome).await {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            message = format!("{message}: {error}");
            source = error.source();
        }
        outcome.problems.push(message);
    }
    outcome
}

async fn major(client: &Client) -> Result<i32, tokio_postgres::Error> {
    let version = "SELECT current_setting('server_version_num')::integer / 10000";
    client.query_one(version, &[]).await?.try_get(0)
}

async fn try_run(case: &Case, outcome: &mut Outcome) -> Result<(), BoxError> {
    if let Some(since) = case.section("since").split_whitespace().next() {
        let server = database("", "").await?;
        if major(&server.client).await? < since.parse()? {
            // As if it had been found.
            let found = |name: &&'static str| (*name, case.section(name).to_owned());
            outcome.expectations = EXPECTATIONS.iter().map(found).collect();
            return Ok(());
        }
    }
    let setup = case.section("setup");
    let migrated = database(setup, case.section("previous")).await?;
    let fresh = database(setup, case.section("next")).await?;
    let client = &migrated.client;
    outcome.major = major(client).await?;
    client.batch_execute(case.section("rows")).await?;
    let previous = introspect(client, &NAMESPACES).await?.schema;
    client.batch_execute(case.section("others")).await?;
    let target = introspect(&fresh.client, &NAMESPACES).await?;
    let next = &target.schema;

    let generated = match generate(&previous, next, &hints(case.section("hints")), None) {
        Ok(Some(generated)) => generated,
        Ok(None) => {
            outcome.expectations.push(("sql", "-- nothing".to_owned()));
            return Ok(());
        }
        Err(error) => {
            outcome.expectations.push(("error", error.to_string()));
            return Ok(());
        }
    };
    // The hazards have a section of their own.
    let mut file = MigrationFile { header: Vec::new(), ..generated.file.clone() };
    file.stages.iter_mut().for_each(|stage| stage.options.hazards.clear());
    let text = file.render()?;
    assert_eq!(MigrationFile::parse(&generated.file.render()?)?, generated.file);
    outcome.expectations.push(("sql", text));
    let hazards: Vec<String> =
        generated.hazards.iter().map(|hazard| format!("{}: {}", hazard.kind, hazard.step)).collect();
    outcome.expectations.push(("hazards", hazards.join("\n")));

    observe(case, &generated, outcome).await?;
    let rows = count_rows(client, &previous).await?;
    let files = table_files(client).await?;
    if let Err(error) = apply(&migrated.config, &generated).await {
        let error = error.downcast::<MigrateError>()?;
        let message = server_message(&error).ok_or(error)?;
        outcome.expectations.push(("refused", message));
        let announced = generated.hazards.iter().any(|hazard| hazard.kind == HazardKind::FailsOnExistingRows);
        check(announced, "the migration stops without a hazard", outcome);
        let left = count_rows(client, &introspect(client, &NAMESPACES).await?.schema).await?;
        check(left == rows, "the refused migration lost rows", outcome);
        return Ok(());
    }

    let mut result = introspect(client, &NAMESPACES).await?;
    let left_alone = others(&mut result, &[&previous, next]);
    let expected = case.section("left-alone").to_owned();
    check(left_alone == expected, &format!("left alone:\n{left_alone}"), outcome);
    compare("the migrated database", &result.without_what_stays(&target), &target, outcome);
    let again = diff(&result.schema, next, &RenameHints::default())?;
    check(again.is_empty(), &format!("a second difference is not empty: {again:?}"), outcome);
    let files_after = table_files(client).await?;
    let rewritten =
        files.iter().any(|(table, file)| files_after.get(table).is_some_and(|after| after != file));
    let announced = generated.hazards.iter().any(|hazard| hazard.kind == HazardKind::TableRewrite);
    check(rewritten == announced, &format!("rewritten: {rewritten}, announced: {announced}"), outcome);
    if generated.hazards.iter().all(|hazard| hazard.kind != HazardKind::DataLoss) {
        check(count_rows(client, next).await? == rows, "rows were lost", outcome);
    }
    if !case.section("holds").is_empty() {
        let holds: bool = client.query_one(case.section("holds"), &[]).await?.try_get(0)?;
        check(holds, "what should hold does not hold", outcome);
    }

    let snapshot = Snapshot::new(Vec::new(), next.clone());
    let read = Snapshot::parse(Path::new("snapshot.jsonl"), &snapshot.render())?;
    check(read == snapshot, "the snapshot does not survive its file", outcome);
    if let Some(all) = generate(&Schema::default(), next, &RenameHints::default(), None)? {
        check(all.file.stages.len() == 1, "building from nothing takes more than one stage", outcome);
        check(all.hazards.is_empty(), "building from nothing has hazards", outcome);
        let built = database(setup, "").await?;
        apply(&built.config, &all).await?;
        let result = introspect(&built.client, &NAMESPACES).await?;
        compare("the database built from nothing", &result, &target, outcome);
    }
    Ok(())
}

/// Looks at each stage before it is over: a lock that reads or writes wait for is brief, or announced by a hazard.
async fn observe(case: &Case, generated: &Generated, outcome: &mut Outcome) -> Result<(), BoxError> {
    let observed = database(case.section("setup"), case.section("previous")).await?;
    observed.client.batch_execute(case.section("rows")).await?;
    observed.client.batch_execute(case.section("others")).await?;
    let observer = Observer::new(&observed.config).await?;
    let mut unseen: Vec<&Lock> = generated.hazards.iter().filter_map(|hazard| hazard.lock.as_ref()).collect();
    for (number, stage) in (1..).zip(&generated.file.stages) {
        // Rows that do not fit are looked at below.
        let Ok(seen) = observer.apply(stage).await else { return Ok(()) };
        let is_seen = |lock: &&Lock| {
            let table = seen.tables.get(&lock.table.to_string());
            table.and_then(SeenTable::blocks) == Some(lock.mode) && seen.is_long()
        };
        unseen.retain(|lock| !is_seen(lock));
        let unannounced: Vec<&str> = seen.unannounced(stage, &generated.hazards).collect();
        let problem = format!(
            "stage {number} blocks others for long ({seen}), or waits for long, without a hazard on {unannounced:?}"
        );
        check(unannounced.is_empty(), &problem, outcome);
    }
    for lock in unseen {
        outcome.problems.push(format!("no stage takes long while {lock}"));
    }
    Ok(())
}

type BoxError = Box<dyn Error + Send + Sync>;

/// A database with these objects, and a connection to it.
struct Scratch {
    config: Config,
    client: Client,
    _database: TestDatabase,
}

async fn database(setup: &str, ddl: &str) -> Result<Scratch, BoxError> {
    let database = TestDatabase::empty().await?;
    let config = Config::from_url(database.url())?;
    let client = config.connect().await?;
    client.batch_execute(setup).await?;
    client.batch_execute(ddl).await?;
    Ok(Scratch { config, client, _database: database })
}

/// Writes the migration and runs it as a service would.
async fn apply(config: &Config, generated: &Generated) -> Result<(), BoxError> {
    let directory = tempfile::tempdir()?;
    write(directory.path(), generated, Vec::new(), DateTime::UNIX_EPOCH)?;
    let options = MigrateOptions { allow_unacknowledged: true, ..MigrateOptions::default() };
    let migrator = Migrator::new("acceptance", History::read(directory.path())?).with_options(options);
    migrator.run(config, &mut |_| ()).await?;
    Ok(())
}

/// Takes out of what was found in a database what others have made beside the project's schemas, and lists it.
fn others(found: &mut Introspected, known: &[&Schema]) -> String {
    let Owned { schema, mut others } = owned(&found.schema, known);
    found.schema = schema;
    let (partitions, unsupported) =
        std::mem::take(&mut found.unsupported).into_iter().partition(|other| other.kind == "partition");
    found.unsupported = unsupported;
    others.extend::<Vec<_>>(partitions);
    let lines: Vec<String> = others.iter().map(|other| format!("{} {}", other.kind, other.name)).collect();
    lines.join("\n")
}

/// What the server said about a statement.
fn server_message(error: &MigrateError) -> Option<String> {
    match error {
        MigrateError::Statement(error) => Some(error.as_db_error()?.message().to_owned()),
        _ => None,
    }
}

/// The file of each table. A table that is rewritten gets another one.
async fn table_files(client: &Client) -> Result<BTreeMap<u32, u32>, tokio_postgres::Error> {
    let sql =
        "SELECT oid, relfilenode FROM pg_class WHERE relkind = 'r' AND relfilenode <> 0 AND oid >= 16384";
    Ok(client.query(sql, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// All rows of a schema; tables that are renamed keep theirs.
async fn count_rows(client: &Client, schema: &Schema) -> Result<i64, tokio_postgres::Error> {
    let mut rows = 0;
    for table in &schema.tables {
        let sql = format!("SELECT count(*) FROM {}", quote_name(&table.name));
        rows += client.query_one(&sql, &[]).await?.try_get::<_, i64>(0)?;
    }
    Ok(rows)
}

fn compare(what: &str, actual: &Introspected, expected: &Introspected, outcome: &mut Outcome) {
    let lines = |introspected: &Introspected| -> BTreeSet<String> {
        let text = Snapshot::new(Vec::new(), introspected.schema.clone()).render();
        let others = introspected.unsupported.iter().map(|other| format!("{other:?}"));
        text.lines().skip(1).map(str::to_owned).chain(others).collect()
    };
    let (actual, expected) = (lines(actual), lines(expected));
    for line in expected.difference(&actual) {
        outcome.problems.push(format!("{what} lacks {line}"));
    }
    for line in actual.difference(&expected) {
        outcome.problems.push(format!("{what} has {line}"));
    }
}

fn check(holds: bool, problem: &str, outcome: &mut Outcome) {
    if !holds {
        outcome.problems.push(problem.to_owned());
    }
}
