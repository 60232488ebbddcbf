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

    let refused = toy.run(&["generate", "--rename", "tasks.title=name", "--json"]).exits_with(3).json();
    let steps = refused["error"]["hazards"][0]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    assert!(steps[1].as_str().unwrap().contains(r#"UPDATE "tasks" SET "name" = "title""#), "{steps:?}");

    let accept = "breaks-running-code,breaks-replication=nobody uses it yet";
    toy.run(&["generate", "--rename", "tasks.title=name", "--accept", accept]).succeeds();
    toy.run(&["migrate"]).succeeds();
    assert_eq!(toy.rows().await, 4);
}

#[tokio::test]
async fn hazards_are_written_only_when_they_are_accepted() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "without-tasks");
    assert_snapshot!("hazards_refused", toy.run(&["generate"]));
    let json = toy.run(&["generate", "--json"]).exits_with(3).json();
    assert_eq!(json["error"]["hazards"][0]["kind"], "data-loss");
    assert_eq!(json["error"]["hazards"][0]["needs_acceptance"], true);
    let checked = toy.run(&["generate", "--check", "--json"]).exits_with(4).json();
    assert_eq!(checked["hazards"].as_array().unwrap().len(), 3);

    // One of them is not enough, one too many is a mistake, and a reason is needed.
    toy.run(&["generate", "--accept", "data-loss=unused"]).exits_with(3);
    let wrong = toy.run(&["generate", "--accept", "table-rewrite=small"]).exits_with(1);
    assert!(wrong.stderr.contains("`--accept` names `table-rewrite`"), "{}", wrong.stderr);
    toy.run(&["generate", "--accept", "data-loss="]).exits_with(2);
    let unknown = toy.run(&["generate", "--accept", "loss=unused"]).exits_with(2);
    assert!(
        unknown.stderr.contains("no hazard is called `loss`; they are data-loss, "),
        "{}",
        unknown.stderr
    );
    assert_eq!(toy.migrations().len(), 1);

    let accept =
        ["--accept", "data-loss=kept in a file", "--accept", "breaks-running-code,breaks-replication=unused"];
    assert_snapshot!("hazards", toy.run(&[&["generate"], &accept[..]].concat()));
    assert_snapshot!("hazards_file", toy.sql("drop_tasks"));
    toy.set("NODE_ENV", "production");
    toy.run(&["migrate"]).succeeds();
}

#[tokio::test]
async fn hazard_that_nobody_has_acknowledged_is_refused_in_production() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "without-tasks");
    toy.run(&["generate", "--accept", "data-loss,breaks-running-code,breaks-replication=unused"]).succeeds();
    let accepted = toy.sql("drop_tasks");
    let withdrawn =
        accepted.replace("acknowledged=data-loss,breaks-running-code", "acknowledged=breaks-running-code");
    let path = toy.migration("drop_tasks").join("migration.sql");
    fs::write(&path, &withdrawn).unwrap();

    toy.set("APP_ENV", "production");
    assert_snapshot!("unacknowledged", toy.run(&["migrate"]));
    toy.run(&["migrate", "--dry-run"]).exits_with(3);
    toy.unset("APP_ENV");
    // The database can say so, too.
    toy.run(&["mark", "production"]).succeeds();
    toy.run(&["migrate"]).exits_with(3);
    assert_eq!(toy.rows().await, 4);

    // A person accepts it in the file.
    toy.set("APP_ENV", "production");
    fs::write(&path, &accepted).unwrap();
    toy.run(&["migrate"]).succeeds();
}

#[tokio::test]
async fn hazard_that_nobody_has_acknowledged_is_a_note_elsewhere() {
    let toy = Toy::seeded().await;
    toy.run(&["generate", "--custom", "--name", "gone"]).succeeds();
    fs::write(toy.migration("gone").join("migration.sql"), "--> stage hazards=data-loss\nDELETE FROM tasks;")
        .unwrap();
    let dry = toy.run(&["migrate", "--dry-run"]).succeeds();
    assert!(dry.stdout.contains("_gone, stage 1 of 1, hazards: data-loss"), "{}", dry.stdout);
    let ended = toy.run(&["migrate"]).succeeds();
    assert!(
        ended.stderr.contains("nobody has acknowledged data-loss, so it is refused in production"),
        "{}",
        ended.stderr
    );
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
    let accepted = ["generate", "--accept", "table-rewrite=the table is small"];
    assert_snapshot!("custom_sql", toy.run(&accepted));

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
