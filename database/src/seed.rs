//! Sample data: a few workflows with runs in every state, the same each time.

mod sample;

use chrono::{DateTime, Duration, Utc};
use levity::{Database, Error, Transaction, sql};
use sample::{Run, Sample, Step};
use serde_json::json;

use crate::schema::{NewExecution, NewExecutionStep, NewWorkflow, Workflow};

/// What [`seed`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seeded {
    /// The workflows that it created.
    pub workflows: u64,
    /// The executions that it created.
    pub executions: u64,
    /// The steps that it created.
    pub steps: u64,
    /// The sample workflows that were there already, and were left as they are.
    pub unchanged: u64,
    /// The executions that it left out, because an engine would have picked them up and run them.
    pub skipped: u64,
}

/// Where [`seed`] runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Executions in every status.
    Development,
    /// Finished executions only: nothing that an engine would pick up and run.
    Production,
}

/// Serialises two seeds at once. Any constant that nothing else uses.
const LOCK: i64 = 0x5eed_0001;

/// Creates the sample workflows that are missing, each with its executions and steps, in one transaction.
///
/// A sample is known by the `seed` that its first node carries. One that is there is left alone, whatever became of it;
/// no other row is read or written.
///
/// # Errors
///
/// When a statement fails; then nothing was created.
pub async fn seed(db: &Database, environment: Environment) -> Result<Seeded, Error> {
    db.transaction(async |tx| {
        tx.query_as::<(bool,)>(sql!("select pg_advisory_xact_lock({LOCK}) is not null")).all().await?;
        let mut seeded = Seeded::default();
        for sample in sample::all() {
            if exists(tx, sample.key).await? {
                seeded.unchanged += 1;
            } else {
                create(tx, sample, environment, &mut seeded).await?;
            }
        }
        Ok(seeded)
    })
    .await
}

async fn exists(tx: &Transaction, key: &str) -> Result<bool, Error> {
    let marked = levity::Json(json!([{ "data": { "seed": key } }]));
    let found = tx.select::<Workflow>().filter(sql!("{} @> {marked}", Workflow::nodes)).first().await?;
    Ok(found.is_some())
}

async fn create(
    tx: &Transaction,
    sample: Sample,
    environment: Environment,
    seeded: &mut Seeded,
) -> Result<(), Error> {
    let Sample { key, name, description, mut nodes, edges, runs } = sample;
    if let Some(first) = nodes.first_mut() {
        first.data["seed"] = key.into();
    }
    let workflow =
        NewWorkflow::builder().name(name).description(description).nodes(nodes).edges(edges).build();
    let workflow = tx.insert(workflow).returning().await?;
    seeded.workflows += 1;
    for run in runs {
        if environment == Environment::Production && !run.is_finished() {
            seeded.skipped += 1;
            continue;
        }
        let execution = tx.insert(execution(workflow.id, &run)).returning().await?;
        seeded.executions += 1;
        for step in &run.steps {
            tx.insert(execution_step(execution.id, &run, step)).execute().await?;
            seeded.steps += 1;
        }
    }
    Ok(())
}

fn execution(workflow_id: i64, run: &Run) -> NewExecution {
    NewExecution::builder()
        .workflow_id(workflow_id)
        .user_id(run.user)
        .status(run.status)
        .data(run.data.clone())
        .error(run.error.map(str::to_owned))
        .started_at(run.started_at())
        .completed_at(run.ended_at())
        .created_at(run.created_at())
        .build()
}

fn execution_step(execution_id: i64, run: &Run, step: &Step) -> NewExecutionStep {
    let at = |seconds: Option<i64>| -> Option<DateTime<Utc>> {
        seconds.map(|seconds| run.created_at() + Duration::seconds(seconds))
    };
    NewExecutionStep::builder()
        .execution_id(execution_id)
        .node_id(step.node)
        .status(step.status)
        .input(step.input.clone().map(levity::Json))
        .output(step.output.clone().map(levity::Json))
        .validation(step.validation.clone().map(levity::Json))
        .error(step.error.map(str::to_owned))
        .retry_count(step.retries)
        .next_retry_at(at(step.next_retry))
        .started_at(at(step.started))
        .completed_at(at(step.ended))
        .created_at(run.created_at())
        .build()
}
