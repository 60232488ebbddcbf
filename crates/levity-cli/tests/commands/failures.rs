//! Migrations that fail, and histories that do not fit.

use std::{fs, path::PathBuf, process::Stdio};

use insta::assert_snapshot;

use crate::support::Toy;

/// The SQL of a migration.
fn file(toy: &Toy, name: &str) -> PathBuf {
    toy.migration(name).join("migration.sql")
}

#[tokio::test]
async fn statement_that_fails_is_shown_with_its_place() {
    let toy = Toy::seeded().await;
    toy.run(&["generate", "--custom", "--name", "broken"]).succeeds();
    fs::write(file(&toy, "broken"), "-- Broken.\n\nALTER TABLE \"tasks\"\n  ADD COLUMN note txet;\n")
        .unwrap();
    assert_snapshot!("broken_migration", toy.run(&["migrate"]));
    assert_snapshot!("broken_migration_json", toy.run(&["migrate", "--json"]));
    assert_eq!(toy.rows().await, 4);

    fs::write(file(&toy, "broken"), "ALTER TABLE \"tasks\" ADD COLUMN note text;\n").unwrap();
    toy.run(&["migrate"]).succeeds();
}

#[tokio::test]
async fn edited_migration_is_refused() {
    let toy = Toy::seeded().await;
    let sql = fs::read_to_string(file(&toy, "init")).unwrap();
    fs::write(file(&toy, "init"), format!("{sql}\n--> statement-breakpoint\nSELECT 1;\n")).unwrap();
    assert_snapshot!("edited", toy.run(&["migrate"]));
    let status = toy.run(&["status"]).exits_with(1);
    assert!(status.stdout.contains("was edited after it was applied"), "{}", status.stdout);
}

#[tokio::test]
async fn two_heads_are_refused_with_what_to_do() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "priority");
    toy.run(&["generate", "--unverified", "--name", "ours"]).succeeds();
    let ours = toy.migration("ours");
    let aside = toy.path().join("aside");
    fs::rename(&ours, &aside).unwrap();
    toy.run(&["generate", "--unverified", "--name", "theirs"]).succeeds();
    fs::rename(&aside, &ours).unwrap();

    assert_snapshot!("two_heads_generate", toy.run(&["generate"]));
    assert_snapshot!("two_heads_migrate", toy.run(&["migrate"]));
    assert_snapshot!("two_heads_check", toy.run(&["generate", "--check"]));
    toy.run(&["status"]).exits_with(1);
}

#[tokio::test]
async fn missing_table_is_explained_by_pending_migrations_only_where_some_are() {
    let mut toy = Toy::with_database().await;
    toy.run(&["generate", "--unverified"]).succeeds();
    assert_snapshot!("seed_before_migrate", toy.run(&["seed"]));

    toy.run(&["migrate"]).succeeds();
    toy.execute("ALTER TABLE projects RENAME COLUMN name TO called").await;
    let ended = toy.run(&["seed"]).exits_with(1);
    assert!(ended.stderr.contains("42703") && !ended.stderr.contains("pending"), "{}", ended.stderr);
    toy.set("APP_ENV", "production");
    toy.run(&["seed"]).exits_with(1);
}

#[tokio::test]
async fn two_migrates_at_once_both_succeed() {
    let toy = Toy::with_database().await;
    toy.run(&["generate", "--unverified"]).succeeds();
    let spawn = |_| toy.command(&["migrate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let runs: Vec<_> = (0..3).map(spawn).collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    let stages = toy.client().await.query("SELECT FROM levity.history", &[]).await.unwrap();
    assert_eq!(stages.len(), 1);
}

#[tokio::test]
async fn directory_of_migrations_that_is_not_there_is_an_error() {
    let toy = Toy::with_database().await;
    for command in ["migrate", "status", "setup", "seed"] {
        let ended = toy.run(&[command]).exits_with(1);
        assert!(ended.stderr.contains("`cargo db generate` writes the first migration"), "{}", ended.stderr);
    }
}
