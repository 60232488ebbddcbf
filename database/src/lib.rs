//! The workflow engine's data in PostgreSQL.

mod graph;
pub mod schema;
pub mod seed;

pub use levity::*;
pub use schema::{
    Edge, Execution, ExecutionPatch, ExecutionStatus, ExecutionStep, ExecutionStepPatch, ExecutionStepWith,
    ExecutionWith, NewExecution, NewExecutionStep, NewWorkflow, Node, StepStatus, Workflow, WorkflowPatch,
    WorkflowWith,
};
