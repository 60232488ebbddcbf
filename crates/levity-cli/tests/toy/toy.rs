//! The project that the tests run. `TOY` says what has become of its schema.

#[path = "schema.rs"]
mod schema;

use std::{env, process::ExitCode};

use levity::{Database, Error, eq, schema::Schema, sql};
use levity_cli::{Node, Project, SeedContext, Seeded, Showcase, Tone};
use schema::{NewProject, NewTask, Project as Row, Task};

fn main() -> ExitCode {
    let project = Project::new("toy", schema(), "migrations").seed("tasks", seed).showcase(showcase);
    // What the project would say in its source.
    let postgres = env::var("TOY_POSTGRES").ok().map(|major| major.parse().unwrap());
    levity_cli::main(match postgres {
        Some(major) => project.postgres(major),
        None => project,
    })
}

/// The schema, with the change that the test wants to see.
fn schema() -> Schema {
    let mut schema = schema::schema();
    match env::var("TOY").unwrap_or_default().as_str() {
        "" => {}
        "priority" => schema::add_priority(&mut schema),
        "zero" => schema::add_zero(&mut schema),
        "objects" => schema::add_objects(&mut schema),
        "wrong" => schema::add_column_twice(&mut schema),
        "large" => schema::add_tables(&mut schema),
        "renamed" => schema::rename_title(&mut schema),
        "finished" => schema::replace_done(&mut schema),
        "without-done" => schema::remove_done(&mut schema),
        "events" => schema::add_events(&mut schema),
        "events-changed" => schema::change_events(&mut schema),
        "views" => schema::add_views(&mut schema),
        "views-changed" => schema::change_under_views(&mut schema),
        "without-tasks" => schema.tables.retain(|table| table.name.name != "tasks"),
        other => panic!("no schema is called {other}"),
    }
    schema
}

async fn seed(database: &Database, context: SeedContext) -> Result<Seeded, Error> {
    let mut seeded = Seeded::default();
    for name in ["garden", "kitchen"] {
        if database.select::<Row>().filter(eq(Row::name, name)).first().await?.is_some() {
            seeded.unchanged += 1;
            continue;
        }
        let project = database.insert(NewProject::builder().name(name).build()).returning().await?;
        seeded.created += 1;
        if context.production {
            seeded.skipped += 1;
            continue;
        }
        database.insert(NewTask::builder().project_id(project.id).title("begin").build()).execute().await?;
        seeded.created += 1;
    }
    Ok(seeded)
}

async fn showcase(database: &Database) -> Result<Showcase, Error> {
    let rows: Vec<(String, i64)> = database
        .query_as(sql!("select p.name, count(t.id) from projects p left join tasks t on t.project_id = p.id group by 1 order by 1"))
        .all()
        .await?;
    let node = |(name, tasks): (String, i64)| {
        let tasks = (0..tasks).map(|_| Node::new("task").status("open", Tone::Waiting));
        Node::new(format!("project {name}")).children(tasks)
    };
    let _ = Task::title;
    Ok(Showcase { query: "db.select::<Project>()".to_owned(), nodes: rows.into_iter().map(node).collect() })
}
