use levity::migrate::{DatabaseState, MigrationTag, Migrator, Progress, StageId};
use tokio_postgres::error::SqlState;

use crate::support::{Project, STAGES, statement, tag};

const ENUM: &str = "CREATE TYPE mood AS ENUM ('ok');\n--> statement-breakpoint\nCREATE TABLE people (mood mood);\n\
                    --> stage\nALTER TYPE mood ADD VALUE 'bad';\n--> stage\nINSERT INTO people VALUES ('bad');\n";

#[tokio::test]
async fn pending_migrations_are_applied_once() {
    let project = Project::with(&["CREATE TABLE t (id int);", "INSERT INTO t VALUES (1);"]).await;
    let applied = project.run().await.unwrap();
    assert_eq!(applied.stages, 2);
    assert_eq!(applied.migrations.iter().map(MigrationTag::name).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(project.run().await.unwrap().stages, 0);
    assert_eq!(project.query("SELECT count(*) FROM t").await, ["1"]);
    assert_eq!(project.query(STAGES).await, ["a1", "b1"]);
}

#[tokio::test]
async fn stages_commit_one_after_the_other() {
    // In one transaction, the new value could not be used.
    let project = Project::with(&[ENUM]).await;
    let (result, seen) = project.watch().await;
    assert_eq!(result.unwrap().stages, 3);
    assert_eq!(project.query(STAGES).await, ["a1", "a2", "a3"]);
    let stage = |number| StageId { tag: tag("a").parse().unwrap(), number, stages: 3 };
    for (number, pair) in seen.chunks(2).enumerate() {
        assert_eq!(pair[0], Progress::Started { stage: stage(number + 1) });
        assert!(matches!(&pair[1], Progress::Applied { stage: done, .. } if *done == stage(number + 1)));
    }
}

#[tokio::test]
async fn a_migration_without_statements_is_recorded() {
    let project = Project::with(&["-- nothing to do\n"]).await;
    assert_eq!(project.run().await.unwrap().stages, 1);
    assert_eq!(project.run().await.unwrap().stages, 0);
}

#[tokio::test]
async fn projects_that_share_a_database_do_not_see_each_other() {
    let project = Project::with(&["SELECT 1;"]).await;
    let other = Migrator::new("other", project.migrator().history().clone());
    let (first, second) = (project.migrator(), other);
    let (mut quiet, mut silent) = (|_| (), |_| ());
    let (a, b) =
        tokio::join!(first.run(&project.config, &mut quiet), second.run(&project.config, &mut silent));
    assert_eq!((a.unwrap().stages, b.unwrap().stages), (1, 1));
}

#[tokio::test]
async fn a_failing_statement_leaves_whole_stages_and_the_next_run_goes_on() {
    let broken = "-- header\n\nCREATE TABLE t (id int);\n--> stage\nINSERT INTO t VALUES (1);\n\
                  --> statement-breakpoint\nINSERT INTO t\n  VALUES ('é', nothing);\n";
    let project = Project::with(&[broken]).await;
    let error = statement(project.run().await);
    assert_eq!(error.code(), Some(&SqlState::UNDEFINED_COLUMN));
    assert_eq!((error.line, error.column), (Some(8), Some(16)));
    assert_eq!(error.statement, "INSERT INTO t\n  VALUES ('é', nothing);");
    assert_eq!(error.state, DatabaseState::RolledBack { applied: 1, stages: 2 });
    insta::assert_snapshot!(error, @r#"stage 2 of 2 of migration `20260101000000_a` failed at `20260101000000_a/migration.sql` line 8, column 16: column "nothing" does not exist (SQLSTATE 42703); nothing of this stage remains, and 1 of the 2 stages are applied; correct `20260101000000_a/migration.sql` and run it again"#);
    assert!(project.is_unlocked().await);
    assert_eq!(project.query("SELECT count(*) FROM t").await, ["0"]);
    assert_eq!(project.query(STAGES).await, ["a1"]);

    // The stage that failed may be corrected; the one that is applied may not.
    project.write("a", &[], &broken.replace("('é', nothing)", "(2)").replace("header", "better header"));
    assert_eq!(project.run().await.unwrap().stages, 1);
    assert_eq!(project.query("SELECT count(*) FROM t").await, ["2"]);
    assert_eq!(project.run().await.unwrap().stages, 0);
}

#[tokio::test]
async fn a_stage_that_failed_may_be_removed() {
    let project = Project::with(&["CREATE TABLE t ();\n--> stage\nSELECT nothing;"]).await;
    statement(project.run().await);
    project.write("a", &[], "CREATE TABLE t ();");
    let applied = project.run().await.unwrap();
    assert_eq!((applied.migrations.len(), applied.stages), (1, 0));
    assert_eq!(project.run().await.unwrap().migrations, []);
}

#[tokio::test]
async fn a_failing_commit_is_reported() {
    let project = Project::with(&["CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\n\
                                   --> statement-breakpoint\nINSERT INTO t VALUES (1), (1);"])
    .await;
    let error = statement(project.run().await);
    assert_eq!((error.statement.as_str(), error.line), ("COMMIT", None));
    assert_eq!(error.code(), Some(&SqlState::UNIQUE_VIOLATION));
    assert_eq!(project.query("SELECT to_regclass('t')").await, ["NULL"]);
}

#[tokio::test]
async fn a_stage_that_ends_its_transaction_is_not_recorded() {
    for end in ["COMMIT", "ROLLBACK", "COMMIT; BEGIN"] {
        let project =
            Project::with(&[&format!("CREATE TABLE t ();\n--> statement-breakpoint\n{end};")]).await;
        let error = project.run().await.unwrap_err().to_string();
        assert!(error.contains("ended its own transaction"), "{error}");
        assert_eq!(project.query(STAGES).await, [""; 0]);
        assert!(project.is_unlocked().await);
    }
}

#[tokio::test]
async fn settings_of_one_stage_do_not_reach_the_next() {
    let project = Project::with(&["CREATE SCHEMA other;\n--> stage\nSET search_path = other; SET statement_timeout = 250; \
                                   SET lock_timeout = 0;\n--> stage\nCREATE TABLE t ();\n--> statement-breakpoint\n\
                                   SELECT pg_sleep(0.3);\n--> stage lock_timeout=1500ms\n\
                                   CREATE TABLE timeout AS SELECT current_setting('lock_timeout')"])
    .await;
    project.run().await.unwrap();
    assert_eq!(project.query("SELECT to_regclass('public.t')").await, ["t"]);
    assert_eq!(project.query("TABLE timeout").await, ["1500ms"]);
}

#[tokio::test]
async fn the_role_owns_what_migrations_create() {
    let mut project = Project::with(&["CREATE TABLE t ();"]).await;
    let role = project.role("owner", "").await;
    project.execute(&format!("GRANT CREATE ON SCHEMA public TO \"{role}\"")).await;
    project.options.role = Some(role.clone());
    let error = project.run().await.unwrap_err().to_string().replace(project.database(), "<database>");
    insta::assert_snapshot!(error, @"cannot create the tables of the history in the namespace `levity`: permission denied for database <database> (SQLSTATE 42501); run `GRANT CREATE ON DATABASE` for the role, or migrate as a role that has it");

    let grant = format!(
        "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO \"{role}\"', current_database()); END $$"
    );
    project.execute(&grant).await;
    project.run().await.unwrap();
    let owners = "SELECT tableowner FROM pg_tables WHERE tablename IN ('t', 'history', 'marker')";
    assert_eq!(project.query(owners).await, [role.as_str(); 3]);
    project.drop_role(&role).await;
}

#[tokio::test]
async fn a_connection_that_dies_in_a_stage_leaves_nothing_of_it() {
    let project =
        Project::with(&["CREATE TABLE t ();\n--> stage\nCREATE TABLE u ();\n--> statement-breakpoint\n\
                                   SELECT pg_terminate_backend(pg_backend_pid());"])
        .await;
    let error = statement(project.run().await);
    assert_eq!(error.state, DatabaseState::RolledBack { applied: 1, stages: 2 });
    assert_eq!(project.query(STAGES).await, ["a1"]);
    project.write("a", &[], "CREATE TABLE t ();\n--> stage\nCREATE TABLE u ();\n");
    assert_eq!(project.run().await.unwrap().stages, 1);
}

#[tokio::test]
async fn a_dry_run_names_what_would_run_and_writes_nothing() {
    let project = Project::with(&["-- h\n\nCREATE TABLE t ();\n\n--> stage transaction=off\nVACUUM"]).await;
    let stages = project.migrator().dry_run(&project.config).await.unwrap();
    let plan: Vec<_> = stages.iter().map(|stage| (stage.number, stage.statements[0].line)).collect();
    assert_eq!(plan, [(1, 3), (2, 6)]);
    assert_eq!(stages[1].statements[0].sql, "VACUUM");
    assert_eq!(project.query("SELECT to_regnamespace('levity')").await, ["NULL"]);
}

#[tokio::test]
async fn a_copy_that_asks_for_data_is_an_error() {
    let project = Project::with(&["CREATE TABLE t (id int);\n--> stage\nCOPY t FROM STDIN;"]).await;
    let error = statement(project.run().await).to_string();
    assert!(error.contains("write `INSERT`"), "{error}");
    assert_eq!(project.query(STAGES).await, ["a1"]);
}
