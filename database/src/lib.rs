//! The workflow engine's data in PostgreSQL: its tables as Rust types, its migrations, and a typed client.
//!
//! ```no_run
//! use antigravity_database::{desc, eq, schema::*};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let db = antigravity_database::connect_from_env().await?;
//!
//! let workflow = db
//!     .select::<Workflow>()
//!     .filter(eq(Workflow::id, 1))
//!     .with(
//!         Workflow::executions()
//!             .order_by(desc(Execution::started_at))
//!             .limit(10)
//!             .with(Execution::steps().order_by(ExecutionStep::id)),
//!     )
//!     .first()
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where to find things
//!
//! - [`mod@schema`] has the tables and enums; `cargo db generate` makes migrations of its changes.
//! - [`connect_from_env`] connects and checks that the database has this build's migrations; [`migrator`] applies them.
//! - [`Database`] begins queries and transactions; everything of [`levity`] is exported here too.
//! - [`seed`](mod@seed) creates sample data.
//! - `#[antigravity_database::test]` gives a test a migrated database of its own (feature `test`).
//!
//! | Feature | Adds |
//! |---|---|
//! | `test` | `#[antigravity_database::test]`; for dev-dependencies |

mod graph;
mod open;
pub mod schema;
pub mod seed;
#[cfg(feature = "test")]
pub mod test;

#[cfg(feature = "test")]
#[doc(inline)]
pub use levity::database_test as test;
pub use levity::*;
pub use open::{MIGRATIONS, MIGRATIONS_DIRECTORY, OpenError, PROJECT, connect, connect_from_env, migrator};
pub use schema::{
    Edge, Execution, ExecutionPatch, ExecutionStatus, ExecutionStep, ExecutionStepPatch, ExecutionStepWith,
    ExecutionWith, NewExecution, NewExecutionStep, NewWorkflow, Node, Position, StepStatus, Workflow,
    WorkflowPatch, WorkflowWith,
};
