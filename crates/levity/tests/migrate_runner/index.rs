use levity::migrate::{DatabaseState, MigrateError, Progress};
use tokio_postgres::error::SqlState;

use crate::support::{Project, STAGES, statement};

const TABLE: &str = "CREATE TABLE t (id int);\n--> statement-breakpoint\nINSERT INTO t VALUES (1), (1);";
const INDEX: &str =
    "--> stage transaction=off index=t_id_idx\nCREATE UNIQUE INDEX CONCURRENTLY t_id_idx ON t (id);";
const VALID: &str = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'public.t_id_idx'::regclass";

/// A project whose unique index has failed on duplicates, and was left invalid.
async fn with_invalid_index() -> Project {
    let project = Project::with(&[TABLE, INDEX]).await;
    let error = statement(project.run().await);
    assert_eq!((error.code(), error.state), (Some(&SqlState::UNIQUE_VIOLATION), DatabaseState::Partial));
    assert_eq!(project.query(VALID).await, ["f"]);
    assert_eq!(project.query(STAGES).await, ["a1", "b1 started"]);
    assert!(project.is_unlocked().await);
    project.execute("DELETE FROM t WHERE ctid = '(0,1)'").await;
    project
}

#[tokio::test]
async fn an_interrupted_build_is_dropped_and_done_again() {
    let project = with_invalid_index().await;
    let (result, seen) = project.watch().await;
    assert_eq!(result.unwrap().stages, 1);
    assert!(seen.iter().any(|progress| matches!(progress, Progress::DroppingInvalidIndex { .. })));
    assert_eq!(project.query(VALID).await, ["t"]);
    assert_eq!(project.query(STAGES).await, ["a1", "b1"]);
}

#[tokio::test]
async fn a_stage_edited_after_an_interruption_replaces_the_index() {
    let project = with_invalid_index().await;
    project.write("b", &["a"], "--> stage\nCREATE INDEX other ON t (id);");
    project.run().await.unwrap();
    assert_eq!(
        project.query("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 't'::regclass").await,
        ["other"]
    );
}

#[tokio::test]
async fn a_complete_index_whose_end_was_not_recorded_is_kept() {
    let project = Project::with(&[TABLE, &INDEX.replace("UNIQUE ", "")]).await;
    project.run().await.unwrap();
    let oid = project.query("SELECT 't_id_idx'::regclass::oid").await;
    project.execute("UPDATE levity.history SET applied_at = NULL WHERE migration_id = 'b'").await;
    let (result, seen) = project.watch().await;
    assert_eq!(result.unwrap().stages, 1);
    assert!(seen.iter().any(|progress| matches!(progress, Progress::FoundIndex { .. })));
    assert_eq!(project.query("SELECT 't_id_idx'::regclass::oid").await, oid);
    assert_eq!(project.query(STAGES).await, ["a1", "b1"]);

    // Unless the stage is another one now: the index may not be what it wants.
    project.execute("UPDATE levity.history SET applied_at = NULL WHERE migration_id = 'b'").await;
    project.write("b", &["a"], INDEX);
    let error = project.run().await.unwrap_err();
    assert!(matches!(error, MigrateError::IndexOfEditedStage { .. }), "{error}");
}

#[tokio::test]
async fn an_index_that_was_there_before_is_never_touched() {
    let project = Project::with(&[TABLE]).await;
    project.run().await.unwrap();
    project.write("b", &["a"], INDEX);
    // Invalid, and of the very name; but not ours.
    let client = project.client().await;
    client.batch_execute("CREATE UNIQUE INDEX CONCURRENTLY t_id_idx ON t (id)").await.unwrap_err();
    for _ in 0..2 {
        let error = project.run().await.unwrap_err();
        assert!(matches!(error, MigrateError::IndexExists { .. }), "{error}");
        assert_eq!(project.query(VALID).await, ["f"]);
        assert_eq!(project.query(STAGES).await, ["a1"]);
    }
}

#[tokio::test]
async fn a_statement_that_builds_another_index_is_not_recorded_as_done() {
    let project =
        Project::with(&[TABLE, &INDEX.replace("index=t_id_idx", "index=other").replace("UNIQUE ", "")]).await;
    let error = project.run().await.unwrap_err();
    assert!(matches!(error, MigrateError::IndexNotBuilt { .. }), "{error}");
    assert_eq!(project.query(STAGES).await, ["a1", "b1 started"]);
}

#[tokio::test]
async fn a_build_waits_for_old_transactions_and_names_them() {
    let project = Project::with(&["CREATE TABLE t (id int);"]).await;
    project.run().await.unwrap();
    project.write("b", &["a"], "--> stage transaction=off index=\"Ünusual\".\"Name\"\nCREATE INDEX CONCURRENTLY \"Name\" ON \"Ünusual\".t (id);");
    project.execute("CREATE SCHEMA \"Ünusual\"; CREATE TABLE \"Ünusual\".t (id int)").await;
    let blocker = project.client().await;
    blocker
        .batch_execute("SET application_name = 'old'; BEGIN; LOCK TABLE \"Ünusual\".t IN ROW EXCLUSIVE MODE")
        .await
        .unwrap();
    let (release, released) = tokio::sync::oneshot::channel();
    let mut release = Some(release);
    let releasing = tokio::spawn(async move {
        released.await.unwrap();
        blocker.batch_execute("COMMIT").await.unwrap();
    });
    let mut blockers = Vec::new();
    project
        .migrator()
        .run(&project.config, &mut |progress| {
            if let Progress::Blocked { by, .. } = progress {
                blockers.extend(by.into_iter().filter_map(|backend| backend.application_name));
                if let Some(release) = release.take() {
                    release.send(()).unwrap();
                }
            }
        })
        .await
        .unwrap();
    releasing.await.unwrap();
    assert_eq!(blockers, ["old"]);
}

#[tokio::test]
async fn an_interrupted_statement_without_an_index_runs_again() {
    let project = Project::with(&["CREATE TYPE mood AS ENUM ('ok');\n--> stage transaction=off\n\
                                   ALTER TYPE mood ADD VALUE IF NOT EXISTS 'bad';"])
    .await;
    project.run().await.unwrap();
    project.execute("UPDATE levity.history SET applied_at = NULL WHERE stage = 2").await;
    assert_eq!(project.run().await.unwrap().stages, 1);
    assert_eq!(project.query(STAGES).await, ["a1", "a2"]);
}

#[tokio::test]
async fn the_build_of_a_runner_that_is_gone_is_waited_for_and_kept() {
    let project = Project::with(&["CREATE TABLE t (id int);"]).await;
    project.run().await.unwrap();
    project.write("b", &["a"], &INDEX.replace("UNIQUE ", ""));
    let blocker = project.client().await;
    blocker.batch_execute("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE").await.unwrap();
    // The first runner goes away while its statement waits; the server does not notice, and goes on.
    let (building, built) = tokio::sync::oneshot::channel();
    let mut building = Some(building);
    let (migrator, config) = (project.migrator(), project.config.clone());
    let first = tokio::spawn(async move {
        let mut report = |progress| {
            if let Progress::Blocked { .. } = progress {
                building.take().into_iter().for_each(|building| building.send(()).unwrap());
            }
        };
        migrator.run(&config, &mut report).await
    });
    built.await.unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());

    let (release, released) = tokio::sync::oneshot::channel();
    let mut release = Some(release);
    let releasing = tokio::spawn(async move {
        released.await.unwrap();
        blocker.batch_execute("COMMIT").await.unwrap();
    });
    let mut found = false;
    let mut report = |progress| match progress {
        Progress::WaitingForRunner { holder: Some(_) } => {
            if let Some(release) = release.take() {
                release.send(()).unwrap();
            }
        }
        Progress::FoundIndex { .. } => found = true,
        _ => {}
    };
    let applied = project.migrator().run(&project.config, &mut report).await.unwrap();
    releasing.await.unwrap();
    assert_eq!((applied.stages, found), (1, true));
    assert_eq!(project.query(VALID).await, ["t"]);
    assert_eq!(project.query(STAGES).await, ["a1", "b1"]);
}
