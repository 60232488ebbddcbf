//! Updates and deletes that read other tables.

use levity::{
    Condition, FromRow, alias, all_of, and, any_of, concat, count_all, cte_sql, eq, gt, gte, not, or, row,
    select, sql, subquery,
};

use super::{Item, database};
use crate::{
    project,
    tables::{Project, Status, Task},
    task,
};

alias!(Above = Task);

#[derive(Debug, PartialEq, FromRow)]
struct Busy {
    project_id: i64,
    tasks: i64,
}

#[derive(Debug, PartialEq, FromRow)]
struct Picked {
    id: i64,
}

#[tokio::test]
async fn an_update_reads_other_tables_in_values_condition_and_result() {
    let (_guard, db) = database().await;
    let (first, second) = (project(&db, "first").await, project(&db, "second").await);
    let a = task(&db, &first, "a").await;
    task(&db, &second, "b").await;
    let updated = db
        .update::<Task>()
        .from::<Project>()
        .set(Task::note, Project::name)
        .set(Task::title, concat(Task::title, Project::name))
        .filter(and(eq(Task::project_id, Project::id), eq(Project::name, "first")))
        .returning_columns((row::<Project>(), Task::title, Task::note))
        .await
        .unwrap();
    assert_eq!(updated, [(first.clone(), "afirst".to_owned(), Some("first".to_owned()))]);

    db.update::<Task>().set(Task::parent_id, a.id).filter(eq(Task::title, "b")).execute().await.unwrap();
    let children = db
        .update::<Task>()
        .set(Task::effort, 5)
        .from::<Above>()
        .filter(eq(Task::parent_id, Above::column(Task::id)))
        .returning()
        .await
        .unwrap();
    assert_eq!(
        children.iter().map(|task| (task.title.as_str(), task.effort)).collect::<Vec<_>>(),
        [("b", 5)]
    );
    let nothing = db.update::<Task>().from::<Project>().filter(eq(Task::project_id, Project::id));
    assert_eq!(nothing.returning_columns(Task::id).await.unwrap(), [] as [i64; 0]);
}

#[tokio::test]
async fn an_update_reads_the_rows_of_queries() {
    let (_guard, db) = database().await;
    let (first, second) = (project(&db, "first").await, project(&db, "second").await);
    for title in ["a", "b"] {
        task(&db, &first, title).await;
    }
    task(&db, &second, "c").await;
    let busy = select::<Task>()
        .columns(BusyColumns { project_id: Task::project_id, tasks: count_all() })
        .group_by(Task::project_id);
    let updated = db
        .update::<Project>()
        .from_query(subquery(busy))
        .set(Project::name, "busy")
        .filter(and(eq(Project::id, Busy::project_id), gt(Busy::tasks, 1)))
        .returning_columns((Project::id, Busy::tasks))
        .await
        .unwrap();
    assert_eq!(updated, [(first.id, 2)]);

    let picked = cte_sql::<Picked>(sql!("select id from tasks order by id limit 1 for update skip locked"));
    let claimed = db
        .update::<Task>()
        .from_query(picked)
        .set(Task::status, Status::InProgress)
        .filter(eq(Task::id, Picked::id))
        .returning()
        .await
        .unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].title.as_str(), claimed[0].status), ("a", Status::InProgress));
}

#[tokio::test]
async fn a_delete_reads_other_tables_in_condition_and_result() {
    let (_guard, db) = database().await;
    let (first, second) = (project(&db, "first").await, project(&db, "second").await);
    task(&db, &first, "a").await;
    task(&db, &second, "b").await;
    let deleted = db
        .delete::<Task>()
        .using::<Project>()
        .filter(eq(Task::project_id, Project::id))
        .filter(eq(Project::name, "first"))
        .returning_columns((Task::title, Project::name))
        .await
        .unwrap();
    assert_eq!(deleted, [("a".to_owned(), "first".to_owned())]);
    let picked = cte_sql::<Picked>(sql!("update projects set name = 'closed' returning id"));
    let deleted = db.delete::<Task>().using_query(picked).filter(eq(Task::project_id, Picked::id));
    assert_eq!(deleted.returning().await.unwrap()[0].title, "b");
    assert_eq!(db.select::<Project>().filter(eq(Project::name, "closed")).count().await.unwrap(), 2);
}

#[tokio::test]
async fn a_condition_of_nothing_is_refused_beside_other_tables_too() {
    let (_guard, db) = database().await;
    let none: Option<Condition<Item>> = None;
    let error = db.delete::<Item>().using::<Project>().filter(none.clone()).execute().await.unwrap_err();
    assert!(error.to_string().contains("it would mean every row"), "{error}");
    let error = db.update::<Item>().set(Item::copies, 1).filter(none).execute().await.unwrap_err();
    assert!(error.to_string().contains("it would mean every row"), "{error}");
    let patch = super::ItemPatch::new();
    assert_eq!(db.update::<Item>().patch(patch).filter(gte(Item::id, 0)).execute().await.unwrap(), 0);
}

#[tokio::test]
async fn conditions_of_which_nothing_decides_are_refused() {
    let (_guard, db) = database().await;
    let nothing = || all_of(Vec::<Condition<Item>>::new());
    let none: Option<Condition<Item>> = None;
    let conditions: [Condition<Item>; 5] = [
        or(nothing(), eq(Item::copies, 7)).scoped(),
        or(eq(Item::copies, 7), and(none.clone(), none.clone())).scoped(),
        any_of([nothing(), nothing()]),
        not(any_of(Vec::<Condition<Item>>::new())),
        not(and(eq(Item::copies, 7), or(none.clone(), none.clone()))).scoped(),
    ];
    for condition in conditions {
        let error = db.delete::<Item>().filter(condition).execute().await.unwrap_err();
        assert!(error.to_string().contains("it would mean every row"), "{error}");
    }
    let conditions: [Condition<Item>; 3] = [
        or(none.clone(), eq(Item::copies, 7)).scoped(),
        any_of([none.clone()]),
        and(nothing(), eq(Item::copies, 7)).scoped(),
    ];
    for condition in conditions {
        db.delete::<Item>().filter(condition).execute().await.unwrap();
    }
}
