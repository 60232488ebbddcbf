//! Writing migrations, and refusing to.

use std::fs;

use insta::assert_snapshot;

use crate::support::Toy;

#[tokio::test]
async fn possible_rename_is_refused_with_the_choices_and_settled_by_a_flag() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "renamed");
    assert_snapshot!("ambiguous", toy.run(&["generate"]));
    assert_eq!(toy.run(&["generate", "--check"]).code, Some(3));
    assert_eq!(toy.migrations().len(), 1);

    toy.run(&["generate", "--rename", "tasks.title=name"]).succeeds();
    toy.run(&["migrate"]).succeeds();
    assert_eq!(toy.rows().await, 4);
}

#[tokio::test]
async fn hazards_are_shown() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "without-tasks");
    assert_snapshot!("hazards", toy.run(&["generate"]));
}

#[tokio::test]
async fn in_ci_a_run_that_writes_something_is_not_a_success() {
    let mut toy = Toy::with_database().await;
    toy.set("CI", "true");
    toy.run(&["generate"]).exits_with(4);
    assert_eq!(toy.migrations().len(), 1);
    toy.run(&["generate"]).succeeds();
}

#[test]
fn without_proof_the_migration_says_so() {
    let mut toy = Toy::new();
    // The database is never used for this, not even when there is no other.
    toy.set("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    assert_snapshot!("unverified", toy.run(&["generate", "--unverified"]));
    let sql = fs::read_to_string(toy.migration("init").join("migration.sql"));
    assert!(sql.unwrap().starts_with("-- Unverified: "));
}

#[tokio::test]
async fn scratch_databases_are_not_made_where_the_data_is() {
    let mut toy = Toy::with_database().await;
    let url = toy.url().to_owned();
    toy.set("LEVITY_SCRATCH_URL", &url);
    let ended = toy.run(&["generate"]).exits_with(1);
    assert!(
        ended.stderr.contains("`LEVITY_SCRATCH_URL` names the database of `DATABASE_URL`"),
        "{}",
        ended.stderr
    );
    assert!(toy.migrations().is_empty());
}

#[tokio::test]
async fn custom_migration_is_empty_and_keeps_the_schema() {
    let toy = Toy::seeded().await;
    assert_snapshot!("custom", toy.run(&["generate", "--custom", "--name", "Fill titles"]));
    toy.run(&["generate", "--check"]).succeeds();
    toy.run(&["migrate"]).succeeds();
}

#[tokio::test]
async fn a_migration_is_proved_on_the_declared_version_and_on_no_other() {
    let mut toy = Toy::with_database().await;
    let version = toy.client().await.query_one("SHOW server_version_num", &[]).await.unwrap();
    let major = version.get::<_, &str>(0).parse::<u32>().unwrap() / 10_000;
    toy.set("TOY_POSTGRES", "99");
    let ended = toy.run(&["generate"]).exits_with(1);
    let expected = format!(
        "the project is for PostgreSQL 99, and the server for temporary databases is PostgreSQL {major}: what it accepts \
         proves nothing; set `LEVITY_SCRATCH_URL` to a server of that version"
    );
    assert!(ended.stderr.contains(&expected), "{}", ended.stderr);
    assert!(toy.migrations().is_empty());

    toy.set("TOY_POSTGRES", &major.to_string());
    toy.run(&["generate"]).succeeds();
}

#[tokio::test]
async fn custom_sql_of_committed_migrations_is_part_of_the_proof() {
    let mut toy = Toy::seeded().await;
    toy.run(&["generate", "--custom", "--name", "by hand"]).succeeds();
    let sql = "CREATE FUNCTION zero() RETURNS integer LANGUAGE sql AS 'SELECT 0';\n\
               CREATE INDEX by_hand ON tasks (title);\n";
    fs::write(toy.migration("by_hand").join("migration.sql"), sql).unwrap();
    toy.set("TOY", "zero");
    assert_snapshot!("custom_sql", toy.run(&["generate"]));

    fs::write(toy.migration("by_hand").join("migration.sql"), "SELECT 1;\nSELECT nothing;\n").unwrap();
    toy.set("TOY", "priority");
    assert_snapshot!("replay_fails", toy.run(&["generate"]));
}

#[test]
fn check_needs_no_server() {
    let mut toy = Toy::new();
    toy.set("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    toy.set("LEVITY_SCRATCH_URL", "postgres://nobody@127.0.0.1:1/nothing");
    toy.run(&["generate", "--check"]).exits_with(4);
    assert!(toy.migrations().is_empty());
    assert!(!toy.path().join(".levity").exists());
}
