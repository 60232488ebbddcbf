//! Relational loads.

mod columns;
mod conditions;
mod library;
mod many_to_many;
mod plans;
mod trees;

use levity::{Database, Transaction, asc, desc, eq, gt, ne, sql};

use crate::{
    database, project,
    tables::{
        Account, Child, Comment, Document, NewComment, NewDocument, NewSettings, NewTask, Parent, Project,
        Settings, Status, Task,
    },
    task,
};

/// Two projects with tasks `a` to `d` each; every task of the first has two comments.
async fn fill(db: &Database) -> (Project, Project) {
    let (first, second) = (project(db, "first").await, project(db, "second").await);
    for title in ["a", "b", "c", "d"] {
        let task_of_first = task(db, &first, title).await;
        for body in ["x", "y"] {
            let comment =
                NewComment::builder().task_id(task_of_first.id).body(format!("{title}{body}")).build();
            db.insert(comment).execute().await.unwrap();
        }
        task(db, &second, title).await;
    }
    db.insert(NewSettings::builder().project_id(first.id).tags(["one", "two"].map(str::to_owned)).build())
        .execute()
        .await
        .unwrap();
    (first, second)
}

fn titles<'row>(tasks: impl IntoIterator<Item = &'row Task>) -> String {
    tasks.into_iter().map(|task| task.title.as_str()).collect()
}

/// Until the end of the transaction, every plan that can be parallel is.
async fn force_parallel_plans(tx: &Transaction) {
    for setting in [
        sql!("set local parallel_setup_cost = 0"),
        sql!("set local parallel_tuple_cost = 0"),
        sql!("set local min_parallel_table_scan_size = 0"),
        sql!("set local max_parallel_workers_per_gather = 4"),
    ] {
        tx.execute(setting).await.unwrap();
    }
}

#[tokio::test]
async fn each_level_has_its_own_filter_order_and_limit() {
    let (_guard, db) = database().await;
    fill(&db).await;
    let projects = db
        .select::<Project>()
        .order_by(desc(Project::name))
        .with(
            Project::tasks()
                .filter(ne(Task::title, "c"))
                .order_by(desc(Task::title))
                .limit(2)
                .with(Task::comments().order_by(desc(Comment::body)).limit(1)),
        )
        .all()
        .await
        .unwrap();
    let read: Vec<_> = projects
        .iter()
        .map(|project| {
            let comments =
                project.tasks.iter().flat_map(|task| &task.comments).map(|comment| comment.body.as_str());
            (
                project.name.as_str(),
                titles(project.tasks.iter().map(|task| &**task)),
                comments.collect::<String>(),
            )
        })
        .collect();
    assert_eq!(
        read,
        [("second", "db".to_owned(), String::new()), ("first", "db".to_owned(), "dyby".to_owned())]
    );
}

#[tokio::test]
async fn an_offset_counts_per_parent() {
    let (_guard, db) = database().await;
    fill(&db).await;
    let tasks = Project::tasks().order_by(asc(Task::title)).offset(3);
    let projects = db.select::<Project>().with(tasks).all().await.unwrap();
    assert!(projects.iter().all(|project| titles(&project.tasks) == "d"));
}

#[tokio::test]
async fn several_relations_on_one_level_and_a_row_or_none() {
    let (_guard, db) = database().await;
    fill(&db).await;
    let projects = db
        .select::<Project>()
        .order_by(Project::id)
        .with(Project::tasks().order_by(Task::title))
        .with(Project::settings())
        .all()
        .await
        .unwrap();
    assert_eq!(titles(&projects[0].tasks), "abcd");
    assert_eq!(projects[0].settings.as_ref().unwrap().tags, ["one", "two"]);
    assert!(projects[1].settings.is_none());
    let (row, settings) = (projects[0].clone().into_row(), projects[0].settings.clone());
    assert_eq!(row.name, "first");
    assert!(settings.is_some());
}

#[tokio::test]
async fn children_that_share_a_parent_each_have_it() {
    let (_guard, db) = database().await;
    let (first, _) = fill(&db).await;
    let tasks = db
        .select::<Task>()
        .filter(eq(Task::project_id, first.id))
        .with(Task::project().with(Project::settings()))
        .all()
        .await
        .unwrap();
    assert_eq!(tasks.len(), 4);
    assert!(tasks.iter().all(|task| task.project.id == first.id && task.project.settings.is_some()));
}

#[tokio::test]
async fn a_table_can_be_related_to_itself() {
    let (_guard, db) = database().await;
    let project = project(&db, "p").await;
    let root = task(&db, &project, "root").await;
    for title in ["left", "right"] {
        let child = NewTask::builder().project_id(project.id).parent_id(root.id).title(title).build();
        db.insert(child).execute().await.unwrap();
    }
    let tree = db
        .select::<Task>()
        .filter(levity::is_null(Task::parent_id))
        .with(Task::subtasks().order_by(Task::title).with(Task::parent()))
        .one()
        .await
        .unwrap();
    assert_eq!(titles(tree.subtasks.iter().map(|task| &**task)), "leftright");
    assert!(tree.subtasks.iter().all(|task| task.parent.as_ref().unwrap().id == root.id));
    let parents = db.select::<Task>().order_by(Task::id).with(Task::parent()).all().await.unwrap();
    assert!(parents[0].parent.is_none() && parents[1].parent.is_some());
}

#[tokio::test]
async fn a_composite_key_matches_on_every_column() {
    let (_guard, db) = database().await;
    db.execute(sql!("insert into accounts values (1, 1), (1, 2), (2, 1)")).await.unwrap();
    for (id, tenant, owner) in [(1, 1, Some(1)), (2, 1, Some(2)), (3, 2, Some(1)), (4, 2, None)] {
        db.insert(NewDocument::builder().id(id).tenant(tenant).owner(owner).build()).execute().await.unwrap();
    }
    let accounts = db
        .select::<Account>()
        .order_by(Account::tenant)
        .order_by(Account::number)
        .with(Account::documents())
        .all()
        .await
        .unwrap();
    let ids: Vec<_> = accounts.iter().map(|account| account.documents[0].id).collect();
    assert_eq!(ids, [1, 2, 3]);
    let documents =
        db.select::<Document>().order_by(Document::id).with(Document::account()).all().await.unwrap();
    assert_eq!(documents[2].account, Some(Account { tenant: 2, number: 1 }));
    assert_eq!(documents[3].account, None);
}

#[tokio::test]
async fn an_optional_relation_can_be_filtered_away() {
    let (_guard, db) = database().await;
    let (first, _) = fill(&db).await;
    let none = Project::settings().filter(gt(Settings::project_id, first.id));
    let project = db.select::<Project>().order_by(Project::id).with(none).first().await.unwrap().unwrap();
    assert!(project.settings.is_none());
}

#[tokio::test]
async fn a_column_without_its_table_is_the_childs() {
    let (_guard, db) = database().await;
    let (first, _) = fill(&db).await;
    let tasks = || {
        Project::tasks()
            .filter(sql!("id > 0 and title <> 'a'"))
            .order_by(sql!("length(title)").typed::<i32>())
    };
    for tasks in [tasks(), tasks().limit(9)] {
        let loaded =
            db.select::<Project>().filter(eq(Project::id, first.id)).with(tasks).one().await.unwrap();
        assert_eq!(loaded.tasks.len(), 3);
    }
    let parents_only =
        db.select::<Project>().with(Project::tasks().filter(sql!("budget is null"))).all().await;
    assert_eq!(parents_only.unwrap_err().code().unwrap().code(), "42703");
    let settings = Project::settings().filter(sql!("project_id = {}", first.id));
    assert!(
        db.select::<Project>()
            .order_by(Project::id)
            .with(settings)
            .first()
            .await
            .unwrap()
            .unwrap()
            .settings
            .is_some()
    );
}

#[tokio::test]
async fn columns_of_a_domain_and_with_odd_names_are_loaded() {
    let (_guard, db) = database().await;
    db.execute(sql!("insert into parents values (1)")).await.unwrap();
    db.execute(sql!("insert into \"select\" values (2, 1, 'a@b', 'x')")).await.unwrap();
    let parent = db.select::<Parent>().with(Parent::children()).one().await.unwrap();
    assert_eq!((parent.children[0].email.as_str(), parent.children[0].r#type.as_str()), ("a@b", "x"));
    let child = db.select::<Child>().with(Child::parent()).one().await.unwrap();
    assert_eq!(child.parent.id, 1);
}

#[tokio::test]
async fn two_rows_are_not_one() {
    let (_guard, db) = database().await;
    let (first, _) = fill(&db).await;
    db.execute(sql!("alter table settings drop constraint settings_pkey")).await.unwrap();
    db.execute(sql!("insert into settings values ({}, array['three'])", first.id)).await.unwrap();
    let error = db.select::<Project>().with(Project::settings()).all().await.unwrap_err();
    assert!(error.to_string().contains("2 rows for `settings`"), "{error}");
}

#[tokio::test]
async fn no_parent_is_no_row() {
    let (_guard, db) = database().await;
    assert!(db.select::<Project>().with(Project::tasks()).all().await.unwrap().is_empty());
    assert!(db.select::<Project>().with(Project::tasks()).first().await.unwrap().is_none());
}

#[tokio::test]
async fn order_within_a_level_does_not_depend_on_a_serial_plan() {
    let (_guard, db) = database().await;
    fill(&db).await;
    db.execute(sql!(
        "insert into tasks (project_id, title) select id, n::text from projects, generate_series(1, 5000) n"
    ))
    .await
    .unwrap();
    let tx = db.begin().await.unwrap();
    force_parallel_plans(&tx).await;
    let projects = tx
        .select::<Project>()
        .order_by(desc(Project::id))
        .with(Project::tasks().order_by(desc(Task::id)).with(Task::comments().order_by(desc(Comment::id))))
        .all()
        .await
        .unwrap();
    assert_eq!(projects.iter().map(|project| project.tasks.len()).collect::<Vec<_>>(), [5004, 5004]);
    assert!(projects.is_sorted_by_key(|project| std::cmp::Reverse(project.id)));
    assert!(projects.iter().all(|project| project.tasks.is_sorted_by_key(|task| std::cmp::Reverse(task.id))));
    let comments = |task: &Task| task.status == Status::Open;
    assert!(projects.iter().flat_map(|project| &project.tasks).all(|task| comments(task)));
}
