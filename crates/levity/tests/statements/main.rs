//! What the server is asked: statements as its own log has them, and their plans.
//!
//! The server sends its log to the client (`client_min_messages`), where the driver hands it to the `log` crate.

#[path = "../query/tables.rs"]
mod tables;

use std::sync::Mutex;

use levity::{Config, Database, desc, eq, sql};
use levity_local::TestDatabase;
use tables::{DDL, Project, Task};

struct Collector;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = record.args().to_string();
        if line.starts_with("LOG: ") {
            LINES.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}

/// A database whose statements are logged. The tests of this file share one log: they run one after the other.
async fn logged_database() -> (TestDatabase, Database) {
    let _ = log::set_logger(&Collector);
    log::set_max_level(log::LevelFilter::Info);
    let test_database = TestDatabase::empty().await.unwrap();
    let separator = if test_database.url().contains('?') { '&' } else { '?' };
    let options = "options=-c%20log_statement%3Dall%20-c%20client_min_messages%3Dlog";
    let config = Config::from_url(&format!("{}{separator}{options}", test_database.url())).unwrap();
    let db = Database::connect(config).await.unwrap();
    db.client().await.unwrap().batch_execute(DDL).await.unwrap();
    (test_database, db)
}

/// The statements that the server was sent since the last call.
fn statements() -> Vec<String> {
    let lines = std::mem::take(&mut *LINES.lock().unwrap());
    let begins = ["LOG:  execute ", "LOG: execute "];
    let text = |line: &String| {
        let rest = begins.iter().find_map(|begin| line.strip_prefix(begin))?;
        rest.split_once(": ").map(|(_, statement)| statement.to_owned())
    };
    lines.iter().filter_map(text).collect()
}

#[tokio::test(flavor = "current_thread")]
async fn a_relational_query_is_one_statement_and_one_join_per_level() {
    let (_guard, db) = logged_database().await;
    let query = async || {
        db.select::<Project>()
            .filter(eq(Project::id, 1))
            .with(Project::tasks().order_by(desc(Task::title)).limit(10).with(Task::comments()))
            .first()
            .await
            .unwrap()
    };
    query().await;
    statements();
    query().await;
    let sent = statements();
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert!(sent[0].starts_with("WITH "), "{sent:#?}");

    // No index on the child's key, many parents, and an order without a limit.
    db.execute(sql!("insert into projects (name) select n::text from generate_series(1, 2000) n"))
        .await
        .unwrap();
    db.execute(sql!(
        "insert into tasks (project_id, title) select id, 't' from projects, generate_series(1, 5)"
    ))
    .await
    .unwrap();
    db.execute(sql!("analyze projects, tasks")).await.unwrap();
    statements();
    let projects = db.select::<Project>().with(Project::tasks().order_by(Task::title)).all().await.unwrap();
    assert_eq!(projects.iter().map(|project| project.tasks.len()).sum::<usize>(), 10_000);
    let [statement] = &statements()[..] else { panic!("not one statement") };
    let plan =
        db.client().await.unwrap().query(&format!("EXPLAIN (ANALYZE, TIMING OFF) {statement}"), &[]).await;
    let plan: Vec<String> = plan.unwrap().iter().map(|row| row.get(0)).collect();
    let scans: Vec<_> = plan.iter().filter(|line| line.contains("Scan on tasks")).collect();
    assert_eq!(scans.len(), 1, "{plan:#?}");
    assert!(scans[0].contains("loops=1"), "{plan:#?}");
}
