use levity::{Config, migrate::MigrateError};

use crate::support::{Project, statement};

#[tokio::test]
async fn an_untouched_database_has_everything_pending() {
    let project = Project::with(&["CREATE TABLE t ();\n--> stage\nSELECT 1"]).await;
    let status = project.migrator().status(&project.config).await.unwrap();
    assert_eq!((status.applied.len(), status.pending.len(), status.problems.len()), (0, 1, 0));
    assert_eq!((status.pending[0].stages, status.pending[0].applied_stages), (2, 0));
    assert_eq!(project.query("SELECT to_regnamespace('levity')").await, ["NULL"]);
    let error = project.migrator().verify(&project.config).await.unwrap_err();
    insta::assert_snapshot!(error, @"the database lacks a migration of this build: `20260101000000_a`; apply what is missing with `cargo db migrate`");
}

#[tokio::test]
async fn a_migration_that_is_applied_in_part_is_pending() {
    let project = Project::with(&["CREATE TABLE t ();\n--> stage transaction=off\nSELECT nothing"]).await;
    statement(project.run().await);
    let status = project.migrator().status(&project.config).await.unwrap();
    assert_eq!((status.pending[0].stages, status.pending[0].applied_stages), (2, 1));
    assert!(status.pending[0].started);
}

#[tokio::test]
async fn a_role_that_may_only_read_sees_the_status() {
    let project = Project::with(&["CREATE TABLE t ();"]).await;
    project.run().await.unwrap();
    let role = project.role("reader", "LOGIN").await;
    let read_only = "ALTER ROLE \"<role>\" SET default_transaction_read_only = on; \
                     GRANT USAGE ON SCHEMA levity TO \"<role>\"; GRANT SELECT ON levity.history TO \"<role>\"";
    project.execute(&read_only.replace("<role>", &role)).await;
    let client = project.client().await;
    client
        .batch_execute(&format!(
            "SET SESSION AUTHORIZATION \"{role}\"; SET default_transaction_read_only = on"
        ))
        .await
        .unwrap();
    let status = project.migrator().status_on(&client).await.unwrap();
    assert!(status.is_current());
    assert_eq!(status.applied[0].tag.name(), "a");
    drop(client);
    project.drop_role(&role).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error() {
    let project = Project::with(&["SELECT 1"]).await;
    let config = Config::from_url("postgres://nobody@/nothing?host=/nonexistent").unwrap();
    let error = project.migrator().run(&config, &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, MigrateError::Connect { .. }));
}
