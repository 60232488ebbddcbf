use levity::migrate::Status;
use levity_kit::{diff::RenameHints, generate::check};
use serde::Serialize;

use super::{Result, TargetJson, target_json};
use crate::{
    context::Context,
    exit::Exit,
    kit,
    printer::{DIM, GREEN, RED, YELLOW, count, styled},
};

#[derive(Serialize)]
struct Json {
    target: TargetJson,
    state: State,
    applied: Vec<AppliedJson>,
    pending: Vec<PendingJson>,
    /// Changes of the schema that no migration has.
    changes: Vec<String>,
    problems: Vec<String>,
}

/// Of the states that a database is in, the last.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// The database has all migrations, and they have all of the schema.
    Current,
    /// The schema has changes without a migration.
    Changed,
    /// Migrations are to be applied.
    Pending,
    /// The history and the database do not fit together.
    Problem,
}

#[derive(Serialize)]
struct AppliedJson {
    migration: String,
    applied_at: String,
    milliseconds: u128,
    applied_by: String,
}

#[derive(Serialize)]
struct PendingJson {
    migration: String,
    stages: usize,
    applied_stages: usize,
    started: bool,
}

pub(super) async fn status(context: &Context) -> Result<Exit> {
    let migrator = context.migrator()?;
    let config = context.target().await?;
    let status = migrator.status(&config).await?;
    let changes = changes(context);
    let json = json(&status, changes, target_json(&config));
    context.printer.json(&json);
    print(context, &json);
    Ok(match json.state {
        State::Current => Exit::Done,
        State::Changed | State::Pending => Exit::Found,
        State::Problem => Exit::Failed,
    })
}

/// What `generate` would have to write. A history with two heads is among the problems already.
fn changes(context: &Context) -> Vec<String> {
    let Ok(head) = kit::head(context) else { return Vec::new() };
    match check(&head.schema, &context.project.schema, &RenameHints::default()) {
        Ok(changes) => changes,
        Err(error) => vec![error.to_string()],
    }
}

fn json(status: &Status, changes: Vec<String>, target: TargetJson) -> Json {
    let applied = status.applied.iter().map(|applied| AppliedJson {
        migration: applied.tag.to_string(),
        applied_at: applied.applied_at.to_string(),
        milliseconds: applied.duration.as_millis(),
        applied_by: applied.applied_by.clone(),
    });
    let pending = status.pending.iter().map(|pending| PendingJson {
        migration: pending.tag.to_string(),
        stages: pending.stages,
        applied_stages: pending.applied_stages,
        started: pending.started,
    });
    let state = match (status.problems.is_empty(), status.pending.is_empty(), changes.is_empty()) {
        (false, _, _) => State::Problem,
        (true, false, _) => State::Pending,
        (true, true, false) => State::Changed,
        (true, true, true) => State::Current,
    };
    Json {
        target,
        state,
        applied: applied.collect(),
        pending: pending.collect(),
        changes,
        problems: status.problems.iter().map(ToString::to_string).collect(),
    }
}

fn print(context: &Context, status: &Json) {
    let printer = &context.printer;
    for applied in &status.applied {
        let when = styled(
            DIM,
            format_args!("{} by {}, {} ms", applied.applied_at, applied.applied_by, applied.milliseconds),
        );
        printer.line(format_args!("{}  {}  {when}", styled(GREEN, "applied"), applied.migration));
    }
    for pending in &status.pending {
        let part = match (pending.applied_stages, pending.started) {
            (0, false) => String::new(),
            (done, false) => format!("  {done} of {} stages are applied", pending.stages),
            (done, true) => {
                format!("  stage {} of {} is running, or was interrupted", done + 1, pending.stages)
            }
        };
        printer.line(format_args!("{}  {}{part}", styled(YELLOW, "pending"), pending.migration));
    }
    for problem in &status.problems {
        printer.line(format_args!("{}  {problem}", styled(RED, "problem")));
    }
    if !status.changes.is_empty() {
        let number = count(status.changes.len() as u64, "change");
        printer.line(format_args!("{}   {number} without a migration", styled(YELLOW, "schema")));
        for change in &status.changes {
            printer.line(format_args!("  - {change}"));
        }
    }
    match (status.pending.len() as u64, status.problems.is_empty(), status.changes.is_empty()) {
        (_, false, _) => {}
        (0, true, true) => printer.line("the database has all migrations, and the schema has no changes"),
        (0, true, false) => printer.line("write the migration with `cargo db generate`"),
        (number, true, _) => {
            printer
                .line(format_args!("{} pending: apply with `cargo db migrate`", count(number, "migration")));
        }
    }
}
