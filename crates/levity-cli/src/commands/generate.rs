mod accept;

use std::{env, path::Path};

use levity::migrate::history::MIGRATION_FILE;
use levity_kit::{
    generate::{Generated, Written, custom, generate as plan, write},
    prove::prove,
};
use serde::Serialize;

use super::Result;
use crate::{
    activity::Activity,
    args,
    context::Context,
    exit::Exit,
    hazard::{HazardJson, describe},
    kit::{self, Head, KitError},
    lint::{self, Found},
    printer::{GREEN, YELLOW, count, note, styled},
    scratch,
};

/// The line that marks a migration that nobody has run yet.
const UNVERIFIED: &str = "Unverified: this migration was not proved on a temporary database.";

#[derive(Serialize)]
struct Json<'a> {
    /// Null when nothing was written.
    written: Option<WrittenJson<'a>>,
    changes: &'a [String],
    hazards: Vec<HazardJson>,
    /// In the migrations that were there.
    findings: &'a [Found],
}

#[derive(Serialize)]
struct WrittenJson<'a> {
    migration: &'a str,
    path: &'a Path,
    verified: bool,
}

pub(super) async fn generate(context: &Context, args: &args::Generate) -> Result<Exit> {
    let head = kit::head(context)?;
    let findings = lint::find(context, &head.history)?;
    if args.check {
        return check_only(context, &args.answers, &head, &findings);
    }
    lint::lines(&findings).iter().for_each(note);
    let next = &context.project.schema;
    let mut generated = if args.custom {
        custom(&head.schema, args.name.as_deref().unwrap_or("custom"))
    } else {
        let attempt = |hints: &_| plan(&head.schema, next, hints, args.name.as_deref());
        match kit::with_answers(context, &args.answers, attempt).await? {
            Some(generated) => generated,
            None => {
                context.printer.line("nothing to write: the schema has no changes");
                let nothing = Json { written: None, changes: &[], hazards: Vec::new(), findings: &findings };
                context.printer.json(&nothing);
                return Ok(Exit::Done);
            }
        }
    };
    accept::accept(context, &args.accept, &mut generated).await?;
    let verified = !args.unverified && !args.custom;
    if verified {
        let scratch = scratch::find_for_proof(context).await?;
        let activity = Activity::start();
        activity.reporter().now("proving the migration on a temporary database");
        let proof = prove(&scratch.config, &head.parent(), next, &generated.file).await;
        report_unknown(&proof.map_err(KitError::from)?.unknown);
    } else if args.unverified && !args.custom {
        generated.file.header.insert(0, UNVERIFIED.to_owned());
    }
    let written = write(&context.project.migrations, &generated, head.parents, chrono::Utc::now())
        .map_err(KitError::from)?;
    print(context, &generated, &written, verified, &findings);
    Ok(if is_ci() && !args.custom { Exit::Found } else { Exit::Done })
}

fn check_only(context: &Context, answers: &args::Answers, head: &Head, findings: &[Found]) -> Result<Exit> {
    // Not even on a terminal is anything asked: an open question is a change without a migration.
    let generated =
        plan(&head.schema, &context.project.schema, &kit::hints(answers), None).map_err(KitError::from)?;
    let (changes, hazards) =
        generated.map(|generated| (generated.changes, generated.hazards)).unwrap_or_default();
    let printer = &context.printer;
    let hazards = hazards.iter().map(HazardJson::from).collect();
    printer.json(&Json { written: None, changes: &changes, hazards, findings });
    for line in lint::lines(findings) {
        printer.line(line);
    }
    if changes.is_empty() {
        printer.line("the schema has no changes without a migration");
        return Ok(if findings.is_empty() { Exit::Done } else { Exit::Found });
    }
    printer
        .line(format_args!("{} of the schema without a migration:", count(changes.len() as u64, "change")));
    for change in &changes {
        printer.line(format_args!("  - {change}"));
    }
    printer.line("write the migration with `cargo db generate`, and commit it");
    Ok(Exit::Found)
}

fn print(context: &Context, generated: &Generated, written: &Written, verified: bool, findings: &[Found]) {
    let printer = &context.printer;
    let hazards = generated.hazards.iter().map(HazardJson::from).collect();
    let json = WrittenJson { migration: &written.tag, path: &written.path, verified };
    printer.json(&Json { written: Some(json), changes: &generated.changes, hazards, findings });
    for change in &generated.changes {
        printer.line(format_args!("  - {change}"));
    }
    for line in generated.hazards.iter().flat_map(describe) {
        printer.line(line);
    }
    let path = written.path.join(MIGRATION_FILE);
    let path = env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(&path);
    printer.line(format_args!("{} {}", styled(GREEN, "wrote"), path.display()));
    if verified {
        printer.line("review it, apply it with `cargo db migrate`, and commit it with the schema");
    } else {
        printer.line("it is not proved; review it, and try it with `cargo db verify` before it is committed");
    }
}

/// What is in every migrated database and in no snapshot. It is no reason not to go on.
fn report_unknown(unknown: &[String]) {
    if unknown.is_empty() {
        return;
    }
    note(styled(
        YELLOW,
        "The committed migrations make what the schema does not know, and it is left alone:",
    ));
    for line in unknown {
        note(format_args!("  - {line}"));
    }
}

/// Whether a machine asks: there, what has been written is lost, and was missing.
fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| {
        let value = value.to_string_lossy().trim().to_lowercase();
        value == "true" || value == "1"
    })
}
