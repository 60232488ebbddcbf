//! A schema that somebody else wrote: what introspection finds in it must be enough to build it again.
//!
//! `LEVITY_SQL_FILE` names a file of DDL, such as the output of `pg_dump --schema-only` without the commands of psql;
//! without it, `tests/real_schema.sql` is taken. The file is loaded, introspected and written as a snapshot; an empty
//! database is built from what that snapshot says, introspected, and must be equal. What a person would do with custom SQL
//! (functions, and types that the model does not hold) is carried over as the server prints it. The report says what was found, what
//! was not supported, by object, and how long each part took: run it with `--nocapture`.

#![expect(clippy::print_stdout, reason = "the report is what the test is run for by hand")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use levity::{Config, schema::Schema};
use levity_kit::{
    diff::RenameHints,
    generate::generate,
    introspect::{Introspected, introspect},
    snapshot::Snapshot,
};
use levity_local::TestDatabase;
use tokio_postgres::Client;

#[tokio::test]
async fn what_is_found_is_enough_to_build_it_again() {
    let file = env::var_os("LEVITY_SQL_FILE").map_or_else(sample, PathBuf::from);
    let sql = fs::read_to_string(&file).unwrap();
    let mut report = Report::default();

    let original = Scratch::new().await;
    let begin = Instant::now();
    original.connect().await.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{error:?}"));
    report.took("loading the file", begin);

    let client = original.connect().await;
    let namespaces = namespaces(&client).await;
    let names: Vec<&str> = namespaces.iter().map(String::as_str).collect();
    let begin = Instant::now();
    let found = introspect(&client, &names).await.unwrap();
    report.took("introspection", begin);

    let begin = Instant::now();
    let text = Snapshot::new(Vec::new(), found.schema.clone()).render();
    let schema = Snapshot::parse(Path::new("snapshot.jsonl"), &text).unwrap().schema;
    report.took("writing and reading the snapshot", begin);
    assert_eq!(lines(&schema), lines(&found.schema), "the snapshot does not survive its file");

    let again = report.rebuild(&client, &schema, &names).await;
    print(&file, &found);
    assert_eq!(objects(&again), objects(&found.schema));
    // PostgreSQL reads some of what it prints as another expression (`x = ANY ((ARRAY['a'])::text[])`), which it then keeps.
    let again = if lines(&again) == lines(&schema) {
        again
    } else {
        let third = report.rebuild(&client, &again, &names).await;
        assert_eq!(lines(&again), lines(&third));
        third
    };
    let begin = Instant::now();
    let reread =
        Snapshot::parse(Path::new("snapshot.jsonl"), &Snapshot::new(Vec::new(), again.clone()).render());
    let unchanged = generate(&reread.unwrap().schema, &again, &RenameHints::default(), None).unwrap();
    report.took("a difference that is empty", begin);
    assert_eq!(unchanged.map(|generated| generated.changes), None);
    report.print_times();
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_schema.sql")
}

struct Scratch {
    config: Config,
    _database: TestDatabase,
}

impl Scratch {
    async fn new() -> Self {
        let database = TestDatabase::empty().await.unwrap();
        Self { config: Config::from_url(database.url()).unwrap(), _database: database }
    }

    async fn connect(&self) -> Client {
        self.config.connect().await.unwrap()
    }
}

/// All that are not the server's own.
async fn namespaces(client: &Client) -> Vec<String> {
    let sql = "SELECT nspname::text FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Statements for what expressions and views can need and the model does not hold.
async fn beyond(client: &Client, namespaces: &[&str]) -> Vec<String> {
    let statements = client.query(include_str!("real_schema/carry_over.sql"), &[&namespaces]).await.unwrap();
    statements.iter().map(|row| row.get(0)).collect()
}

/// Runs what can be run by now, and keeps the rest.
async fn carry_over(statements: &mut Vec<String>, client: &Client) {
    client.batch_execute("SET check_function_bodies = off").await.unwrap();
    loop {
        let before = statements.len();
        for statement in std::mem::take(statements) {
            if client.batch_execute(&statement).await.is_err() {
                statements.push(statement);
            }
        }
        if statements.len() == before {
            return;
        }
    }
}

/// Each object by its kind and names, without what it is made of.
fn objects(schema: &Schema) -> Vec<String> {
    let name = |line: String| {
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        format!("{} {} {}", line["kind"], line["table"], line["name"])
    };
    lines(schema).into_iter().map(name).collect()
}

fn lines(schema: &Schema) -> Vec<String> {
    let text = Snapshot::new(Vec::new(), schema.clone()).render();
    text.lines().skip(1).map(str::to_owned).collect()
}

#[derive(Default)]
struct Report {
    took: Vec<(&'static str, Duration)>,
}

impl Report {
    fn took(&mut self, what: &'static str, begin: Instant) {
        self.took.push((what, begin.elapsed()));
    }

    /// The schema as a new database holds it.
    async fn rebuild(&mut self, original: &Client, schema: &Schema, namespaces: &[&str]) -> Schema {
        let begin = Instant::now();
        let generated = generate(&Schema::default(), schema, &RenameHints::default(), None).unwrap();
        self.took("planning", begin);
        let copy = Scratch::new().await;
        let client = copy.connect().await;
        let mut beyond = beyond(original, namespaces).await;
        carry_over(&mut beyond, &client).await;
        let begin = Instant::now();
        for stage in generated.iter().flat_map(|generated| &generated.file.stages) {
            for statement in &stage.statements {
                let mut result = client.batch_execute(statement).await;
                if result.is_err() {
                    // A function over the rows of a table can only be made after it.
                    carry_over(&mut beyond, &client).await;
                    result = client.batch_execute(statement).await;
                }
                result.unwrap_or_else(|error| panic!("{statement}\n{error:?}"));
            }
        }
        self.took("building it again", begin);
        introspect(&client, namespaces).await.unwrap().schema
    }

    fn print_times(&self) {
        for (what, duration) in &self.took {
            println!("  {:6} ms {what}", duration.as_millis());
        }
    }
}

fn print(file: &Path, found: &Introspected) {
    println!("{}", file.display());
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines(&found.schema) {
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        *kinds.entry(value["kind"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    for (kind, count) in kinds {
        println!("  {count:6} {kind}");
    }
    println!("  not supported: {}", found.unsupported.len());
    for object in &found.unsupported {
        println!("         {} `{}`", object.kind, object.name);
    }
}
