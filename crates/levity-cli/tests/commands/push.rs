//! Changing a database without a migration.

use insta::assert_snapshot;

use crate::support::Toy;

#[tokio::test]
async fn push_adds_what_is_missing_and_is_quiet_when_nothing_is() {
    let mut toy = Toy::seeded().await;
    assert_snapshot!("push_nothing", toy.run(&["push"]));
    toy.set("TOY", "priority");
    assert_snapshot!("push", toy.run(&["push"]));
    toy.client().await.query("SELECT priority FROM tasks", &[]).await.unwrap();
    assert_eq!(toy.rows().await, 4);
}

#[tokio::test]
async fn push_deletes_no_row_without_a_yes() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "without-tasks");
    assert_snapshot!("push_loss", toy.run(&["push"]));
    assert_eq!(toy.rows().await, 4);
    toy.run(&["push", "--yes"]).succeeds();
    assert!(toy.client().await.query("SELECT FROM tasks", &[]).await.is_err());
}

#[tokio::test]
async fn push_leaves_alone_what_it_does_not_know() {
    let toy = Toy::seeded().await;
    toy.execute("CREATE TABLE others (id int); CREATE INDEX dba ON tasks (title)").await;
    assert_snapshot!("push_others", toy.run(&["push", "--yes"]));
    toy.client().await.query_one("SELECT 'dba'::regclass, 'others'::regclass", &[]).await.unwrap();
}

#[tokio::test]
async fn push_asks_what_was_renamed() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "renamed");
    let ended = toy.run(&["push", "--yes"]).exits_with(3);
    assert!(ended.stderr.contains("--rename tasks.title=name"), "{}", ended.stderr);
    toy.run(&["push", "--rename", "tasks.title=name"]).succeeds();
    let titles = toy.client().await.query("SELECT FROM tasks WHERE name = 'begin'", &[]).await.unwrap();
    assert_eq!(titles.len(), 2);
}

#[tokio::test]
async fn statement_that_the_server_refuses_is_shown() {
    let mut toy = Toy::seeded().await;
    toy.execute("CREATE VIEW titles AS SELECT title FROM tasks").await;
    toy.set("TOY", "without-tasks");
    assert_snapshot!("push_refused", toy.run(&["push", "--yes"]));
    assert_eq!(toy.rows().await, 4);
}

#[tokio::test]
async fn push_leaves_alone_columns_that_somebody_has_added() {
    let mut toy = Toy::seeded().await;
    toy.execute("ALTER TABLE tasks ADD note text, ADD weight int NOT NULL DEFAULT 1").await;
    // A column that is wanted looks like one of them.
    toy.set("TOY", "priority");
    assert_snapshot!("push_columns", toy.run(&["push"]));
    toy.client().await.query("SELECT note, weight, priority FROM tasks", &[]).await.unwrap();

    let refused = toy.run(&["push", "--drop", "tasks.note"]).exits_with(3);
    assert!(refused.stderr.contains("column `tasks.note`, with 0 values"), "{}", refused.stderr);
    toy.run(&["push", "--drop", "tasks.note", "--yes"]).succeeds();
    assert!(toy.client().await.query("SELECT note FROM tasks", &[]).await.is_err());

    // With its table, it goes too.
    toy.execute("DELETE FROM tasks").await;
    toy.set("TOY", "without-tasks");
    let refused = toy.run(&["push"]).exits_with(3);
    assert!(refused.stderr.contains("table `tasks`, with 0 rows"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("tasks.weight"), "{}", refused.stderr);
}

#[tokio::test]
async fn push_asks_before_it_drops_an_empty_column_that_stands_in_the_way() {
    let mut toy = Toy::seeded().await;
    toy.execute("DELETE FROM tasks; ALTER TABLE tasks ADD note text NOT NULL").await;
    let refused = toy.run(&["push"]).exits_with(3);
    assert!(refused.stderr.contains("column `tasks.note`, with 0 values"), "{}", refused.stderr);
    toy.set("TOY", "without-tasks");
    let refused = toy.run(&["push"]).exits_with(3);
    assert!(refused.stderr.contains("table `tasks`, with 0 rows"), "{}", refused.stderr);
    toy.client().await.query("SELECT note FROM tasks", &[]).await.unwrap();
}

#[tokio::test]
async fn push_drops_a_column_that_the_applied_migrations_have_made() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "priority");
    toy.run(&["generate", "--unverified"]).succeeds();
    toy.run(&["migrate"]).succeeds();
    toy.set("TOY", "");
    toy.generate(&["--unverified"]);
    toy.run(&["push", "--yes"]).succeeds();
    assert!(toy.client().await.query("SELECT priority FROM tasks", &[]).await.is_err());
}

#[tokio::test]
async fn migration_of_what_was_pushed_needs_nuke() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "priority");
    let pushed = toy.run(&["push"]).succeeds();
    assert!(pushed.stdout.trim_end().ends_with("and run `cargo db nuke`"), "{}", pushed.stdout);
    let help = toy.run(&["push", "--help"]).stdout;
    assert!(
        help.contains("42701") && help.contains("then `cargo db nuke`, then `cargo db migrate`"),
        "{help}"
    );

    toy.run(&["generate"]).succeeds();
    let ended = toy.run(&["migrate"]).exits_with(1);
    assert!(ended.stderr.contains("42701"), "{}", ended.stderr);
    toy.run(&["nuke", "--yes"]).succeeds();
    toy.run(&["migrate"]).succeeds();
}

#[tokio::test]
async fn table_that_only_push_has_made_is_not_the_migrations() {
    let mut toy = Toy::with_database().await;
    toy.set("TOY", "without-tasks");
    toy.run(&["generate", "--unverified"]).succeeds();
    toy.run(&["migrate"]).succeeds();
    toy.run(&["mark", "disposable", "--yes"]).succeeds();
    toy.set("TOY", "");
    toy.run(&["push"]).succeeds();
    toy.run(&["generate"]).succeeds();
    let ended = toy.run(&["migrate"]).exits_with(1);
    assert!(ended.stderr.contains("42P07"), "{}", ended.stderr);

    // It refers to one of theirs.
    toy.run(&["nuke", "--yes"]).exits_with(3);
    toy.execute("DROP TABLE tasks").await;
    toy.run(&["nuke", "--yes"]).succeeds();
    toy.run(&["migrate"]).succeeds();
}
