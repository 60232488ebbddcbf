//! Typed tables, queries, a pool and a migration runner for PostgreSQL.

mod error;
mod executor;
pub mod migrate;
pub mod schema;
pub mod sql;

pub use error::Error;
pub use executor::Executor;
