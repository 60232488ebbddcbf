use levity::{
    Config, Database,
    migrate::{Marker, MarkerState, Migrator, read_marker},
};
use serde::Serialize;
use tokio_postgres::error::SqlState;

use super::{Result, TargetJson, target_json};
use crate::{
    context::{Context, production},
    exit::Exit,
    failure::Failure,
    project::{BoxError, SeedContext, Seeded},
};

/// What a seed has done.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Report {
    name: &'static str,
    #[serde(flatten)]
    seeded: Seeded,
}

#[derive(Serialize)]
struct Json<'a> {
    target: TargetJson,
    seeds: &'a [Report],
}

pub(super) async fn seed(context: &Context) -> Result<Exit> {
    let migrator = context.migrator()?;
    let config = context.target().await?;
    let database = Database::connect(config.clone()).await?;
    let reports = run(context, &migrator, &database).await?;
    database.close().await;
    context.printer.json(&Json { target: target_json(&config), seeds: &reports });
    if reports.is_empty() {
        context.printer.line("this project has no seeds");
    }
    print(context, &reports);
    Ok(Exit::Done)
}

pub(super) async fn run(context: &Context, migrator: &Migrator, database: &Database) -> Result<Vec<Report>> {
    let client = database.client().await?;
    let marked = read_marker(&*client).await?;
    drop(client);
    let is_production =
        matches!(marked, MarkerState::Marked(Marker::Production) | MarkerState::Foreign(Marker::Production));
    let seed_context = SeedContext::new(is_production || production().is_some());
    let mut reports = Vec::new();
    for seed in &context.project.seeds {
        let name = seed.name;
        let result = (seed.run)(database, seed_context).await;
        let what = || format!("the seed `{name}`");
        let seeded = explained(migrator, database.config(), what, result).await?;
        reports.push(Report { name, seeded });
    }
    Ok(reports)
}

pub(super) fn print(context: &Context, reports: &[Report]) {
    for Report { name, seeded } in reports {
        let counts = [
            (seeded.created, "created"),
            (seeded.updated, "updated"),
            (seeded.unchanged, "unchanged"),
            (seeded.skipped, "skipped"),
        ];
        let counts: Vec<_> = counts
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        let counts = if counts.is_empty() { "nothing to do".to_owned() } else { counts.join(", ") };
        context.printer.line(format_args!("seed `{name}`: {counts}"));
    }
}

/// Adds to a failure which migrations are pending, when it is for want of a table, column or type, and some are.
pub(super) async fn explained<T>(
    migrator: &Migrator,
    config: &Config,
    what: impl FnOnce() -> String,
    result: Result<T, BoxError>,
) -> Result<T> {
    let source = match result {
        Ok(value) => return Ok(value),
        Err(source) => source,
    };
    let mut tags = Vec::new();
    if is_missing_object(&source)
        && let Ok(status) = migrator.status(config).await
    {
        tags.extend(status.pending.into_iter().map(|pending| pending.tag));
    }
    Err(Failure::Hook { what: what(), tags, source })
}

fn is_missing_object(error: &BoxError) -> bool {
    let code = error
        .downcast_ref::<levity::Error>()
        .and_then(levity::Error::code)
        .or_else(|| error.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::code));
    let codes = [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN, SqlState::UNDEFINED_OBJECT];
    code.is_some_and(|code| codes.contains(code))
}
