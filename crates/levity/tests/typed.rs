use chrono::{DateTime, Utc};
use levity::{Json, *};
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
enum Status {
    Open,
    InProgress,
    Done,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "projects", has_many(tasks = Task::project_id), has_one(settings = Settings::project_id))]
struct Project {
    #[column(primary_key, identity)]
    id: i64,
    name: String,
    #[column(default = Json(Value::Null))]
    data: Json<Value>,
    #[column(default = now(), on_update = now())]
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "tasks", has_many(subtasks = Task::parent_id))]
#[index(project_id, desc(created_at))]
#[index(sql("lower(title)"), name = "tasks_title", unique, filter = "status <> 'done'")]
#[check(name = "effort_positive", "effort > 0")]
struct Task {
    #[column(primary_key, identity = by_default)]
    id: i64,
    #[column(references(Project::id, on_delete = cascade))]
    project_id: i64,
    #[column(references(Task::id, relation = parent))]
    parent_id: Option<i64>,
    title: String,
    #[column(default = Status::Open)]
    status: Status,
    #[column(default = 1)]
    effort: i16,
    note: Option<String>,
    #[column(default = sql("clock_timestamp()"))]
    created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "settings")]
struct Settings {
    #[column(primary_key, references(Project::id, on_delete = cascade))]
    project_id: i64,
    tags: Vec<String>,
}

schema! { Project, Task, Settings }

#[test]
fn definition() {
    schema().validate().unwrap();
    println!("{:#?}", schema());
}

#[test]
fn sql_takes_values_and_columns() {
    let title = "x".to_owned();
    let _ = sql!("select {{}} {} from t where {title} = {}", 1_i64, Task::title);
}
