//! Values that come back exactly as they were stored.

use levity::{Json, eq, sql};
use serde_json::json;

use crate::{
    database, project,
    tables::{NewProject, Project, Status, Task},
    task,
};

#[tokio::test]
async fn relational_queries_keep_exact_values() {
    let (_guard, db) = database().await;
    let document =
        json!({ "deep": [{ "big": 9_007_199_254_740_993_i64, "text": "\u{1F980} \"quoted\"" }, null, 1.5] });
    let exact = "12345678901234567890123456789012345.678900";
    let new = NewProject::builder()
        .name("exact")
        .data(document.clone())
        .budget(exact.parse::<levity::types::Numeric>().unwrap())
        .created_at("2024-02-29T23:59:59.123456Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap())
        .build();
    let project = db.insert(new).returning().await.unwrap();
    let id = i64::MAX - 1;
    db.execute(sql!("insert into tasks (id, project_id, title) values ({id}, {}, 't')", project.id))
        .await
        .unwrap();
    let loaded = db.select::<Project>().with(Project::tasks().with(Task::project())).one().await.unwrap();
    assert_eq!(loaded.tasks[0].id, i64::MAX - 1);
    for row in [&*loaded, &loaded.tasks[0].project] {
        assert_eq!(row.data, Json(document.clone()));
        assert_eq!(row.budget.as_ref().unwrap().as_str(), exact);
        assert_eq!(row.created_at.to_rfc3339(), "2024-02-29T23:59:59.123456+00:00");
    }
}

#[tokio::test]
async fn a_label_that_this_build_does_not_know_fails_only_where_it_is_read() {
    let (_guard, db) = database().await;
    let project = project(&db, "p").await;
    let known = task(&db, &project, "known").await;
    let unknown = task(&db, &project, "unknown").await;
    db.execute(sql!("alter type status add value 'blocked' before 'done'")).await.unwrap();
    db.execute(sql!("update tasks set status = 'blocked' where id = {}", unknown.id)).await.unwrap();
    let done =
        db.update::<Task>().set(Task::status, Status::Done).filter(eq(Task::id, known.id)).execute().await;
    assert_eq!(done.unwrap(), 1);
    assert_eq!(db.select::<Task>().filter(eq(Task::id, known.id)).one().await.unwrap().status, Status::Done);
    let loads =
        db.select::<crate::tables::Project>().with(crate::tables::Project::tasks()).all().await.map(drop);
    for result in [db.select::<Task>().all().await.map(drop), loads] {
        let error = result.unwrap_err();
        let chain: Vec<_> =
            std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
                .map(ToString::to_string)
                .collect();
        assert!(chain[0].contains("`status`"), "{chain:?}");
        let cause = chain.last().unwrap();
        assert!(cause.contains("label `blocked` of the enum type `status` is unknown"), "{chain:?}");
    }
}
