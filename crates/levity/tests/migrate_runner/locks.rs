use std::{sync::Arc, time::Duration};

use levity::migrate::{MigrateError, Progress};
use tokio::sync::Notify;
use tokio_postgres::error::SqlState;

use crate::support::{Project, STAGES, statement};

#[tokio::test]
async fn two_runners_on_a_fresh_database_apply_every_stage_once() {
    let project =
        Project::with(&["CREATE TABLE t (id int);", "INSERT INTO t VALUES (1);\n--> stage\nSELECT 1;"]).await;
    let runs = [Box::pin(project.run()), Box::pin(project.run()), Box::pin(project.run())];
    let stages: usize =
        futures_util::future::join_all(runs).await.into_iter().map(|run| run.unwrap().stages).sum();
    assert_eq!(stages, 3);
    assert_eq!(project.query("SELECT count(*) FROM t").await, ["1"]);
    assert_eq!(project.query(STAGES).await, ["a1", "b1", "b2"]);
    assert!(project.is_unlocked().await);
}

#[tokio::test]
async fn a_runner_waits_for_the_other_and_says_who_it_is() {
    let mut project =
        Project::with(&["CREATE TABLE t ();\n--> stage\nINSERT INTO gate DEFAULT VALUES;"]).await;
    project.execute("CREATE TABLE gate (id int UNIQUE DEFAULT 1)").await;
    project.options.wait = Duration::ZERO;
    // The first runner waits for this transaction, with the migration lock in its hands.
    let blocker = project.client().await;
    blocker.batch_execute("BEGIN; INSERT INTO gate DEFAULT VALUES").await.unwrap();
    let second_stage = Arc::new(Notify::new());
    let (migrator, config, reached) = (project.migrator(), project.config.clone(), second_stage.clone());
    let first = tokio::spawn(async move {
        migrator
            .run(&config, &mut |progress| match progress {
                Progress::Started { stage } if stage.number == 2 => reached.notify_one(),
                _ => {}
            })
            .await
    });
    second_stage.notified().await;
    let error = project.run().await.unwrap_err();
    let MigrateError::Locked { holder: Some(holder), .. } = error else { panic!("{error}") };
    assert_eq!(holder.application_name.as_deref(), Some("levity migrate shop"));
    blocker.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(first.await.unwrap().unwrap().stages, 2);
}

#[tokio::test]
async fn a_stage_that_does_not_get_its_lock_is_tried_again() {
    let project = Project::with(&[
        "CREATE TABLE t ();",
        "--> stage lock_timeout=20ms\nCREATE TABLE u ();\n\
                                   --> statement-breakpoint\nALTER TABLE t ADD id int;",
    ])
    .await;
    project.execute("CREATE TABLE t ()").await;
    project.write("a", &[], "SELECT 1");
    let blocker = project.client().await;
    blocker.batch_execute("BEGIN; LOCK TABLE t").await.unwrap();
    let mut retries = Vec::new();
    let (release, released) = tokio::sync::oneshot::channel();
    let mut release = Some(release);
    let releasing = tokio::spawn(async move {
        released.await.unwrap();
        blocker.batch_execute("COMMIT").await.unwrap();
    });
    let result = project
        .migrator()
        .run(&project.config, &mut |progress| {
            if let Progress::Retrying { attempt, blocked_by, .. } = progress {
                retries.push((attempt, blocked_by.len()));
                if let Some(release) = release.take() {
                    release.send(()).unwrap();
                }
            }
        })
        .await;
    releasing.await.unwrap();
    assert_eq!(result.unwrap().stages, 2);
    assert!(!retries.is_empty());
    assert_eq!(
        project.query("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0").await,
        ["id"]
    );
}

#[tokio::test]
async fn attempts_are_bounded() {
    let mut project = Project::with(&["ALTER TABLE t ADD id int;"]).await;
    project.options.lock_timeout = Duration::from_millis(10);
    project.options.attempts = 2;
    project.execute("CREATE TABLE t ()").await;
    let blocker = project.client().await;
    blocker.batch_execute("BEGIN; LOCK TABLE t").await.unwrap();
    let error = statement(project.run().await);
    assert_eq!((error.attempts, error.code()), (2, Some(&SqlState::LOCK_NOT_AVAILABLE)));
    assert!(project.is_unlocked().await);
}

#[tokio::test]
async fn a_statement_that_waits_names_who_is_in_the_way() {
    let mut project = Project::with(&["ALTER TABLE t ADD id int;"]).await;
    project.options.lock_timeout = Duration::from_hours(1);
    project.execute("CREATE TABLE t ()").await;
    let blocker = project.client().await;
    blocker.batch_execute("SET application_name = 'in the way'; BEGIN; LOCK TABLE t").await.unwrap();
    let canceller = project.client().await;
    let (blocked, seen) = tokio::sync::oneshot::channel();
    let mut blocked = Some(blocked);
    let cancelling = tokio::spawn(async move {
        seen.await.unwrap();
        let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND application_name = 'levity migrate shop'";
        canceller.batch_execute(cancel).await.unwrap();
    });
    let mut report = |progress| {
        if let Progress::Blocked { .. } = progress {
            blocked.take().into_iter().for_each(|blocked| blocked.send(()).unwrap());
        }
    };
    let error = statement(project.migrator().run(&project.config, &mut report).await);
    cancelling.await.unwrap();
    assert_eq!(error.code(), Some(&SqlState::QUERY_CANCELED));
    assert_eq!(error.blocked_by[0].application_name.as_deref(), Some("in the way"));
    assert!(error.to_string().contains("blocked by pid "), "{error}");
}

#[tokio::test]
async fn a_stage_that_releases_the_lock_stops_the_run() {
    let project = Project::with(&["SELECT pg_advisory_unlock_all();", "CREATE TABLE t ();"]).await;
    let error = project.run().await.unwrap_err();
    assert!(matches!(error, MigrateError::LockLost { .. }), "{error}");
    assert_eq!(project.query(STAGES).await, ["a1"]);
}
