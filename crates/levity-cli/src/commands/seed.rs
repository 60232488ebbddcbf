use levity::{
    Database,
    migrate::{Marker, MarkerState, read_marker},
};
use serde::Serialize;

use super::{Result, TargetJson, target_json};
use crate::{
    context::{Context, production},
    exit::Exit,
    failure::Failure,
    project::{SeedContext, Seeded},
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
    database.know_migrations(migrator);
    let reports = run(context, &database).await?;
    database.close().await;
    context.printer.json(&Json { target: target_json(&config), seeds: &reports });
    if reports.is_empty() {
        context.printer.line("this project has no seeds");
    }
    print(context, &reports);
    Ok(Exit::Done)
}

pub(super) async fn run(context: &Context, database: &Database) -> Result<Vec<Report>> {
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
        let failed = |source| Failure::Hook { what: format!("the seed `{name}`"), source };
        let seeded = result.map_err(failed)?;
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
