//! Pages by the values of the last row.

use levity::{Database, Keyset, asc, desc, eq};

use crate::{
    database, project,
    tables::{NewTask, Project, Task},
};

/// Tasks with equal efforts, and notes that are partly NULL.
async fn tasks(db: &Database) {
    let project = project(db, "p").await;
    for (title, effort, note) in [
        ("a", 1, Some("x")),
        ("b", 2, None),
        ("c", 2, Some("y")),
        ("d", 2, None),
        ("e", 3, Some("x")),
        ("f", 3, None),
    ] {
        let new = NewTask::builder()
            .project_id(project.id)
            .title(title)
            .effort(effort)
            .note(note.map(str::to_owned));
        db.insert(new.build()).execute().await.unwrap();
    }
}

/// Reads pages of two rows to the end; the titles in the order in which they came.
async fn titles<K, P>(db: &Database, order: K, key: impl Fn(&Task) -> K::Key) -> String
where
    K: Keyset<(Task, ()), P> + Clone,
{
    let mut titles = String::new();
    let mut after = None;
    loop {
        let page = db.select::<Task>().page(order.clone(), after).limit(2).all().await.unwrap();
        titles.extend(page.iter().map(|task| task.title.clone()));
        match page.last() {
            Some(last) => after = Some(key(last)),
            None => return titles,
        }
    }
}

#[tokio::test]
async fn pages_follow_one_another_in_every_order() {
    let (_guard, db) = database().await;
    tasks(&db).await;
    let by = |task: &Task| (task.effort, task.title.clone());
    assert_eq!(titles(&db, (asc(Task::effort), asc(Task::title)), by).await, "abcdef");
    assert_eq!(titles(&db, (desc(Task::effort), desc(Task::title)), by).await, "fedcba");
    assert_eq!(titles(&db, (desc(Task::effort), asc(Task::title)), by).await, "efbcda");
    assert_eq!(titles(&db, (asc(Task::effort), desc(Task::title)), by).await, "adcbfe");
    let by = |task: &Task| (task.note.clone(), task.title.clone());
    assert_eq!(titles(&db, (asc(Task::note), asc(Task::title)), by).await, "aecbdf");
    assert_eq!(titles(&db, (desc(Task::note), asc(Task::title)), by).await, "bdfcae");
    assert_eq!(titles(&db, (asc(Task::note).nulls_first(), desc(Task::title)), by).await, "fdbeac");
    assert_eq!(titles(&db, (desc(Task::note).nulls_last(), desc(Task::title)), by).await, "ceafdb");
}

#[tokio::test]
async fn a_page_begins_in_the_index() {
    let (_guard, db) = database().await;
    let client = db.client().await.unwrap();
    client
        .batch_execute(
            "CREATE INDEX ON tasks (effort DESC, title); INSERT INTO projects (name) VALUES ('p');
             INSERT INTO tasks (project_id, title, effort) SELECT 1, n, n % 100 FROM generate_series(1, 5000) n; ANALYZE tasks",
        )
        .await
        .unwrap();
    let page = db.select::<Task>().page((desc(Task::effort), asc(Task::title)), Some((50, "200".to_owned())));
    let plan = page.limit(10).explain().await.unwrap();
    assert!(plan.contains("Index Cond: (effort <="), "{plan}");
    assert!(!plan.contains("Sort"), "{plan}");
}

#[tokio::test]
async fn a_page_can_be_that_of_a_join() {
    let (_guard, db) = database().await;
    tasks(&db).await;
    let order = (asc(Task::title), asc(Project::id));
    let page = db
        .select::<Project>()
        .left_join::<Task>()
        .on(eq(Task::project_id, Project::id))
        .page(order, Some((Some("d".to_owned()), i64::MAX)))
        .columns((Task::title, Project::name))
        .all()
        .await
        .unwrap();
    assert_eq!(page.into_iter().filter_map(|(title, _)| title).collect::<String>(), "ef");
}
