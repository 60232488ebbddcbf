//! From a schema to a seeded database, and a change of the schema.

use std::process::Stdio;

use insta::assert_snapshot;
use levity_local::Workspace;

use crate::support::{Toy, on_the_server, url_of};

#[tokio::test]
async fn schema_becomes_a_seeded_database() {
    let toy = Toy::with_database().await;
    assert_snapshot!("generate", toy.run(&["generate"]));
    assert_eq!(toy.migrations().len(), 1);
    assert_snapshot!("setup", toy.run(&["setup"]));
    assert_snapshot!("setup_again", toy.run(&["setup"]));
    let status = toy.run(&["status"]).succeeds();
    assert!(status.stdout.ends_with("the database has all migrations, and the schema has no changes\n"));
    assert_eq!(toy.rows().await, 4);
}

#[tokio::test]
async fn change_of_the_schema_is_checked_generated_and_applied() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "priority");
    assert_snapshot!("check", toy.run(&["generate", "--check"]));
    assert_eq!(toy.migrations().len(), 1);
    assert_eq!(toy.run(&["status"]).code, Some(4));

    toy.run(&["generate", "--name", "add priority"]).succeeds();
    assert!(toy.migration("add_priority").is_dir());
    assert_snapshot!("pending", toy.run(&["status"]).exits_with(4).stdout.lines().last().unwrap());
    assert_snapshot!("dry_run", toy.run(&["migrate", "--dry-run"]));
    assert_snapshot!("migrate", toy.run(&["migrate"]));
    toy.run(&["status"]).succeeds();
    assert_snapshot!("migrate_again", toy.run(&["migrate"]));

    toy.run(&["generate", "--check"]).succeeds();
    assert_snapshot!("generate_again", toy.run(&["generate"]));
    assert_eq!(toy.migrations().len(), 2);
    assert_eq!(toy.rows().await, 4);
}

#[test]
fn without_a_database_setup_makes_a_server_and_other_commands_do_not() {
    let toy = Toy::new();
    toy.run(&["generate", "--unverified"]).succeeds();
    for command in ["migrate", "status", "seed", "url", "psql", "reset", "nuke", "push"] {
        let ended = toy.run(&[command]).exits_with(1);
        assert!(ended.stderr.contains("there is no database: `DATABASE_URL` is not set"), "{}", ended.stderr);
        assert!(ended.stderr.contains("cargo db setup"), "{}", ended.stderr);
    }
    let workspace = Workspace::new(toy.path()).unwrap();
    assert!(workspace.running().unwrap().is_none());
    assert!(!toy.path().join(".levity").exists());

    let setup = toy.run(&["setup"]).succeeds();
    assert!(
        setup
            .stdout
            .starts_with("created the database, marked as disposable\nmigrations: 1 migration applied\n")
    );
    assert!(workspace.running().unwrap().is_some());
    let again = toy.run(&["setup"]).succeeds();
    assert!(
        again.stdout.starts_with("migrations: up to date\nseed `tasks`: 2 unchanged\n"),
        "{}",
        again.stdout
    );

    // The next command starts it again.
    toy.run(&["stop"]).succeeds();
    assert!(workspace.running().unwrap().is_none());
    toy.run(&["status"]).succeeds();
    toy.run(&["reset", "--yes"]).succeeds();
    toy.run(&["nuke", "--yes"]).succeeds();
    let setup = toy.run(&["setup"]).succeeds();
    assert!(
        setup.stdout.starts_with("migrations: 1 migration applied\nseed `tasks`: 4 created\n"),
        "{}",
        setup.stdout
    );
}

#[test]
fn two_setups_at_once_both_succeed() {
    let toy = Toy::new();
    toy.run(&["generate", "--unverified"]).succeeds();
    let spawn = |_| toy.command(&["setup"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let runs: Vec<_> = (0..2).map(spawn).collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    toy.run(&["status"]).succeeds();
}

#[tokio::test]
async fn seeds_know_that_they_are_in_production() {
    let mut toy = Toy::with_database().await;
    toy.run(&["generate", "--unverified"]).succeeds();
    toy.run(&["migrate"]).succeeds();
    toy.run(&["mark", "production"]).succeeds();
    assert_eq!(toy.run(&["seed"]).succeeds().stdout, "seed `tasks`: 2 created, 2 skipped\n");
    toy.execute("DELETE FROM projects; DELETE FROM levity.marker").await;
    toy.set("APP_ENV", "production");
    assert_eq!(toy.run(&["seed"]).succeeds().stdout, "seed `tasks`: 2 created, 2 skipped\n");
}

#[tokio::test]
async fn setup_creates_the_database_that_the_url_names_and_marks_only_that_one() {
    let mut toy = Toy::with_database().await;
    toy.run(&["generate", "--unverified"]).succeeds();
    toy.run(&["setup"]).succeeds();
    assert_eq!(toy.run(&["reset", "--yes"]).code, Some(3));

    let name = format!("{}_new", toy.database_name());
    toy.set("DATABASE_URL", &url_of(&name));
    let setup = toy.run(&["setup"]).succeeds();
    assert!(setup.stdout.starts_with("created the database, marked as disposable\n"), "{}", setup.stdout);
    toy.run(&["reset", "--yes"]).succeeds();
    on_the_server(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
}
