//! The source of truth: the enums, tables, indexes and relations of the workflow engine.
//!
//! Change this file, then run `cargo db generate --name what_changed`, review the SQL that it writes into `migrations/`,
//! and commit both.

use chrono::{DateTime, Utc};
use levity::{Json, PgEnum, Table, schema};
use serde_json::Value;

pub use crate::graph::{Edge, Node, Position};

/// How far the run of a workflow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PgEnum)]
pub enum ExecutionStatus {
    /// Created, not picked up by an engine yet.
    Pending,
    /// An engine works on it.
    Running,
    /// Stopped on purpose; it can go on.
    Paused,
    /// Every step is done.
    Completed,
    /// Ended by an error.
    Failed,
    /// Ended by a person or a program.
    Cancelled,
}

/// How far the run of one node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PgEnum)]
pub enum StepStatus {
    /// Waits for its turn, or for a retry.
    Pending,
    /// An engine works on it.
    Running,
    /// Done; `output` holds the result.
    Completed,
    /// Ended by an error; `error` says which.
    Failed,
    /// Not needed, for example on a branch that was not taken.
    Skipped,
}

/// The definition of a workflow: a graph of nodes and edges.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "workflows", has_many(executions = Execution::workflow_id))]
pub struct Workflow {
    /// The workflow's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The nodes of the graph.
    #[column(default = [])]
    pub nodes: Json<Vec<Node>>,
    /// The edges between the nodes.
    #[column(default = [])]
    pub edges: Json<Vec<Edge>>,
    /// When it was created.
    #[column(default = now())]
    pub created_at: DateTime<Utc>,
    /// When it was last changed; set by every update.
    #[column(default = now(), on_update = now())]
    pub updated_at: DateTime<Utc>,
}

/// One run of a workflow.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "executions", has_many(steps = ExecutionStep::execution_id))]
#[index(workflow_id)]
#[index(status)]
#[index(user_id)]
#[index(started_at)]
pub struct Execution {
    /// The run's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// The workflow that runs.
    #[column(references(Workflow::id, on_delete = cascade))]
    pub workflow_id: i64,
    /// Who started it.
    pub user_id: Option<String>,
    /// How far it is.
    #[column(default = ExecutionStatus::Pending)]
    pub status: ExecutionStatus,
    /// What the run works on: its input and the state that its steps share.
    #[column(default = serde_json::json!({}))]
    pub data: Json<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// When an engine began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended, however it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it was created.
    #[column(default = now())]
    pub created_at: DateTime<Utc>,
    /// When it was last changed; set by every update.
    #[column(default = now(), on_update = now())]
    pub updated_at: DateTime<Utc>,
}

/// The run of one node within an execution.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "execution_steps")]
#[index(execution_id)]
#[index(node_id)]
#[index(status)]
pub struct ExecutionStep {
    /// The step's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// The execution that it is part of.
    #[column(references(Execution::id, on_delete = cascade))]
    pub execution_id: i64,
    /// The `id` of the node in the workflow's graph.
    pub node_id: String,
    /// How far it is.
    #[column(default = StepStatus::Pending)]
    pub status: StepStatus,
    /// What the node was given.
    pub input: Option<Json<Value>>,
    /// What the node returned.
    pub output: Option<Json<Value>>,
    /// What checking the input or output found.
    pub validation: Option<Json<Value>>,
    /// Why it failed, or why the last attempt did.
    pub error: Option<String>,
    /// How many attempts have failed and were repeated.
    #[column(default = 0)]
    pub retry_count: i32,
    /// How many attempts may be repeated.
    #[column(default = 3)]
    pub max_retries: i32,
    /// When the next attempt is due.
    pub next_retry_at: Option<DateTime<Utc>>,
    /// When an engine began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended, however it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it was created.
    #[column(default = now())]
    pub created_at: DateTime<Utc>,
    /// When it was last changed; set by every update.
    #[column(default = now(), on_update = now())]
    pub updated_at: DateTime<Utc>,
}

schema! { Workflow, Execution, ExecutionStep }
