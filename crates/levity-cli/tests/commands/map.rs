//! What becomes of the rows of an enum value that is removed.

use crate::support::Toy;

/// A project with a task that is done and one that is open.
async fn with_a_task_that_is_done() -> Toy {
    let toy = Toy::seeded().await;
    toy.execute("UPDATE tasks SET status = 'done' WHERE id = (SELECT min(id) FROM tasks)").await;
    toy
}

/// The tasks' states, the oldest task first.
async fn states(toy: &Toy) -> String {
    let sql = "SELECT string_agg(status::text, ' ' ORDER BY id) FROM tasks";
    toy.client().await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn rows_of_a_removed_value_get_the_one_that_map_names() {
    let mut toy = with_a_task_that_is_done().await;
    toy.set("TOY", "without-done");
    toy.generate(&["--map", "task_status.done=open"]);
    toy.run(&["migrate"]).succeeds();
    assert_eq!(states(&toy).await, "open open");
    toy.run(&["status"]).succeeds();
}

#[tokio::test]
async fn rows_of_a_removed_value_stop_the_migration_without_map() {
    let mut toy = with_a_task_that_is_done().await;
    toy.set("TOY", "without-done");
    toy.generate(&[]);
    let ended = toy.run(&["migrate"]).exits_with(1);
    assert!(ended.stderr.contains("tasks_status_levity_values"), "{}", ended.stderr);
    assert_eq!(states(&toy).await, "done open");
}

#[tokio::test]
async fn map_answers_whether_a_value_was_renamed() {
    let mut toy = with_a_task_that_is_done().await;
    toy.set("TOY", "finished");
    let asked = toy.run(&["generate"]).exits_with(3);
    assert!(asked.stderr.contains("--map task_status.done=<value>"), "{}", asked.stderr);
    let wrong = toy.run(&["generate", "--map", "task_status.done=unknown"]);
    assert!(wrong.code != Some(0) && wrong.stderr.contains("task_status.done=unknown"), "{}", wrong.stderr);
    assert_eq!(toy.migrations().len(), 1);

    toy.generate(&["--map", "task_status.done=finished"]);
    toy.run(&["migrate"]).succeeds();
    assert_eq!(states(&toy).await, "finished open");
}

#[tokio::test]
async fn push_maps_too() {
    let mut toy = with_a_task_that_is_done().await;
    toy.set("TOY", "without-done");
    let asked = toy.run(&["push", "--map", "task_status.done=open"]).exits_with(3);
    assert!(asked.stderr.contains("`tasks.status`"), "{}", asked.stderr);
    assert_eq!(states(&toy).await, "done open");
    toy.run(&["push", "--map", "task_status.done=open", "--yes"]).succeeds();
    assert_eq!(states(&toy).await, "open open");
}
