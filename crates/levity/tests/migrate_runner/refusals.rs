use levity::migrate::{MigrateError, MigrationTag, Problem};
use tokio_postgres::error::SqlState;

use crate::support::{Project, STAGES, statement};

async fn problems(project: &Project) -> Vec<Problem> {
    let error = match project.run().await.unwrap_err() {
        MigrateError::Refused { problems } => problems,
        error => panic!("{error}"),
    };
    assert!(project.is_unlocked().await);
    error
}

#[tokio::test]
async fn an_applied_migration_may_not_be_edited() {
    let project = Project::with(&["CREATE TABLE t ();"]).await;
    project.run().await.unwrap();
    // Other line endings are no edit.
    project.write("a", &[], "CREATE TABLE t ();\r\n".trim_end());
    project.run().await.unwrap();
    project.write("a", &[], "-- a comment\n\nCREATE TABLE t ();");
    project.write("b", &["a"], "CREATE TABLE u ();");
    insta::assert_snapshot!(project.run().await.unwrap_err(), @"nothing was applied: migration `20260101000000_a` was edited after it was applied: restore its `migration.sql` from version control, and make the change in a new migration");
    assert_eq!(project.query(STAGES).await, ["a1"]);
}

#[tokio::test]
async fn an_applied_stage_may_not_be_edited() {
    let project = Project::with(&["CREATE TABLE t ();\n--> stage\nSELECT nothing;"]).await;
    statement(project.run().await);
    project.write("a", &[], "CREATE TABLE u ();\n--> stage\nSELECT 1;");
    assert!(matches!(problems(&project).await[..], [Problem::EditedStage { stage: 1, .. }]));
}

#[tokio::test]
async fn an_applied_migration_may_not_be_deleted() {
    let project = Project::with(&["CREATE TABLE t ();", "CREATE TABLE u ();"]).await;
    project.run().await.unwrap();
    project.delete("b");
    assert!(matches!(&problems(&project).await[..], [Problem::Newer { tag }] if tag.ends_with("_b")));
    // To a service, the database is newer than its build.
    project.migrator().verify(&project.config).await.unwrap();

    project.delete("a");
    project.write("c", &[], "SELECT 1;");
    assert!(matches!(&problems(&project).await[..], [Problem::Deleted { .. }, Problem::Deleted { .. }]));
    project.migrator().verify(&project.config).await.unwrap_err();
}

#[tokio::test]
async fn two_heads_are_refused_and_a_merge_applies_the_late_branch() {
    let project = Project::with(&["CREATE TABLE t ();", "CREATE TABLE left_branch ();"]).await;
    project.run().await.unwrap();
    project.write("z", &["a"], "CREATE TABLE right_branch ();");
    assert!(matches!(problems(&project).await[..], [Problem::Diverged(_)]));
    project.migrator().verify(&project.config).await.unwrap_err();

    project.write("m", &["b", "z"], "-- merges two branches\n");
    let applied = project.run().await.unwrap();
    assert_eq!(applied.migrations.iter().map(MigrationTag::name).collect::<Vec<_>>(), ["z", "m"]);
}

#[tokio::test]
async fn a_parent_that_appears_below_an_applied_migration_is_refused() {
    let project = Project::with(&["CREATE TABLE t ();"]).await;
    project.run().await.unwrap();
    project.write("y", &[], "CREATE TABLE u ();");
    project.write("a", &["y"], "CREATE TABLE t ();");
    assert!(matches!(problems(&project).await[..], [Problem::OutOfOrder { .. }]));
}

#[tokio::test]
async fn a_role_that_may_not_create_gets_told() {
    let mut project = Project::with(&["CREATE TABLE t ();"]).await;
    project.run().await.unwrap();
    project.write("b", &["a"], "CREATE TABLE u ();");
    let role = project.role("reader", "").await;
    project
        .execute(&format!(
            "GRANT USAGE ON SCHEMA levity TO \"{role}\"; GRANT ALL ON levity.history TO \"{role}\""
        ))
        .await;
    project.options.role = Some(role.clone());
    let error = statement(project.run().await);
    assert_eq!(error.code().map(SqlState::code), Some("42501"));
    assert!(project.is_unlocked().await);
    project.drop_role(&role).await;

    project.options.role = Some("nobody_of_this_name".to_owned());
    insta::assert_snapshot!(project.run().await.unwrap_err(), @r#"cannot become role `nobody_of_this_name`: role "nobody_of_this_name" does not exist (SQLSTATE 22023); create it, or `GRANT` it to the user that connects"#);
}

#[tokio::test]
async fn hazard_that_nobody_has_acknowledged_is_refused_before_anything_runs() {
    let first = "CREATE TABLE t (a int, b int);";
    let second = "--> stage hazards=data-loss,breaks-running-code acknowledged=data-loss reason=unused\n\
                  ALTER TABLE t DROP COLUMN a;\n--> stage hazards=data-loss\nALTER TABLE t DROP COLUMN b;";
    let mut project = Project::with(&[first, second]).await;
    let error = project.run().await.unwrap_err();
    insta::assert_snapshot!(error, @r#"nothing was applied, as hazards are not acknowledged: stage 1 of 2 of migration `20260101000000_b` has `breaks-running-code`; stage 2 of 2 of migration `20260101000000_b` has `data-loss`; read `20260101000000_b/migration.sql`, and accept what is meant in the line of the stage, with a reason: `acknowledged=breaks-running-code reason="…"`"#);
    assert!(matches!(
        project.migrator().dry_run(&project.config).await,
        Err(MigrateError::Unacknowledged { .. })
    ));
    assert_eq!(project.query("SELECT to_regclass('t') IS NULL").await, ["t"]);
    assert!(project.is_unlocked().await);

    // A person accepts it in the file.
    let acknowledged = second
        .replace("acknowledged=data-loss reason", "acknowledged=breaks-running-code,data-loss reason")
        .replace("hazards=data-loss\n", "hazards=data-loss acknowledged=data-loss reason=\"moved, to c\"\n");
    project.write("b", &["a"], &acknowledged);
    project.run().await.unwrap();
    assert_eq!(project.query(STAGES).await, ["a1", "b1", "b2"]);

    // Where the database does not matter, nobody has to.
    project.write("c", &["b"], "--> stage hazards=data-loss\nDROP TABLE t;");
    assert!(matches!(project.run().await, Err(MigrateError::Unacknowledged { .. })));
    project.options.allow_unacknowledged = true;
    project.run().await.unwrap();
}
