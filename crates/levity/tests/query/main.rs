//! Typed queries on a real server.

mod derived;
mod namespaces;
mod operators;
mod pages;
mod relations;
mod rows;
mod select;
mod tables;
mod values;
mod views;
mod write;

use levity::{Config, Database};
use levity_local::TestDatabase;
use tables::{DDL, NewProject, NewTask, Project, Task};

/// A database with the test tables. Keep the first value: dropping it drops the database.
async fn database() -> (TestDatabase, Database) {
    let test_database = TestDatabase::empty().await.unwrap();
    let db = Database::connect(Config::from_url(test_database.url()).unwrap()).await.unwrap();
    db.client().await.unwrap().batch_execute(DDL).await.unwrap();
    (test_database, db)
}

async fn project(db: &Database, name: &str) -> Project {
    db.insert(NewProject::builder().name(name).build()).returning().await.unwrap()
}

async fn task(db: &Database, project: &Project, title: &str) -> Task {
    db.insert(NewTask::builder().project_id(project.id).title(title).build()).returning().await.unwrap()
}
