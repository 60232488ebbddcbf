//! Views are read like tables.

use levity::{
    Database, Queryable, Table, View, alias, asc, desc, eq, gt, is_not_null, schema,
    schema::{CheckOption, IndexKey, SqlType, ViewColumn},
};

use crate::{
    database, project,
    tables::{NewTask, Project, Status},
    task,
};

#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "open_tasks", sql = include_str!("views.sql"), check_option = local)]
struct OpenTask {
    id: i64,
    #[column(references(Project::id))]
    project_id: i64,
    title: String,
    note: Option<String>,
}

/// Rows that are stored, with the projects' open tasks.
#[derive(Debug, Clone, PartialEq, View)]
#[view(
    name = "efforts",
    sql = "SELECT project_id, sum(effort) AS total, max(status) AS status FROM tasks GROUP BY project_id",
    materialized,
    has_many(open_tasks = OpenTask::project_id key(project_id))
)]
#[index(project_id, unique)]
#[index(desc(total), name = "largest")]
struct Effort {
    project_id: i64,
    total: i64,
    status: Status,
}

/// A table that is related to a view.
#[derive(Debug, PartialEq, Table)]
#[table(name = "projects", has_many(open_tasks = OpenTask::project_id))]
struct Owner {
    #[column(primary_key, identity)]
    id: i64,
    name: String,
}

alias! { Other = OpenTask }

schema! { OpenTask, Effort, Owner }

/// The views as migrations would create them.
async fn create_views(db: &Database) {
    let client = db.client().await.unwrap();
    for view in schema().views {
        let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        client.batch_execute(&format!("CREATE {kind} {} AS {}", view.name, view.definition.0)).await.unwrap();
    }
    client.batch_execute("CREATE UNIQUE INDEX ON efforts (project_id)").await.unwrap();
}

async fn filled() -> (levity_local::TestDatabase, Database, Project) {
    let (guard, db) = database().await;
    create_views(&db).await;
    let project = project(&db, "p").await;
    task(&db, &project, "a").await;
    task(&db, &project, "b").await;
    let done = NewTask::builder().project_id(project.id).title("c").status(Status::Done).build();
    db.insert(done).execute().await.unwrap();
    (guard, db, project)
}

#[test]
fn a_view_is_described_by_its_struct() {
    let open = OpenTask::definition();
    assert_eq!(open.columns[3], ViewColumn::new("note", SqlType::Text));
    assert!(open.definition.0.starts_with("-- The tasks") && open.definition.0.ends_with("<> 'done'"));
    assert_eq!(open.options.check_option, Some(CheckOption::Local));
    let effort = Effort::definition();
    assert!(effort.materialized && effort.indexes[0].unique);
    assert_eq!(
        (effort.indexes[0].name.as_str(), effort.indexes[1].name.as_str()),
        ("efforts_project_id_idx", "largest")
    );
    assert_eq!(effort.indexes[1].keys, [IndexKey { descending: true, ..IndexKey::column("total") }]);
    let schema = schema();
    assert_eq!((schema.views.len(), schema.tables.len(), schema.enum_types.len()), (2, 1, 1));
    assert_eq!(schema.validate(), Ok(()));
    assert_eq!(OpenTask::NAME, "open_tasks");
}

#[tokio::test]
async fn a_view_is_filtered_joined_and_counted_like_a_table() {
    let (_guard, db, project) = filled().await;
    let open = db.select::<OpenTask>().order_by(desc(OpenTask::title)).all().await.unwrap();
    assert_eq!(open.iter().map(|task| &*task.title).collect::<String>(), "ba");
    let with_note = db.select::<OpenTask>().filter(is_not_null(OpenTask::note)).first().await.unwrap();
    assert_eq!(with_note, None);
    assert_eq!(db.select::<OpenTask>().count().await.unwrap(), 2);

    let names: Vec<(String, String)> = db
        .select::<OpenTask>()
        .inner_join::<Project>()
        .on(eq(Project::id, OpenTask::project_id))
        .order_by(asc(OpenTask::title))
        .columns((Project::name, OpenTask::title))
        .all()
        .await
        .unwrap();
    assert_eq!(names, [("p".to_owned(), "a".to_owned()), ("p".to_owned(), "b".to_owned())]);
    let later: Vec<(String, String)> = db
        .select::<OpenTask>()
        .inner_join::<Other>()
        .on(gt(Other::column(OpenTask::id), OpenTask::id))
        .columns((OpenTask::title, Other::column(OpenTask::title)))
        .all()
        .await
        .unwrap();
    assert_eq!(later, [("a".to_owned(), "b".to_owned())]);
    assert_eq!(open[0].project_id, project.id);
}

#[tokio::test]
async fn relations_lead_from_views_and_to_them() {
    let (_guard, db, project) = filled().await;
    let loaded = db.select::<OpenTask>().with(OpenTask::project()).first().await.unwrap().unwrap();
    assert_eq!(loaded.project.name, "p");
    let owner = db.select::<Owner>().with(Owner::open_tasks()).one().await.unwrap();
    assert_eq!((owner.name.as_str(), owner.open_tasks.len()), ("p", 2));

    db.refresh::<Effort>().execute().await.unwrap();
    let effort = db
        .select::<Effort>()
        .with(Effort::open_tasks().order_by(asc(OpenTask::title)).limit(1))
        .one()
        .await
        .unwrap();
    assert_eq!((effort.project_id, effort.total, effort.open_tasks[0].title.as_str()), (project.id, 3, "a"));
}

#[tokio::test]
async fn a_materialized_view_has_the_rows_of_its_last_refresh() {
    let (_guard, db, project) = filled().await;
    assert!(db.select::<Effort>().all().await.unwrap().is_empty());
    db.refresh::<Effort>().execute().await.unwrap();
    task(&db, &project, "d").await;
    assert_eq!(db.select::<Effort>().one().await.unwrap().total, 3);
    db.refresh::<Effort>().concurrently().execute().await.unwrap();
    let effort = db.select::<Effort>().one().await.unwrap();
    assert_eq!(effort, Effort { project_id: project.id, total: 4, status: Status::Done });

    // In a transaction it is taken back with the rest.
    task(&db, &project, "e").await;
    let transaction = db.begin().await.unwrap();
    transaction.refresh::<Effort>().execute().await.unwrap();
    assert_eq!(transaction.select::<Effort>().one().await.unwrap().total, 5);
    transaction.rollback().await.unwrap();
    assert_eq!(db.select::<Effort>().one().await.unwrap().total, 4);
}
