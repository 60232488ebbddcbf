use levity::{migrate::read_marker, sql::quote_name};
use serde::Serialize;
use tokio_postgres::Client;

use super::{Result, TargetJson, migrate, target_json};
use crate::{
    args,
    context::{Context, refuse_production},
    exit::Exit,
    failure::Failure,
    guard,
    owned::{Owned, OwnedView, TableRows},
    printer::{count, note},
    prompt,
};

const COMMAND: &str = "reset";

/// How long a table that is in use is waited for.
pub(super) const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '10s'";

#[derive(Serialize)]
struct Json {
    target: TargetJson,
    deleted: Vec<TableRows>,
}

pub(super) async fn reset(context: &Context, args: &args::Confirm) -> Result<Exit> {
    refuse_production(COMMAND)?;
    let migrator = context.migrator()?;
    let config = context.target().await?;
    let mut client = config.direct().connect().await?;
    guard::disposable(COMMAND, read_marker(&client).await?)?;

    let owned = Owned::find(context, &migrator, &client).await?;
    let dependents = owned.dependents(&client).await?;
    if !dependents.is_empty() {
        return Err(Failure::Dependents { command: COMMAND, dependents });
    }
    let rows = owned.rows(&client).await?;
    if owned.tables.is_empty() {
        context.printer.line("nothing to delete: the database has no table of this project");
    } else {
        show("All rows of these tables will be deleted:", &rows);
        if !args.yes {
            prompt::confirm_name(context, config.parts().database().unwrap_or_default()).await?;
        }
        migrate::wait_for_others(&client, migrator.project()).await?;
        if Owned::find(context, &migrator, &client).await? != owned {
            return Err(Failure::Changed);
        }
        truncate(&mut client, &owned).await?;
        context.printer.line(format_args!("deleted the rows of {}", count(rows.len() as u64, "table")));
    }
    context.printer.json(&Json { target: target_json(&config), deleted: rows });
    Ok(Exit::Done)
}

/// What will be lost, before it is.
pub(super) fn show(heading: &str, rows: &[TableRows]) {
    note(heading);
    for TableRows { table, rows } in rows {
        note(format_args!("  {table}: {}", count(*rows, "row")));
    }
}

async fn truncate(client: &mut Client, owned: &Owned) -> Result<()> {
    let failed = |source| Failure::Query { attempt: "delete the rows", source };
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.batch_execute(LOCK_TIMEOUT).await.map_err(failed)?;
    guard::disposable(COMMAND, read_marker(&transaction).await?)?;
    // Without CASCADE: a foreign key that somebody has added meanwhile stops it.
    let sql = format!("TRUNCATE {} RESTART IDENTITY RESTRICT", owned.table_list());
    transaction.batch_execute(&sql).await.map_err(failed)?;
    for sequence in &owned.sequences {
        let sql = format!("ALTER SEQUENCE {} RESTART", quote_name(sequence));
        transaction.batch_execute(&sql).await.map_err(failed)?;
    }
    // What was computed from the rows goes with them; a view comes after the ones that it reads.
    for refresh in owned.views.iter().rev().filter_map(OwnedView::refresh_statement) {
        transaction.batch_execute(&refresh).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}
