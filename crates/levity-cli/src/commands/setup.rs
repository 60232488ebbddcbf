use levity::{
    Config, Database,
    migrate::{Marker, write_marker},
    sql::quote_ident,
};
use serde::Serialize;
use tokio_postgres::error::SqlState;

use super::{Result, TargetJson, migrate, seed, target_json};
use crate::{
    context::{Context, refuse_production},
    exit::Exit,
    failure::Failure,
    printer::{BOLD, count, styled},
    project::Showcase,
    tree,
};

/// The databases of a server from which another one can be created.
const MAINTENANCE: [&str; 2] = ["postgres", "template1"];

#[derive(Serialize)]
struct Json<'a> {
    target: TargetJson,
    created: bool,
    applied: Vec<String>,
    seeds: Vec<seed::Report>,
    showcase: Option<&'a Showcase>,
}

pub(super) async fn setup(context: &Context) -> Result<Exit> {
    refuse_production("setup")?;
    // Before a server is started for nothing.
    let migrator = context.migrator()?;
    let config = context.target_or_start().await?;
    let created = create_if_missing(&config).await?;
    let migrator = migrator.with_options(migrate::options(&config).await?);
    let applied: Vec<String> = (migrate::apply(context, &migrator, &config).await?.migrations)
        .iter()
        .map(ToString::to_string)
        .collect();

    let database = Database::connect(config.clone()).await?;
    database.know_migrations(migrator);
    let seeds = seed::run(context, &database).await?;
    let showcase = match &context.project.showcase {
        None => None,
        Some(showcase) => {
            let failed = |source| Failure::Hook { what: "the query to show".to_owned(), source };
            Some(showcase(&database).await.map_err(failed)?)
        }
    };
    database.close().await;

    let printer = &context.printer;
    printer.json(&Json {
        target: target_json(&config),
        created,
        applied: applied.clone(),
        seeds: seeds.clone(),
        showcase: showcase.as_ref(),
    });
    if created {
        printer.line("created the database, marked as disposable");
    }
    match applied.len() {
        0 => printer.line("migrations: up to date"),
        number => printer.line(format_args!("migrations: {} applied", count(number as u64, "migration"))),
    }
    seed::print(context, &seeds);
    if let Some(showcase) = &showcase {
        printer.line("");
        tree::draw(printer, showcase);
    }
    printer.line("");
    printer.line(styled(BOLD, "Next:"));
    for (command, what) in [
        ("cargo db psql", "look around in SQL"),
        ("cargo db status", "see which migrations the database has"),
        ("cargo db generate", "write a migration, after a change of the schema"),
        ("cargo db url --reveal", "the URL, for other programs"),
    ] {
        printer.line(format_args!("  {command:<22} {what}"));
    }
    Ok(Exit::Done)
}

/// Creates the database of the configuration and marks it as disposable; one that is there is left as it is.
async fn create_if_missing(config: &Config) -> Result<bool> {
    let config = config.direct();
    match config.connect().await {
        Ok(_) => return Ok(false),
        Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {}
        Err(error) => return Err(error.into()),
    }
    let Some(database) = config.parts().database() else { return Ok(false) };
    let failed = |advice, source| Failure::CreateDatabase { database: database.to_owned(), advice, source };
    let client = maintenance(&config).await.map_err(|error| failed("", error.into()))?;
    // template0, so that nothing is in the new database that somebody has put into template1.
    let sql = format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", quote_ident(database));
    if let Err(error) = client.batch_execute(&sql).await {
        return match error.code() {
            // Another `setup` was faster.
            Some(code) if [SqlState::DUPLICATE_DATABASE, SqlState::UNIQUE_VIOLATION].contains(code) => {
                Ok(false)
            }
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => Err(failed(
                ": `ALTER ROLE … CREATEDB` lets the role do it, or create it as another one",
                error.into(),
            )),
            _ => Err(failed("", error.into())),
        };
    }
    let mut client = config.connect().await?;
    write_marker(&mut client, Marker::Disposable).await?;
    Ok(true)
}

async fn maintenance(config: &Config) -> Result<tokio_postgres::Client, levity::Error> {
    let [first, second] = MAINTENANCE.map(|name| config.clone().database(name));
    match first.connect().await {
        Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => second.connect().await,
        other => other,
    }
}
