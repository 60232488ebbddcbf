//! The snippets of the README, as they stand there, on a real server; and a check that none is missing here.

#![expect(
    clippy::items_after_statements,
    clippy::print_stdout,
    reason = "snippets begin with imports and show results"
)]

use antigravity_database::{
    Database, Execution, ExecutionStatus, Node, Workflow,
    seed::{Environment, seed},
    sql,
    test::TestDatabase,
};
use chrono::{DateTime, Utc};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

async fn seeded(db: &Database) -> Result {
    seed(db, Environment::Development).await?;
    Ok(())
}

#[antigravity_database::test]
async fn relational_query(db: TestDatabase) -> Result {
    seeded(&db).await?;
    let first = db.select::<Workflow>().order_by(Workflow::id).first().await?.expect("seeded");
    assert_eq!(first.id, 1);
    use antigravity_database::{desc, eq, schema::*};

    let workflow = db
        .select::<Workflow>()
        .filter(eq(Workflow::id, 1))
        .with(
            Workflow::executions()
                .order_by(desc(Execution::started_at))
                .limit(10)
                .with(Execution::steps().order_by(ExecutionStep::id)),
        )
        .first()
        .await?
        .expect("seeded");

    for execution in &workflow.executions {
        println!("{:?}: {} steps", execution.status, execution.steps.len());
    }
    assert_eq!(workflow.executions.len(), 4);
    assert_eq!(workflow.executions[0].status, ExecutionStatus::Pending, "NULL sorts first, descending");
    assert_eq!(workflow.executions[1].steps[0].node_id, "check");
    Ok(())
}

#[antigravity_database::test]
async fn create_a_workflow(db: TestDatabase) -> Result {
    use antigravity_database::{Edge, NewWorkflow, Node};

    let workflow = db
        .insert(
            NewWorkflow::builder()
                .name("My Workflow")
                .nodes([Node::new("1", "start"), Node::new("2", "end")])
                .edges([Edge::new("1-2", "1", "2")])
                .build(),
        )
        .returning()
        .await?;
    assert_eq!((workflow.nodes.len(), workflow.edges[0].target.as_str()), (2, "2"));
    Ok(())
}

#[antigravity_database::test]
async fn start_an_execution(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{ExecutionStatus, NewExecution};
    use serde_json::json;

    let execution = db
        .insert(
            NewExecution::builder()
                .workflow_id(1)
                .status(ExecutionStatus::Pending)
                .data(json!({ "input": "test data" }))
                .build(),
        )
        .returning()
        .await?;
    assert_eq!(execution.data["input"], "test data");
    Ok(())
}

#[antigravity_database::test]
async fn filters(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{Execution, ExecutionStatus, and, asc, desc, eq, or};

    let open = db
        .select::<Execution>()
        .filter(and(
            eq(Execution::workflow_id, 1),
            or(
                eq(Execution::status, ExecutionStatus::Pending),
                eq(Execution::status, ExecutionStatus::Running),
            ),
        ))
        .order_by(desc(Execution::created_at))
        .order_by(asc(Execution::id))
        .limit(20)
        .all()
        .await?;
    assert_eq!(open.len(), 2);
    Ok(())
}

#[antigravity_database::test]
async fn sql_where_the_builder_ends(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{Execution, sql};

    let order = 1001;
    let found = db
        .select::<Execution>()
        .filter(sql!("({} #>> '{{input,order}}')::int = {order}", Execution::data))
        .all()
        .await?;

    let by_status: Vec<(String, i64)> = db
        .query_as(sql!("select status::text, count(*) from executions group by 1 order by 1"))
        .all()
        .await?;
    assert_eq!(found.len(), 1);
    assert_eq!(by_status[0], ("cancelled".to_owned(), 1));
    Ok(())
}

#[antigravity_database::test]
async fn join_choose_and_group(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{Execution, Workflow, count, desc, eq, max};

    let busiest: Vec<(String, i64, Option<DateTime<Utc>>)> = db
        .select::<Workflow>()
        .left_join::<Execution>()
        .on(eq(Execution::workflow_id, Workflow::id))
        .group_by(Workflow::id)
        .order_by(desc(count(Execution::id)))
        .columns((Workflow::name, count(Execution::id), max(Execution::started_at)))
        .all()
        .await?;
    assert_eq!(busiest[0].1, 4);
    assert!(busiest[0].2.is_some());
    Ok(())
}

#[antigravity_database::test]
async fn rows_by_their_children(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{Execution, ExecutionStatus, Workflow, eq, row};

    let failing: Vec<(Workflow, i64)> = db
        .select::<Workflow>()
        .filter(Workflow::executions().some(eq(Execution::status, ExecutionStatus::Failed)))
        .columns((row::<Workflow>(), Workflow::executions().count()))
        .all()
        .await?;
    assert!(failing.iter().all(|(_, executions)| *executions > 0));
    assert_eq!(failing[0].0.id, 1);
    Ok(())
}

#[antigravity_database::test]
async fn pages_and_streams(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{ExecutionStep, asc, desc};
    use futures_util::TryStreamExt;

    let order = (desc(ExecutionStep::created_at), asc(ExecutionStep::id));
    let page = db.select::<ExecutionStep>().page(order.clone(), None).limit(5).all().await?;
    let after = page.last().map(|last| (last.created_at, last.id));
    let next = db.select::<ExecutionStep>().page(order, after).limit(5).all().await?;

    let mut steps = db.select::<ExecutionStep>().stream().await?;
    while let Some(step) = steps.try_next().await? {
        println!("{}", step.node_id);
    }
    assert!(page.len() == 5 && !next.is_empty());
    assert!(next.iter().all(|step| !page.contains(step)));
    Ok(())
}

#[antigravity_database::test]
async fn many_rows(db: TestDatabase) -> Result {
    use antigravity_database::{NewWorkflow, WorkflowPatch};

    let rows = (1..=1000).map(|number| NewWorkflow::builder().name(format!("workflow {number}")).build());
    let workflows = db.insert_many(rows).returning().await?;

    let rows = (1..=1000).map(|number| NewWorkflow::builder().name(format!("copy {number}")).build());
    let copied = db.copy_in(rows).execute().await?;

    let last = db.find::<Workflow>(workflows[999].id).one().await?;
    db.update::<Workflow>()
        .key(last.id)
        .patch(WorkflowPatch::new().description("the last one"))
        .execute()
        .await?;
    assert_eq!(copied, 1000);
    assert_eq!(db.find::<Workflow>(last.id).one().await?.description.as_deref(), Some("the last one"));
    Ok(())
}

#[antigravity_database::test]
async fn a_transaction_is_tried_again(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{Execution, ExecutionStatus, Isolation, Retry, TransactionOptions, eq};

    let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
    let cancelled = db
        .transaction_retrying_with(serializable, Retry::new().attempts(10), || {
            async |tx| {
                let pending = eq(Execution::status, ExecutionStatus::Pending);
                tx.update::<Execution>()
                    .set(Execution::status, ExecutionStatus::Cancelled)
                    .filter(pending)
                    .execute()
                    .await
            }
        })
        .await?;
    assert_eq!(cancelled, 1);
    Ok(())
}

#[antigravity_database::test]
async fn update_and_delete(db: TestDatabase) -> Result {
    seeded(&db).await?;
    use antigravity_database::{Execution, ExecutionPatch, ExecutionStatus, ExecutionStep, and, eq, lt};

    db.update::<Execution>()
        .patch(ExecutionPatch::new().status(ExecutionStatus::Failed).error("timed out"))
        .filter(eq(Execution::status, ExecutionStatus::Running))
        .execute()
        .await?;

    db.update::<ExecutionStep>()
        .set(ExecutionStep::retry_count, ExecutionStep::retry_count + 1)
        .set_null(ExecutionStep::next_retry_at)
        .filter(lt(ExecutionStep::retry_count, ExecutionStep::max_retries))
        .execute()
        .await?;

    let deleted = db
        .delete::<Execution>()
        .filter(and(eq(Execution::workflow_id, 1), eq(Execution::status, ExecutionStatus::Failed)))
        .returning()
        .await?;
    assert_eq!(deleted.len(), 2);
    Ok(())
}

#[antigravity_database::test]
async fn transactions(db: TestDatabase) -> Result {
    use antigravity_database::{Error, NewExecution, NewWorkflow};

    let execution = db
        .transaction(async |tx| {
            let workflow = tx.insert(NewWorkflow::builder().name("Report").build()).returning().await?;
            tx.insert(NewExecution::builder().workflow_id(workflow.id).build()).returning().await
        })
        .await?;

    let tx = db.begin().await?;
    tx.insert(NewWorkflow::builder().name("never seen").build()).execute().await?;
    drop(tx); // rolled back

    assert_eq!(db.select::<Workflow>().all().await?.len(), 1);
    assert_eq!(execution.status, ExecutionStatus::Pending);
    let failed: std::result::Result<(), Error> = db
        .transaction(async |tx| {
            tx.execute(sql!("delete from workflows")).await?;
            tx.execute(sql!("select 1 / 0")).await.map(drop)
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(db.select::<Workflow>().all().await?.len(), 1);
    Ok(())
}

mod types {
    use antigravity_database::{Execution, ExecutionStep, NewExecution, Workflow};

    pub(crate) fn title(workflow: &Workflow) -> String {
        format!("#{} {}", workflow.id, workflow.name)
    }

    pub(crate) fn first_run(workflow_id: i64) -> NewExecution {
        NewExecution::builder().workflow_id(workflow_id).build()
    }

    pub(crate) fn duration(execution: &Execution) -> Option<chrono::TimeDelta> {
        Some(execution.completed_at? - execution.started_at?)
    }

    pub(crate) fn retries_left(step: &ExecutionStep) -> i32 {
        step.max_retries - step.retry_count
    }
}

#[antigravity_database::test]
async fn exported_types(db: TestDatabase) -> Result {
    seeded(&db).await?;
    let workflow = db.select::<Workflow>().order_by(Workflow::id).first().await?.expect("seeded");
    assert_eq!(types::title(&workflow), "#1 Order fulfilment");
    let execution = db.insert(types::first_run(workflow.id)).returning().await?;
    assert_eq!(types::duration(&execution), None);
    let finished = db.select::<Execution>().with(Execution::steps()).order_by(Execution::id).first().await?;
    assert!(types::retries_left(&finished.expect("seeded").steps[0]) > 0);
    assert_eq!(Node::new("1", "start").kind, "start");
    Ok(())
}

mod own_test {
    use antigravity_database::{NewWorkflow, Workflow, test::TestDatabase};

    #[antigravity_database::test]
    async fn a_new_workflow_is_found(db: TestDatabase) {
        db.insert(NewWorkflow::builder().name("Report").build()).execute().await.unwrap();
        assert_eq!(db.select::<Workflow>().one().await.unwrap().name, "Report");
    }
}

/// The example of a schema; `derive` and `schema!` check it.
#[expect(unreachable_pub, reason = "a schema is public in its package")]
mod schema_example {
    use antigravity_database::{PgEnum, Table, schema};
    use chrono::{DateTime, Utc};

    #[derive(Debug, Clone, PartialEq, Table)]
    #[table(name = "teams", has_many(members = Member::team_id))]
    pub struct Team {
        #[column(primary_key, identity)]
        pub id: i64,
        #[column(unique)]
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Table)]
    #[table(name = "members")]
    #[index(team_id, desc(joined_at))]
    pub struct Member {
        #[column(primary_key, identity)]
        pub id: i64,
        #[column(references(Team::id, on_delete = cascade))] // gives Member::team()
        pub team_id: i64,
        pub nickname: Option<String>,
        #[column(default = Role::Guest)]
        pub role: Role,
        #[column(default = now())]
        pub joined_at: DateTime<Utc>,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
    pub enum Role {
        Guest,
        Owner,
    }

    schema! { Team, Member }
}

#[test]
fn the_example_schema_makes_sense() {
    schema_example::schema().validate().unwrap();
}

#[antigravity_database::test]
async fn raw_client(db: TestDatabase) -> Result {
    let client = db.client().await?;
    let version: String = client.query_one("select version()", &[]).await?.get(0);
    assert!(version.starts_with("PostgreSQL"));
    Ok(())
}

mod service {
    use antigravity_database::{Config, Database, OpenError, connect, migrator};

    pub(crate) async fn open(config: Config, apply_migrations: bool) -> Result<Database, OpenError> {
        if apply_migrations {
            migrator()
                .map_err(antigravity_database::migrate::MigrateError::from)?
                .run(&config, &mut |_| ())
                .await?;
        }
        connect(config).await
    }
}

#[antigravity_database::test]
async fn a_service_verifies_or_applies(db: TestDatabase) -> Result {
    let config = antigravity_database::Config::from_url(db.url())?;
    service::open(config.clone(), false).await?;
    db.execute(sql!("drop schema levity cascade")).await?;
    db.execute(sql!("drop table execution_steps, executions, workflows")).await?;
    db.execute(sql!("drop type execution_status, step_status")).await?;
    let pending = service::open(config.clone(), false).await.expect_err("migrations are pending");
    assert!(pending.to_string().contains("_init"), "{pending}");
    let db = service::open(config, true).await?;
    assert!(db.select::<Workflow>().all().await?.is_empty());
    Ok(())
}

/// The code without its layout, which depends on how deep it is nested.
fn compact(code: &str) -> String {
    let dense: String = code.split_whitespace().collect();
    dense.replace(",)", ")").replace(",]", "]").replace(",}", "}")
}

#[test]
fn every_snippet_of_the_readme_runs_here() {
    let here = compact(include_str!("readme.rs"));
    let snippets: Vec<&str> = include_str!("../../README.md")
        .split("```rust\n")
        .skip(1)
        .map(|block| block.split("```").next().expect("split gives at least one"))
        .collect();
    assert!(snippets.len() > 5, "the README has lost its snippets");
    for snippet in snippets {
        assert!(here.contains(&compact(snippet)), "`tests/readme.rs` does not run this snippet:\n{snippet}");
    }
}

#[test]
fn setup_shows_the_query_of_the_readme_and_runs_what_it_shows() {
    let readme = compact(include_str!("../../README.md"));
    let (begin, end) = ("db.select::<Workflow>()", ".first()");
    let from = readme.find(begin).expect("the README begins with the query");
    let query = &readme[from..from + readme[from..].find(end).expect("it has an end") + end.len()];
    assert_eq!(compact(include_str!("../cli/src/showcase.rs")).matches(query).count(), 2, "{query}");
}
