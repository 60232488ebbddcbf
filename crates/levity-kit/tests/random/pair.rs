//! One pair of schemas on a server.

use std::collections::BTreeSet;

use levity::{
    Config,
    migrate::{PartitionTaskError, build_on_partitions, file::Stage},
    schema::{Schema, SqlType},
};
use levity_kit::{
    diff::{DiffError, RenameHints, UnsupportedChange, diff},
    generate::{GenerateError, Generated, generate},
    hazard::HazardKind,
    introspect::{Introspected, introspect},
    plan::plan,
    snapshot::Snapshot,
    step::Step,
};
use tokio_postgres::{Client, error::SqlState};

use crate::{chance::Random, edit, observe::Observer, rows, schema};

/// The namespaces that the schemas use.
const NAMESPACES: [&str; 2] = ["public", "billing"];

pub(crate) struct Pair {
    pub(crate) previous: Schema,
    pub(crate) next: Schema,
    /// Whether the next schema came about by edits of the previous one.
    edited: bool,
    /// Whether the tables have rows.
    filled: bool,
    /// Answers the questions of the differ, and always in the same way.
    answers: u64,
}

pub(crate) enum Outcome {
    Applied,
    /// At rows that a hazard had announced.
    Stopped,
    /// The schemas are the same, or the next one is none.
    Nothing,
}

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Equal for problems that are the same.
    pub(crate) kind: String,
    pub(crate) details: String,
}

fn problem(kind: impl Into<String>, details: impl std::fmt::Display) -> Problem {
    Problem { kind: kind.into(), details: details.to_string() }
}

fn cannot_be_built(side: &str, error: Refused) -> Problem {
    problem(format!("the {side} schema cannot be built: {}", error.code), error)
}

impl Pair {
    pub(crate) fn with(&self, previous: Schema, next: Schema) -> Self {
        Self { previous, next, ..*self }
    }

    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Random::of(seed);
        let previous = schema::schema(&mut random);
        // Half of the pairs have little in common, the others much.
        let edited = random.chance(50);
        let next = if edited { edit::edited(&previous, &mut random) } else { schema::schema(&mut random) };
        Self { previous, next, edited, filled: random.chance(70), answers: seed }
    }

    pub(crate) async fn try_out(&self, config: &Config, client: &Client) -> Result<Outcome, Problem> {
        self.next.validate().map_err(|error| problem("the schema is not valid", error))?;
        let Some((generated, steps)) = self.generate()? else { return Ok(Outcome::Nothing) };

        clear(client).await;
        if let Err(error) = build(client, &self.next).await {
            // An edit can leave what only the server knows to be wrong, such as an index on a type without an order.
            return if self.edited { Ok(Outcome::Nothing) } else { Err(cannot_be_built("next", error)) };
        }
        let target = introspect(client, &NAMESPACES).await.unwrap();
        clear(client).await;
        build(client, &self.previous).await.map_err(|error| cannot_be_built("previous", error))?;
        if self.filled {
            rows::insert(client, &self.previous).await.map_err(|error| problem("no rows", error))?;
        }
        let kept = rows::kept(client, &self.previous, &self.next, &steps).await;
        if let Err(refused) = migrate(config, &generated).await? {
            let announced =
                generated.hazards.iter().any(|hazard| hazard.kind == HazardKind::FailsOnExistingRows);
            if announced && refused.is_about_rows() {
                return Ok(Outcome::Stopped);
            }
            return Err(problem(format!("refused: {}", refused.code), refused));
        }
        let migrated = introspect(client, &NAMESPACES).await.unwrap();
        compare(&migrated.without_what_stays(&target), &target)?;
        let again = diff(&migrated.schema, &target.schema, &RenameHints::default());
        let again = again.map_err(|error| problem("no second difference", error))?;
        if !again.is_empty() {
            return Err(problem("a second difference is not empty", format!("{again:?}")));
        }
        kept.check(client).await.map_err(|lost| problem("values were lost", lost))?;
        Ok(Outcome::Applied)
    }

    /// The migration and its steps, with every question answered by chance.
    pub(crate) fn generate(&self) -> Result<Option<(Generated, Vec<Step>)>, Problem> {
        let mut random = Random::of(self.answers);
        let mut hints = RenameHints::default();
        loop {
            match generate(&self.previous, &self.next, &hints, None) {
                Ok(generated) => {
                    let steps = diff(&self.previous, &self.next, &hints).expect("it was possible just now");
                    return Ok(generated.map(|generated| (generated, steps)));
                }
                Err(GenerateError::Diff(DiffError::Ambiguous { questions })) => {
                    let question = &questions[0];
                    let is_taken = |name: &&String| hints.renamed.values().any(|other| other == *name);
                    let free = question.candidates.iter().find(|name| !is_taken(name));
                    match free.filter(|_| random.chance(50)) {
                        Some(name) => drop(hints.renamed.insert(question.previous.clone(), name.clone())),
                        None => drop(hints.dropped.insert(question.previous.clone())),
                    }
                }
                Err(GenerateError::Diff(DiffError::Unsupported { changes })) => {
                    for change in changes {
                        match change {
                            UnsupportedChange::MissingCast { column, next, .. } => {
                                let value = rows::value(&self.next, &sql_type(&self.next, &next), 1);
                                hints.using.insert(column, value);
                            }
                            UnsupportedChange::OtherNamespace { previous, .. } => {
                                hints.dropped.insert(previous);
                            }
                            // What no plan can do.
                            UnsupportedChange::DomainInside { .. }
                            | UnsupportedChange::Exchange { .. }
                            | UnsupportedChange::Partitioning { .. }
                            | UnsupportedChange::PartitionKey { .. }
                            | UnsupportedChange::PartitionBounds { .. } => return Ok(None),
                            other => return Err(problem("no plan", other)),
                        }
                    }
                }
                Err(error) => return Err(problem("no plan", error)),
            }
        }
    }
}

/// The type that a message names.
fn sql_type(schema: &Schema, text: &str) -> SqlType {
    let columns = schema.tables.iter().flat_map(|table| &table.columns);
    let mut types = columns.map(|column| &column.sql_type);
    types.find(|sql_type| sql_type.to_string() == text).expect("a column of the schema has it").clone()
}

async fn clear(client: &Client) {
    let sql = "DROP SCHEMA IF EXISTS billing CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public";
    client.batch_execute(sql).await.unwrap();
}

async fn build(client: &Client, schema: &Schema) -> Result<(), Refused> {
    run(client, &plan(&diff(&Schema::default(), schema, &RenameHints::default()).unwrap())).await
}

/// A statement that the server refused.
pub(crate) struct Refused {
    statement: String,
    code: String,
    message: String,
}

impl Refused {
    fn of(statement: &str, error: &tokio_postgres::Error) -> Self {
        let error = error.as_db_error().unwrap();
        let (statement, message) = (statement.to_owned(), error.message().to_owned());
        Self { statement, code: error.code().code().to_owned(), message }
    }

    /// Whether the values or their relations are at fault, and not the statement.
    fn is_about_rows(&self) -> bool {
        let code = SqlState::from_code(&self.code);
        // Class 22: data exceptions. Class 23: violated constraints.
        self.code.starts_with("22") || self.code.starts_with("23") || code == SqlState::DATATYPE_MISMATCH
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})\n{}", self.message, self.code, self.statement)
    }
}

async fn run(client: &Client, stages: &[Stage]) -> Result<(), Refused> {
    for stage in stages {
        let mut statements: Vec<&str> = stage.statements.iter().map(String::as_str).collect();
        if stage.options.transaction {
            statements.insert(0, "BEGIN");
            statements.push("COMMIT");
        }
        for statement in statements {
            if let Err(error) = client.batch_execute(statement).await {
                client.batch_execute("ROLLBACK").await.unwrap();
                return Err(Refused::of(statement, &error));
            }
        }
        if let (true, Some(index)) = (stage.options.on_partitions, &stage.options.builds_index) {
            build_on_partitions(client, index).await.map_err(|error| match error {
                PartitionTaskError::Query { source } => Refused::of("an index of a partition", &source),
                other => panic!("{other}"),
            })?;
        }
    }
    Ok(())
}

/// Applies a migration, and looks at each stage before it is over.
async fn migrate(config: &Config, generated: &Generated) -> Result<Result<(), Refused>, Problem> {
    let observer = Observer::new(config).await.unwrap();
    for stage in &generated.file.stages {
        let seen = match observer.apply(stage).await {
            Ok(seen) => seen,
            Err(error) => return Ok(Err(Refused::of(&stage.statements.join(";\n"), &error))),
        };
        if let Some(table) = seen.unannounced(stage, &generated.hazards).next() {
            let details = format!("{table}: {seen}\n{}", stage.statements.join(";\n"));
            return Err(problem("others wait for long, and no hazard says so", details));
        }
    }
    Ok(Ok(()))
}

fn compare(migrated: &Introspected, target: &Introspected) -> Result<(), Problem> {
    let lines = |introspected: &Introspected| -> BTreeSet<String> {
        let text = Snapshot::new(Vec::new(), introspected.schema.clone()).render();
        let others = introspected.unsupported.iter().map(|other| format!("{other:?}"));
        text.lines().skip(1).map(str::to_owned).chain(others).collect()
    };
    let (migrated, target) = (lines(migrated), lines(target));
    let missing: Vec<&str> = target.difference(&migrated).map(String::as_str).collect();
    let added: Vec<&str> = migrated.difference(&target).map(String::as_str).collect();
    if missing.is_empty() && added.is_empty() {
        return Ok(());
    }
    Err(problem("another schema", format!("missing:\n{}\nadded:\n{}", missing.join("\n"), added.join("\n"))))
}
