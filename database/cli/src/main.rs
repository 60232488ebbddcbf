//! The `db` command of the workflow engine's database: `cargo db --help`.

mod showcase;

use std::process::ExitCode;

use antigravity_database::{
    Database, Error, MIGRATIONS_DIRECTORY, PROJECT, schema,
    seed::{Environment, seed},
};
use levity_cli::{Project, SeedContext, Seeded};

fn main() -> ExitCode {
    let project = Project::new(PROJECT, schema::schema(), MIGRATIONS_DIRECTORY);
    levity_cli::main(project.seed("sample workflows", samples).showcase(showcase::showcase))
}

// A seed of your own is a function like this one, and one more `.seed("name", function)` above.
async fn samples(db: &Database, context: SeedContext) -> Result<Seeded, Error> {
    let environment = if context.production { Environment::Production } else { Environment::Development };
    let done = seed(db, environment).await?;
    Ok(Seeded {
        created: done.workflows + done.executions + done.steps,
        unchanged: done.unchanged,
        skipped: done.skipped,
        ..Seeded::default()
    })
}
