//! The sample data.

use antigravity_database::{
    Execution, ExecutionStatus, ExecutionStep, NewWorkflow, StepStatus, Workflow, asc, eq, in_list,
    seed::{Environment, seed},
    test::TestDatabase,
};

#[antigravity_database::test]
async fn seeding_twice_changes_nothing(db: TestDatabase) {
    let first = seed(&db, Environment::Development).await.unwrap();
    assert!(first.workflows > 0 && first.executions > 0 && first.steps > 0);
    let workflows = db.select::<Workflow>().order_by(asc(Workflow::id)).all().await.unwrap();
    let second = seed(&db, Environment::Development).await.unwrap();
    assert_eq!((second.workflows, second.executions, second.unchanged), (0, 0, first.workflows));
    assert_eq!(db.select::<Workflow>().order_by(asc(Workflow::id)).all().await.unwrap(), workflows);
}

#[antigravity_database::test]
async fn two_seeds_at_once_create_the_samples_once(db: TestDatabase) {
    let (first, second) =
        tokio::join!(seed(&db, Environment::Development), seed(&db, Environment::Development));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.workflows.min(second.workflows), 0);
    assert_eq!(db.select::<Workflow>().all().await.unwrap().len() as u64, first.workflows + second.workflows);
}

#[antigravity_database::test]
async fn development_has_executions_in_every_status(db: TestDatabase) {
    seed(&db, Environment::Development).await.unwrap();
    let executions = db.select::<Execution>().all().await.unwrap();
    for status in <ExecutionStatus as antigravity_database::types::PgEnum>::VARIANTS {
        assert!(executions.iter().any(|execution| execution.status == *status), "{status:?}");
    }
    let steps = db.select::<ExecutionStep>().all().await.unwrap();
    for status in <StepStatus as antigravity_database::types::PgEnum>::VARIANTS {
        assert!(steps.iter().any(|step| step.status == *status), "{status:?}");
    }
    assert!(steps.iter().any(|step| step.retry_count > 0 && step.next_retry_at.is_some()));
    assert!(steps.iter().any(|step| step.validation.is_some()));
}

#[antigravity_database::test]
async fn production_has_nothing_that_an_engine_would_pick_up(db: TestDatabase) {
    let seeded = seed(&db, Environment::Production).await.unwrap();
    assert!(seeded.executions > 0);
    let open = in_list(
        Execution::status,
        [ExecutionStatus::Pending, ExecutionStatus::Running, ExecutionStatus::Paused],
    );
    assert!(db.select::<Execution>().filter(open).all().await.unwrap().is_empty());
    let waiting = in_list(ExecutionStep::status, [StepStatus::Pending, StepStatus::Running]);
    assert!(db.select::<ExecutionStep>().filter(waiting).all().await.unwrap().is_empty());
}

#[antigravity_database::test]
async fn other_rows_are_not_touched(db: TestDatabase) {
    let own = db.insert(NewWorkflow::builder().name("Order fulfilment").build()).returning().await.unwrap();
    seed(&db, Environment::Development).await.unwrap();
    assert_eq!(db.select::<Workflow>().filter(eq(Workflow::id, own.id)).one().await.unwrap(), own);
}
