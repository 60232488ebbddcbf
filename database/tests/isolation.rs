//! Each test has a database of its own, and none is left behind.

use std::{panic, sync::Mutex};

use antigravity_database::{Config, Database, NewWorkflow, Workflow, sql, test::TestDatabase};

#[antigravity_database::test]
async fn two_databases_share_nothing(db: TestDatabase) {
    let other = TestDatabase::create().await;
    db.insert(NewWorkflow::builder().name("here").build()).execute().await.unwrap();
    assert_eq!(db.select::<Workflow>().all().await.unwrap().len(), 1);
    assert_eq!(other.select::<Workflow>().all().await.unwrap().len(), 0);
}

#[test]
fn a_test_that_panics_leaves_no_database_behind() {
    let name = Mutex::new(String::new());
    let outcome = panic::catch_unwind(|| {
        TestDatabase::run(async |db: TestDatabase| {
            *name.lock().unwrap() = db.target().database.expect("a clone has a name");
            // Not an assertion's panic: nothing is printed.
            panic::resume_unwind(Box::new("a test fails"));
        });
    });
    assert!(outcome.is_err());
    let name = name.lock().unwrap().clone();
    TestDatabase::run(async |db: TestDatabase| {
        let left = db.query_as::<(i64,)>(sql!("select count(*) from pg_database where datname = {name}"));
        assert_eq!(left.one().await.unwrap(), (0,));
    });
}

#[antigravity_database::test]
async fn a_test_can_return_an_error(db: TestDatabase) -> Result<(), antigravity_database::Error> {
    let same = Database::connect(Config::from_url(db.url())?).await?;
    same.select::<Workflow>().all().await.map(drop)
}
