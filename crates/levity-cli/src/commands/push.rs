mod apply;
mod foreign;
mod loss;

use levity::{
    migrate::{Marker, MarkerState, read_marker},
    schema::Schema,
};
use levity_kit::{
    diff::diff,
    introspect::introspect,
    plan::plan,
    prove::build_and_introspect,
    push::{Owned, owned as split},
};
use serde::Serialize;

use super::{Result, TargetJson, migrate, target_json};
use crate::{
    activity::Activity,
    args,
    context::{Context, refuse_production},
    exit::Exit,
    failure::Failure,
    guard::Refusal,
    interrupt,
    kit::{self, KitError},
    others, owned,
    printer::{RED, count, note, styled},
    prompt, scratch,
};
use foreign::Foreign;
use loss::Loss;

const COMMAND: &str = "push";

const AFTERWARDS: &str = "a migration of these changes will not apply to this database, which has them already (42701, 42P07, 42710); before \
     it, drop the tables and types that only `push` has made, and run `cargo db nuke`";

#[derive(Serialize)]
struct Json {
    target: TargetJson,
    changes: Vec<String>,
    losses: Vec<Loss>,
    left_alone: Vec<String>,
}

pub(super) async fn push(context: &Context, args: &args::Push) -> Result<Exit> {
    refuse_production(COMMAND)?;
    let next = &context.project.schema;
    let head = kit::head(context)?;
    let config = context.target().await?;
    let (session, name) = interrupt::named(&config);
    let client = session.connect().await?;
    if read_marker(&client).await? == MarkerState::Marked(Marker::Production) {
        return Err(Refusal::MarkedProduction { command: COMMAND }.into());
    }
    let recorded = owned::recorded(context, &client).await?;
    let known: Vec<&Schema> = [next, &head.schema].into_iter().chain(&recorded).collect();

    let (wanted, found) = {
        let scratch = scratch::find(context).await?;
        let activity = Activity::start();
        activity.reporter().now("comparing the database with the schema");
        let namespaces = others::namespaces(known.iter().copied());
        let parent = head.parent();
        let (wanted, found) = tokio::join!(
            build_and_introspect(&scratch.config, &parent, next),
            introspect(&client, &namespaces)
        );
        (wanted.map_err(KitError::from)?.schema, found.map_err(KitError::from)?)
    };
    let Owned { mut schema, others: mut left_alone } = split(&found.schema, &known);
    let foreign = Foreign::take(&mut schema, &known, &args.answers);
    let attempt = |hints: &_| Ok(diff(&schema, &wanted, hints)?);
    let steps = kit::with_answers(context, &args.answers, attempt).await?;
    let losses = loss::find(&client, &steps, &foreign).await?;
    let changes: Vec<String> = steps.iter().map(ToString::to_string).collect();

    left_alone.extend(foreign.left_alone(&steps));
    let left_alone = others::names(&left_alone);
    show(&changes, &losses);
    others::report(&left_alone, "as neither the schema nor a snapshot of the migrations has them");
    if !losses.is_empty() && !args.yes {
        prompt::confirm(context, "Delete that?").await?;
    }
    migrate::wait_for_others(&client, context.project.name).await?;
    if loss::find(&client, &steps, &foreign).await? != losses {
        return Err(Failure::Changed);
    }
    context.on_interrupt(interrupt::end_sessions(session, name));
    apply::apply(&client, &plan(&steps)).await?;

    if changes.is_empty() {
        context.printer.line("nothing to change: the database is as the schema says");
    } else {
        context.printer.line(format_args!("applied {}", count(changes.len() as u64, "change")));
        context.printer.line(AFTERWARDS);
    }
    context.printer.json(&Json { target: target_json(&config), changes, losses, left_alone });
    Ok(Exit::Done)
}

fn show(changes: &[String], losses: &[Loss]) {
    if !changes.is_empty() {
        note("Plan:");
    }
    for change in changes {
        note(format_args!("  - {change}"));
    }
    if !losses.is_empty() {
        note(styled(RED, "This will be gone:"));
    }
    for loss in losses {
        note(format_args!("  - {loss}"));
    }
}
