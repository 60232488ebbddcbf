//! Typed tables, queries, a pool and a migration runner for PostgreSQL.

mod config;
mod connect;
mod error;
mod executor;
pub mod migrate;
pub mod schema;
pub mod sql;

pub use config::{Config, ConnectionParts, SslMode, Target};
pub use error::Error;
pub use executor::Executor;
