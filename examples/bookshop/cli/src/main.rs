//! The `db` command of the bookshop: `cargo db --help`.

use std::process::ExitCode;

use bookshop::{MIGRATIONS_DIRECTORY, PROJECT, schema, seed::seed};
use levity::{Database, Error};
use levity_cli::{Project, SeedContext, Seeded};

fn main() -> ExitCode {
    let project = Project::new(PROJECT, schema::schema(), MIGRATIONS_DIRECTORY);
    levity_cli::main(project.seed("sample shop", samples))
}

async fn samples(db: &Database, _: SeedContext) -> Result<Seeded, Error> {
    let done = seed(db).await?;
    Ok(Seeded { created: done.created, unchanged: done.unchanged, ..Seeded::default() })
}
