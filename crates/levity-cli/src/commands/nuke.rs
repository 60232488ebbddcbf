use levity::migrate::{forget, read_marker};
use levity_kit::introspect::introspect;
use serde::Serialize;
use tokio_postgres::{
    Client, Transaction,
    error::{DbError, SqlState},
};

use super::{
    Result, TargetJson, migrate,
    reset::{LOCK_TIMEOUT, show},
    target_json,
};
use crate::{
    args,
    context::{Context, refuse_production},
    exit::Exit,
    failure::Failure,
    guard,
    kit::KitError,
    others,
    owned::{Owned, OwnedView, TableRows},
    printer::count,
    prompt,
};

const COMMAND: &str = "nuke";

const LEFT_ALONE: &str = "as custom SQL, `push` or somebody's hand made them (drop those yourself that a migration is to make again)";

#[derive(Serialize)]
struct Json {
    target: TargetJson,
    dropped: Vec<TableRows>,
    forgotten_stages: u64,
    left_alone: Vec<String>,
}

pub(super) async fn nuke(context: &Context, args: &args::Confirm) -> Result<Exit> {
    refuse_production(COMMAND)?;
    let migrator = context.migrator()?;
    let config = context.target().await?;
    guard::words(COMMAND, &config)?;
    let mut client = config.direct().connect().await?;
    guard::disposable(COMMAND, read_marker(&client).await?)?;

    let owned = Owned::find(context, &migrator, &client).await?;
    // The server knows best what depends on what: everything is dropped, and taken back.
    let rehearsal = begin(&mut client).await?;
    drop_all(&rehearsal, &owned).await?;
    rehearsal.rollback().await.map_err(failed)?;

    let rows = owned.rows(&client).await?;
    if !owned.is_empty() {
        show("These tables will be dropped, with their rows:", &rows);
        if !args.yes {
            prompt::confirm_name(context, config.parts().database().unwrap_or_default()).await?;
        }
    }
    migrate::wait_for_others(&client, migrator.project()).await?;
    if Owned::find(context, &migrator, &client).await? != owned {
        return Err(Failure::Changed);
    }
    let transaction = begin(&mut client).await?;
    guard::disposable(COMMAND, read_marker(&transaction).await?)?;
    drop_all(&transaction, &owned).await?;
    let forgotten_stages = forget(&transaction, migrator.project()).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;

    let namespaces = others::namespaces([&context.project.schema]);
    let left_alone = others::all(&introspect(&client, &namespaces).await.map_err(KitError::from)?);
    others::report(&left_alone, LEFT_ALONE);
    if owned.is_empty() && forgotten_stages == 0 {
        context.printer.line("nothing to drop: the database has nothing of this project");
    } else {
        let tables = count(owned.tables.len() as u64, "table");
        let types = count(owned.types.len() as u64, "type");
        let some = |objects: usize, noun| match objects as u64 {
            0 => String::new(),
            objects => format!(", {}", count(objects, noun)),
        };
        let views = some(owned.views.len(), "view");
        let sequences = some(owned.sequences.len(), "sequence");
        context
            .printer
            .line(format_args!("dropped {tables}{views}, {types}{sequences} and the history of migrations"));
    }
    context.printer.json(&Json { target: target_json(&config), dropped: rows, forgotten_stages, left_alone });
    Ok(Exit::Done)
}

async fn begin(client: &mut Client) -> Result<Transaction<'_>> {
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.batch_execute(LOCK_TIMEOUT).await.map_err(failed)?;
    Ok(transaction)
}

/// Drops what is owned, and nothing that depends on it.
async fn drop_all(transaction: &Transaction<'_>, owned: &Owned) -> Result<()> {
    let dependents = owned.dependents(transaction).await?;
    if !dependents.is_empty() {
        return Err(Failure::Dependents { command: COMMAND, dependents });
    }
    let mut statements: Vec<String> = owned.views.iter().map(OwnedView::drop_statement).collect();
    if !owned.tables.is_empty() {
        statements.push(format!("DROP TABLE {} RESTRICT", owned.table_list()));
    }
    // In one statement, as domains can be made of enum types and of each other.
    if !owned.types.is_empty() {
        statements.push(format!("DROP TYPE {} RESTRICT", owned.type_list()));
    }
    // The defaults of domains can ask them. Those that belong to columns are gone with their tables.
    if !owned.sequences.is_empty() {
        statements.push(format!("DROP SEQUENCE IF EXISTS {} RESTRICT", owned.sequence_list()));
    }
    for statement in &statements {
        transaction.batch_execute(statement).await.map_err(dependents_of)?;
    }
    Ok(())
}

/// The server lists what still depends on an object, one a line.
fn dependents_of(error: tokio_postgres::Error) -> Failure {
    let dependents: Vec<String> = match error.as_db_error() {
        Some(answer) if *answer.code() == SqlState::DEPENDENT_OBJECTS_STILL_EXIST => {
            DbError::detail(answer).unwrap_or_default().lines().map(str::to_owned).collect()
        }
        _ => return failed(error),
    };
    Failure::Dependents { command: COMMAND, dependents }
}

fn failed(source: tokio_postgres::Error) -> Failure {
    Failure::Query { attempt: "drop what the migrations have created", source }
}
