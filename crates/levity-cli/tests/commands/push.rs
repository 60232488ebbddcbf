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
