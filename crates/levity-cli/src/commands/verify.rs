use levity_kit::prove::{Drift, verify as prove};
use serde::Serialize;

use super::Result;
use crate::{
    activity::Activity,
    context::Context,
    exit::Exit,
    kit::{self, KitError},
    lint::{self, Found},
    others,
    printer::{GREEN, Printer, RED, YELLOW, count, styled},
    scratch,
};

#[derive(Serialize)]
struct Json<'a> {
    migrations: usize,
    /// What the last snapshot has, and the migrations do not make.
    missing: &'a [String],
    /// What the migrations make, and the last snapshot does not know although it could.
    unknown: &'a [String],
    /// What the migrations make, and no snapshot can hold.
    beyond: Vec<String>,
    findings: &'a [Found],
}

pub(super) async fn verify(context: &Context) -> Result<Exit> {
    let head = kit::head(context)?;
    let findings = lint::find(context, &head.history)?;
    let drift = {
        let scratch = scratch::find_for_proof(context).await?;
        let activity = Activity::start();
        activity.reporter().now("applying the migrations to a temporary database");
        prove(&scratch.config, &head.parent()).await.map_err(KitError::from)?
    };
    let migrations = head.history.migrations().len();
    print(&context.printer, migrations, &drift, &findings);
    let is_fine = drift.missing.is_empty() && findings.is_empty();
    Ok(if is_fine { Exit::Done } else { Exit::Found })
}

fn print(printer: &Printer, migrations: usize, drift: &Drift, findings: &[Found]) {
    let Drift { missing, unknown, beyond, .. } = drift;
    let beyond = others::names(beyond);
    for line in lint::lines(findings) {
        printer.line(line);
    }
    let list = |heading: String, objects: &[String], advice: &str| {
        if objects.is_empty() {
            return;
        }
        printer.line(heading);
        for object in objects {
            printer.line(format_args!("  - {object}"));
        }
        printer.line(advice);
    };
    list(
        styled(RED, "The last snapshot has what the migrations do not make, or make in another form:"),
        missing,
        "make it with a custom migration, or, where no database has it yet, correct the SQL that was edited",
    );
    list(
        styled(YELLOW, "The migrations make what the last snapshot does not know:"),
        unknown,
        "where it is meant to be, it stays, and the next migrations leave it alone; else drop it in a custom migration",
    );
    list(
        "Made by custom SQL, and beyond what a schema in Rust holds:".to_owned(),
        &beyond,
        "the next migrations leave it alone",
    );
    if missing.is_empty() {
        let proved = format!("{}, and the last snapshot agrees", count(migrations as u64, "migration"));
        printer.line(format_args!("{}: {proved}", styled(GREEN, "proved")));
    }
    printer.json(&Json { migrations, missing, unknown, beyond, findings });
}
