//! Typed tables, queries, a pool and a migration runner for PostgreSQL.

#[doc(hidden)]
pub mod __private;
mod config;
mod connect;
mod connection;
mod database;
mod error;
mod executor;
pub mod migrate;
mod pool;
pub mod query;
mod row;
pub mod schema;
pub mod sql;
mod transaction;
pub mod typed;
pub mod types;

pub use config::{Config, ConnectionParts, SslMode, Target};
pub use database::{Database, RawClient};
pub use error::Error;
pub use executor::Executor;
pub use levity_macros::{PgEnum, Table, schema};
pub use pool::PoolStatus;
pub use row::FromRow;
pub use transaction::{Isolation, Transaction, TransactionOptions};
pub use typed::*;
pub use types::Json;

// The derives name this crate from the outside, also in its own tests and examples.
extern crate self as levity;

/// SQL in the place where the builder ends: text from the source code, with values and columns for its placeholders.
///
/// `{}` takes the next argument and `{name}` the variable of that name. A value is bound as a parameter, never written
/// into the text; a column, an expression or another `sql!` becomes part of it. A literal brace is doubled.
///
/// The result, an [`Sql`], is a condition of `filter`, an expression through [`Sql::typed`], and a whole statement for
/// `db.query_as` and `db.execute`.
#[macro_export]
macro_rules! sql {
    ($($input:tt)*) => {
        $crate::__private::sql_fragments!($crate; $($input)*)
    };
}

/// The migrations of a directory, as part of the binary: `&'static [EmbeddedMigration]`, for
/// [`History::embedded`](migrate::History::embedded).
///
/// ```
/// # use levity::migrate::{History, HistoryError};
/// let history = History::embedded(levity::embed_migrations!("tests/migrations"))?;
/// # Ok::<_, HistoryError>(())
/// ```
///
/// The path is relative to the crate's `Cargo.toml`. What [`History::read`](migrate::History::read) ignores or refuses
/// is ignored or refused here as well, when the crate compiles; what is in the files is checked when the history is made.
/// The snapshots do not become part of the binary.
///
/// The crate is compiled again when one of the files changes. A *new* directory is something only Cargo can notice, so
/// the crate needs a `build.rs`:
///
/// ```
/// // build.rs
/// fn main() {
///     println!("cargo::rerun-if-changed=migrations");
/// }
/// ```
pub use levity_macros::embed_migrations;

/// Makes a test of an async function that takes a database.
///
/// The parameter's type makes the database: it has an associated function `run`, which is given the function, makes a
/// value of the type, and blocks until the function has returned. A package with a schema offers such a type, and
/// re-exports this attribute under the name `test`.
pub use levity_macros::database_test;
