use std::{collections::BTreeSet, env, fmt::Write as _};

use levity::{
    Config,
    migrate::{
        Applied, Backend, Marker, MarkerState, MigrateOptions, Migrator, PlannedStage, Progress, lock,
        read_marker,
    },
};
use serde::Serialize;
use tokio_postgres::Client;

use super::{Result, TargetJson, target_json};
use crate::{
    activity::{Activity, Reporter},
    args,
    context::Context,
    exit::Exit,
    guard::production_variable,
    interrupt,
    printer::{DIM, note, styled},
};

#[derive(Serialize)]
struct Json {
    target: TargetJson,
    applied: Vec<String>,
    stages: usize,
}

#[derive(Serialize)]
struct PlanJson<'a> {
    target: TargetJson,
    plan: Vec<StageJson<'a>>,
}

#[derive(Serialize)]
struct StageJson<'a> {
    migration: &'a str,
    stage: usize,
    stages: usize,
    transaction: bool,
    hazards: &'a [String],
    acknowledged: &'a [String],
    reason: Option<&'a str>,
    statements: Vec<&'a str>,
}

pub(super) async fn migrate(context: &Context, args: args::Migrate) -> Result<Exit> {
    let migrator = context.migrator()?;
    let config = context.target().await?;
    let migrator = migrator.with_options(MigrateOptions { role: args.role, ..options(&config).await? });
    if args.dry_run {
        return dry_run(context, &migrator, &config).await;
    }
    let applied = apply(context, &migrator, &config).await?;
    let tags: Vec<_> = applied.migrations.iter().map(ToString::to_string).collect();
    for tag in &tags {
        context.printer.line(format_args!("applied {tag}"));
    }
    warn_of_production(&migrator, &applied);
    if tags.is_empty() {
        context.printer.line("nothing to apply: the database has all migrations");
    }
    context.printer.json(&Json { target: target_json(&config), applied: tags, stages: applied.stages });
    Ok(Exit::Done)
}

/// Applies what is pending, and shows meanwhile what is going on.
pub(super) async fn apply(context: &Context, migrator: &Migrator, config: &Config) -> Result<Applied> {
    let activity = Activity::start();
    let reporter = activity.reporter();
    let json = context.printer.is_json();
    let mut show = |progress: Progress| {
        if !json {
            report(&reporter, &progress);
        }
    };
    let (config, name) = interrupt::named(config);
    context.on_interrupt(interrupt::end_sessions(config.clone(), name));
    Ok(migrator.run(&config, &mut show).await?)
}

/// Takes the lock of `migrate`, for as long as the connection is open, or until it is given back.
pub(super) async fn wait_for_others(client: &Client, project: &str) -> Result<()> {
    let activity = Activity::start();
    let reporter = activity.reporter();
    let wait = MigrateOptions::default().wait;
    Ok(lock(client, project, wait, &mut |progress| report(&reporter, &progress)).await?)
}

fn report(reporter: &Reporter, progress: &Progress) {
    let held = |by: &[Backend]| by.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match progress {
        Progress::WaitingForRunner { holder: Some(holder) } => {
            reporter.now(format!("waiting for another `migrate`: {holder}"));
        }
        Progress::WaitingForRunner { holder: None } => reporter.now("waiting for another `migrate`"),
        Progress::Started { stage } => reporter.now(format!("applying {stage}")),
        Progress::Blocked { stage, by } => reporter.now(format!("{stage} waits for {}", held(by))),
        Progress::BuildingIndex { stage, phase, done, total } if *total > 0 => {
            reporter.now(format!("{stage}: {phase}, {} %", done * 100 / total));
        }
        Progress::BuildingIndex { stage, phase, .. } => reporter.now(format!("{stage}: {phase}")),
        Progress::OnPartition { stage, statement, .. } => reporter.now(format!("{stage}: {statement}")),
        Progress::Retrying { stage, attempt, pause, blocked_by } => {
            let mut text = format!("{stage} did not get its locks in attempt {attempt}");
            if !blocked_by.is_empty() {
                let _ = write!(text, ", held by {}", held(blocked_by));
            }
            reporter.done(format!("{text}; again in {pause:?}"));
        }
        Progress::DroppingInvalidIndex { stage, index } => {
            reporter.done(format!(
                "{stage}: dropping the invalid index {index} that an interrupted run has left"
            ));
        }
        Progress::FoundIndex { stage, index } => {
            reporter.done(format!("{stage}: the index {index} of an interrupted run is complete"));
        }
        Progress::Applied { .. } => {}
        other => reporter.now(format!("{other:?}")),
    }
}

/// What the commands ask of the runner. Where neither the environment nor the database's mark says that this is
/// production, hazards that nobody has acknowledged do not matter.
pub(super) async fn options(config: &Config) -> Result<MigrateOptions> {
    let is_production = production_variable(|name| env::var_os(name)).is_some() || {
        let client = config.direct().connect().await?;
        read_marker(&client).await? == MarkerState::Marked(Marker::Production)
    };
    Ok(MigrateOptions { allow_unacknowledged: !is_production, ..MigrateOptions::default() })
}

/// Says which of the migrations that were applied would be refused where the database matters.
fn warn_of_production(migrator: &Migrator, applied: &Applied) {
    for migration in
        migrator.history().migrations().iter().filter(|one| applied.migrations.contains(&one.tag))
    {
        let stages = migration.file.stages.iter();
        let hazards: BTreeSet<&str> = stages.flat_map(|stage| stage.options.unacknowledged()).collect();
        if !hazards.is_empty() {
            let hazards = hazards.into_iter().collect::<Vec<_>>().join(", ");
            note(format_args!(
                "{}: nobody has acknowledged {hazards}, so it is refused in production",
                migration.tag
            ));
        }
    }
}

async fn dry_run(context: &Context, migrator: &Migrator, config: &Config) -> Result<Exit> {
    let plan = migrator.dry_run(config).await?;
    let printer = &context.printer;
    printer.json(&PlanJson { target: target_json(config), plan: plan.iter().map(stage_json).collect() });
    if plan.is_empty() {
        printer.line("nothing to apply: the database has all migrations");
    }
    for stage in &plan {
        let outside = if stage.options.transaction { "" } else { ", outside a transaction" };
        let hazards: Vec<&str> = stage.options.hazards.iter().map(String::as_str).collect();
        let hazards =
            if hazards.is_empty() { String::new() } else { format!(", hazards: {}", hazards.join(", ")) };
        let heading =
            format!("-- {}, stage {} of {}{outside}{hazards}", stage.tag, stage.number, stage.stages);
        printer.line(styled(DIM, heading));
        for statement in &stage.statements {
            printer.line(&statement.sql);
        }
        printer.line("");
    }
    Ok(Exit::Done)
}

fn stage_json(stage: &PlannedStage) -> StageJson<'_> {
    StageJson {
        migration: stage.tag.as_str(),
        stage: stage.number,
        stages: stage.stages,
        transaction: stage.options.transaction,
        hazards: &stage.options.hazards,
        acknowledged: &stage.options.acknowledged,
        reason: stage.options.reason.as_deref(),
        statements: stage.statements.iter().map(|statement| statement.sql.as_str()).collect(),
    }
}
