//! Views: the project's, and those of others over its tables.

use crate::support::Toy;

/// A project whose views are created by a migration.
async fn with_views() -> Toy {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "views");
    toy.run(&["generate"]).succeeds();
    toy.run(&["migrate"]).succeeds();
    toy
}

async fn views(toy: &Toy) -> Vec<String> {
    let sql = "SELECT relname::text FROM pg_class \
               WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace ORDER BY 1";
    toy.client().await.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn reset_leaves_nothing_in_materialized_views() {
    let toy = with_views().await;
    let client = toy.client().await;
    assert_eq!(client.query("SELECT FROM sizes", &[]).await.unwrap().len(), 2);
    toy.run(&["reset", "--yes"]).succeeds();
    assert_eq!(views(&toy).await, ["large_projects", "open_tasks", "sizes"]);
    assert!(client.query("SELECT FROM sizes", &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn nuke_drops_the_views_of_the_project_and_no_others() {
    let toy = with_views().await;
    toy.execute("CREATE VIEW of_others AS SELECT project_id FROM large_projects").await;
    let refused = toy.run(&["nuke", "--yes"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("view of_others depends on view large_projects"), "{}", refused.stderr);
    toy.execute("DROP VIEW of_others; CREATE VIEW of_others AS SELECT 1 AS one").await;
    let ended = toy.run(&["nuke", "--yes"]).succeeds();
    assert!(ended.stdout.contains("dropped 2 tables, 3 views, 1 type"), "{}", ended.stdout);
    assert!(ended.stderr.contains("view `of_others`"), "{}", ended.stderr);
    assert_eq!(views(&toy).await, ["of_others"]);
}

#[tokio::test]
async fn push_changes_views_and_leaves_alone_those_of_others() {
    let mut toy = Toy::seeded().await;
    toy.execute("CREATE VIEW of_others AS SELECT 1 AS one").await;
    toy.set("TOY", "views");
    let ended = toy.run(&["push"]).succeeds();
    assert!(ended.stderr.contains("create materialized view `sizes`"), "{}", ended.stderr);
    assert!(ended.stderr.contains("view `of_others`"), "{}", ended.stderr);
    let again = toy.run(&["push"]).succeeds();
    assert!(again.stdout.contains("nothing to change"), "{}", again.stdout);

    toy.set("TOY", "views-changed");
    let ended = toy.run(&["push", "--yes"]).succeeds();
    assert!(ended.stderr.contains("create view `open_tasks` again"), "{}", ended.stderr);
    assert_eq!(views(&toy).await, ["large_projects", "of_others", "open_tasks", "sizes"]);
}

#[tokio::test]
async fn view_of_others_in_the_way_of_a_migration_is_named_and_stays() {
    let mut toy = with_views().await;
    toy.execute("CREATE VIEW of_others AS SELECT title FROM open_tasks").await;
    toy.set("TOY", "views-changed");
    let accept = "breaks-running-code,table-rewrite,breaks-replication='nobody uses it yet'";
    toy.run(&["generate", "--accept", accept]).succeeds();
    let ended = toy.run(&["migrate"]).exits_with(1);
    assert!(ended.stderr.contains("view of_others depends on view open_tasks"), "{}", ended.stderr);
    assert_eq!(views(&toy).await, ["large_projects", "of_others", "open_tasks", "sizes"]);
    toy.execute("DROP VIEW of_others").await;
    toy.run(&["migrate"]).succeeds();
    assert_eq!(views(&toy).await, ["large_projects", "open_tasks", "sizes"]);
}
