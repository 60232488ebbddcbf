//! A migration from the difference between the last snapshot and the schema.

mod accept;
mod header;
mod name;
mod write;

use levity::{
    migrate::file::{MigrationFile, Stage},
    schema::{InvalidSchema, Schema},
};

use crate::{
    diff::{DiffError, RenameHints, diff},
    hazard::{Hazard, hazards},
    plan::plan_with,
};

pub use write::{WriteError, Written, write};

/// A migration that is not written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// A name that says what the migration does, unless its author gave one: letters, digits and `_`.
    pub name: String,
    /// What changes, one line each.
    pub changes: Vec<String>,
    /// What the migration risks. Those that are [open](Hazard::is_open) keep it from being applied: see
    /// [`Generated::accept`].
    pub hazards: Vec<Hazard>,
    /// The text of `migration.sql`, as values.
    pub file: MigrationFile,
    /// The schema after it.
    pub schema: Schema,
}

/// Why no migration could be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The schema contradicts itself.
    #[error(transparent)]
    Schema(#[from] InvalidSchema),
    /// The difference could not be turned into a plan.
    #[error(transparent)]
    Diff(#[from] DiffError),
}

/// The migration from the previous schema (that of the last snapshot; empty for the first migration) to the next one,
/// or nothing when they are the same. Pure: no file and no server is touched.
pub fn generate(
    previous: &Schema,
    next: &Schema,
    hints: &RenameHints,
    name: Option<&str>,
) -> Result<Option<Generated>, GenerateError> {
    next.validate()?;
    let steps = diff(previous, next, hints)?;
    if steps.is_empty() {
        return Ok(None);
    }
    let first = previous.tables.is_empty() && previous.enum_types.is_empty() && previous.views.is_empty();
    let name = match name {
        Some(name) => name::slug(name),
        None if first => "init".to_owned(),
        None => name::of_steps(&steps),
    };
    let hazards = hazards(&steps);
    let changes: Vec<String> = steps.iter().map(ToString::to_string).collect();
    let stages = plan_with(&steps, &hazards);
    let header = header::lines(&changes, &hazards, &stages);
    let file = MigrationFile { header, stages };
    Ok(Some(Generated { name, changes, hazards, file, schema: next.clone() }))
}

/// A migration for SQL that a person writes: the schema stays as it is.
pub fn custom(schema: &Schema, name: &str) -> Generated {
    let statement = "\
-- Write the statements here, and a line `--> statement-breakpoint` between two of them.
-- Write them so that they can run again (`CREATE OR REPLACE`, `IF NOT EXISTS`): `nuke` drops only what the schema knows.";
    Generated {
        name: name::slug(name),
        changes: Vec::new(),
        hazards: Vec::new(),
        file: MigrationFile {
            header: vec!["Custom migration.".to_owned()],
            stages: vec![Stage { statements: vec![statement.to_owned()], ..Stage::default() }],
        },
        schema: schema.clone(),
    }
}

/// What a migration would have to change, one line each; nothing when the last snapshot is current. Pure, like
/// [`generate`].
pub fn check(previous: &Schema, next: &Schema, hints: &RenameHints) -> Result<Vec<String>, GenerateError> {
    Ok(generate(previous, next, hints, None)?.map_or_else(Vec::new, |generated| generated.changes))
}
