//! Queries on one table.

use levity::{and, any_of, asc, desc, eq, gt, in_list, is_null, like, ne, not, or, sql};

use crate::{
    database, project,
    tables::{NewTask, Project, ProjectPatch, Status, Task, TaskPatch},
    task,
};

#[tokio::test]
async fn an_insert_returns_the_row_with_its_defaults() {
    let (_guard, db) = database().await;
    let project = project(&db, "first").await;
    let new = NewTask::builder().project_id(project.id).title("t").note(None).build();
    let task = db.insert(new).returning().await.unwrap();
    assert_eq!((task.status, task.effort, task.note), (Status::Open, 1, None));
}

#[tokio::test]
async fn filters_compose_and_order_limits_and_skips() {
    let (_guard, db) = database().await;
    let project = project(&db, "p").await;
    for title in ["a", "b", "c", "d"] {
        task(&db, &project, title).await;
    }
    let titles = |tasks: Vec<Task>| tasks.into_iter().map(|task| task.title).collect::<String>();
    let tasks = || db.select::<Task>().order_by(desc(Task::title));
    assert_eq!(titles(tasks().all().await.unwrap()), "dcba");
    assert_eq!(titles(tasks().limit(2).offset(1).all().await.unwrap()), "cb");
    let either = or(eq(Task::title, "a"), and(gt(Task::title, "b"), ne(Task::title, "d")));
    assert_eq!(titles(tasks().filter(either).all().await.unwrap()), "ca");
    assert_eq!(
        titles(tasks().filter(Task::effort.eq(1)).filter(Task::title.lt("c")).all().await.unwrap()),
        "ba"
    );
    let listed = in_list(Task::title, ["a", "d"]);
    assert_eq!(titles(tasks().filter(listed).all().await.unwrap()), "da");
    assert_eq!(titles(tasks().filter(in_list(Task::status, [] as [Status; 0])).all().await.unwrap()), "");
    assert_eq!(titles(tasks().filter(not(like(Task::title, "a%"))).all().await.unwrap()), "dcb");
    assert_eq!(
        titles(tasks().filter(sql!("{} = any(array['b', {}])", Task::title, "c")).all().await.unwrap()),
        "cb"
    );
    let either = any_of(["a", "d"].map(|title| eq(Task::title, title)));
    assert_eq!(titles(tasks().filter(either).all().await.unwrap()), "da");
    let unset =
        db.select::<Task>().filter(is_null(Task::note)).order_by(asc(Task::id)).first().await.unwrap();
    assert_eq!(unset.unwrap().title, "a");
}

#[tokio::test]
async fn one_row_is_one_row() {
    let (_guard, db) = database().await;
    assert!(db.select::<Project>().first().await.unwrap().is_none());
    assert!(db.select::<Project>().one().await.unwrap_err().is_no_rows());
    project(&db, "a").await;
    assert_eq!(db.select::<Project>().one().await.unwrap().name, "a");
    project(&db, "b").await;
    assert!(db.select::<Project>().one().await.unwrap_err().is_too_many_rows());
}

#[tokio::test]
async fn an_update_sets_values_expressions_and_null() {
    let (_guard, db) = database().await;
    let project = project(&db, "p").await;
    let first = task(&db, &project, "first").await;
    let second = task(&db, &project, "second").await;
    let patch = TaskPatch::new().status(Status::Done).note("seen");
    let changed = db.update::<Task>().patch(patch).filter(eq(Task::id, first.id)).returning().await.unwrap();
    assert_eq!((changed[0].status, changed[0].note.as_deref()), (Status::Done, Some("seen")));
    let effort = db.update::<Task>().set(Task::effort, Task::effort + 2).set_null(Task::note);
    assert_eq!(effort.all_rows().execute().await.unwrap(), 2);
    let tasks = db.select::<Task>().order_by(Task::id).all().await.unwrap();
    assert_eq!(tasks[0], Task { status: Status::Done, effort: 3, note: None, ..first });
    assert_eq!(tasks[1], Task { effort: 3, ..second });
}

#[tokio::test]
async fn a_nullable_column_is_cleared_by_a_patch() {
    let (_guard, db) = database().await;
    let project = project(&db, "p").await;
    let new = NewTask::builder().project_id(project.id).title("t").note("x").build();
    db.insert(new).execute().await.unwrap();
    let cleared =
        db.update::<Task>().patch(TaskPatch::new().note(None)).all_rows().returning().await.unwrap();
    assert_eq!(cleared[0].note, None);
}

#[tokio::test]
async fn on_update_columns_follow_every_update_that_changes_something() {
    let (_guard, db) = database().await;
    let before = project(&db, "p").await;
    assert_eq!(db.update::<Project>().patch(ProjectPatch::new()).all_rows().execute().await.unwrap(), 0);
    assert_eq!(db.select::<Project>().one().await.unwrap().updated_at, before.updated_at);
    let after = db.update::<Project>().set(Project::name, "q").all_rows().returning().await.unwrap();
    assert!(after[0].updated_at > before.updated_at);
    let explicit =
        db.update::<Project>().set(Project::updated_at, before.updated_at).all_rows().returning().await;
    assert_eq!(explicit.unwrap()[0].updated_at, before.updated_at);
}

#[tokio::test]
async fn a_delete_returns_what_it_deleted() {
    let (_guard, db) = database().await;
    let project = project(&db, "p").await;
    for title in ["a", "b", "c"] {
        task(&db, &project, title).await;
    }
    let deleted = db.delete::<Task>().filter(eq(Task::title, "b")).returning().await.unwrap();
    assert_eq!(deleted[0].title, "b");
    assert_eq!(db.delete::<Task>().all_rows().execute().await.unwrap(), 2);
}

#[tokio::test]
async fn sql_statements_have_typed_rows_and_bound_values() {
    let (_guard, db) = database().await;
    let injection = "'; drop table projects; --";
    project(&db, injection).await;
    let name = injection.to_owned();
    let rows =
        db.query_as::<(i64, String)>(sql!("select count(*), max(name) from projects where name = {name}"));
    assert_eq!(rows.one().await.unwrap(), (1, injection.to_owned()));
    let whole = db.query_as::<Project>(sql!("select * from projects")).first().await.unwrap();
    assert_eq!(whole.unwrap().name, injection);
    let new_name = &"x".to_owned();
    assert_eq!(db.execute(sql!("update projects set name = {new_name} -- all")).await.unwrap(), 1);
    assert_eq!(
        db.select::<Project>().filter(sql!("name = {new_name} -- this")).all().await.unwrap().len(),
        1
    );
    let other_order = sql!("select id, data, name, budget, created_at, updated_at from projects");
    let error = db.query_as::<Project>(other_order).all().await.unwrap_err();
    assert!(error.to_string().contains("select them by name, in this order"), "{error}");
    let too_few = db.query_as::<(i64,)>(sql!("select 1::bigint, 2")).all().await.unwrap_err();
    assert!(too_few.to_string().contains("returns 2 columns"), "{too_few}");
}

#[tokio::test]
async fn queries_in_a_transaction_see_and_undo_its_changes() {
    let (_guard, db) = database().await;
    let tx = db.begin().await.unwrap();
    tx.execute(sql!("insert into projects (name) values ('p')")).await.unwrap();
    assert_eq!(tx.select::<Project>().all().await.unwrap().len(), 1);
    assert_eq!(db.select::<Project>().all().await.unwrap().len(), 0);
    tx.rollback().await.unwrap();
    assert_eq!(db.select::<Project>().all().await.unwrap().len(), 0);
}
