//! Generates PostgreSQL migrations from a [levity schema](levity::schema::Schema): the difference to the last snapshot,
//! as SQL that keeps a busy database working, proved on a real server before it is written.
//!
//! ```
//! use levity::schema::{Column, Schema, SqlType, Table};
//! use levity_kit::{diff::RenameHints, generate::generate};
//!
//! let mut previous = Schema::default();
//! previous.tables.push(Table { columns: vec![Column::new("id", SqlType::BigInt)], ..Table::new("notes") });
//! let mut next = previous.clone();
//! next.tables[0].columns.push(Column { nullable: true, ..Column::new("body", SqlType::Text) });
//!
//! let migration = generate(&previous, &next, &RenameHints::default(), None)?.expect("a column is new");
//! assert_eq!(migration.name, "add_body_to_notes");
//! assert_eq!(migration.file.stages[0].statements, [r#"ALTER TABLE "notes" ADD COLUMN "body" text;"#]);
//! # Ok::<(), levity_kit::generate::GenerateError>(())
//! ```
//!
//! # Where to find things
//!
//! One direction of data; only the two ends touch files or a server:
//!
//! | Step | Module |
//! |---|---|
//! | the last migration's schema, from its file | [`snapshot`] |
//! | two schemas to ordered [steps](step::Step) | [`diff`] |
//! | steps to what they risk | [`hazard`] |
//! | steps to the stages of a migration file | [`plan`] |
//! | all of that, and the file on disk | [`generate`] |
//! | a database's catalog to a schema | [`introspect`] |
//! | the referee: apply it, introspect, compare | [`prove`] |
//! | SQL that a person wrote to what it risks | [`lint`] |
//! | a plan for a database without migrations | [`push`] |

pub mod diff;
pub mod generate;
pub mod hazard;
pub mod introspect;
pub mod lint;
pub mod plan;
pub mod prove;
pub mod push;
mod render;
mod scratch;
pub mod snapshot;
pub mod step;
mod words;

pub use scratch::ScratchError;
