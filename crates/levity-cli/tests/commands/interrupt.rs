//! Ctrl-C.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::support::Toy;

fn interrupt(child: &Child) {
    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

/// A `migrate` that would take ten minutes.
async fn slow_migrate(toy: &Toy) -> Child {
    toy.run(&["generate", "--custom", "--name", "slow"]).succeeds();
    let file = toy.migration("slow").join("migration.sql");
    fs::write(&file, "CREATE TABLE slow (id int);\nSELECT pg_sleep(600);\n").unwrap();
    let mut run = toy.command(&["migrate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let client = toy.client().await;
    let sleeping =
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    while client.query(sleeping, &[]).await.unwrap().is_empty() {
        assert!(run.try_wait().unwrap().is_none(), "it ended before it slept");
    }
    run
}

#[tokio::test]
async fn interrupted_migrate_leaves_nothing_and_stops_nobody() {
    let toy = Toy::seeded().await;
    let mut run = slow_migrate(&toy).await;
    interrupt(&run);
    assert_eq!(run.wait().unwrap().code(), Some(130));

    fs::write(toy.migration("slow").join("migration.sql"), "CREATE TABLE slow (id int);\n").unwrap();
    toy.run(&["migrate"]).succeeds();
    toy.run(&["status"]).succeeds();
}

#[tokio::test]
async fn nuke_waits_for_a_migrate_that_is_running() {
    let toy = Toy::seeded().await;
    let mut migrate = slow_migrate(&toy).await;
    let mut nuke =
        toy.command(&["nuke", "--yes"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(nuke.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("waiting for another `migrate`")));
    assert_eq!(toy.rows().await, 4);
    interrupt(&migrate);
    migrate.wait().unwrap();
    lines.for_each(drop);
    assert!(nuke.wait().unwrap().success());
}

#[tokio::test]
async fn interrupted_proof_leaves_no_database() {
    let mut toy = Toy::with_database().await;
    toy.set("TOY", "large");
    let mut run = toy.command(&["generate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let client = toy.client().await;
    let name = format!("levity {} %", run.id());
    let scratch = "SELECT datname::text FROM pg_stat_activity \
                   WHERE application_name LIKE $1 AND datname LIKE 'levity\\_scratch\\_%'";
    let database = loop {
        let rows = client.query(scratch, &[&name]).await.unwrap();
        if let Some(row) = rows.first() {
            break row.get::<_, String>(0);
        }
        assert!(run.try_wait().unwrap().is_none(), "it ended before it had a database");
    };
    interrupt(&run);
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert!(toy.migrations().is_empty());
    let left = client.query("SELECT FROM pg_database WHERE datname = $1", &[&database]).await.unwrap();
    assert!(left.is_empty());
}
