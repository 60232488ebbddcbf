use levity::migrate::{DatabaseState, MigrateError, PartitionTaskError, Progress};
use tokio_postgres::error::SqlState;

use crate::support::{Project, STAGES, statement};

const TABLE: &str = "CREATE TABLE t (id int, k int) PARTITION BY LIST (k);\n--> statement-breakpoint\n\
                     CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);\n--> statement-breakpoint\n\
                     CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);\n--> statement-breakpoint\n\
                     CREATE TABLE t_3 PARTITION OF t FOR VALUES IN (3) PARTITION BY LIST (id);\n--> statement-breakpoint\n\
                     CREATE TABLE \"T 3\" PARTITION OF t_3 DEFAULT;\n--> statement-breakpoint\n\
                     INSERT INTO t VALUES (1, 1), (1, 2), (1, 2), (1, 3);";
const INDEX: &str = "--> stage transaction=off lock_timeout=50ms index=once partitions=concurrently\n\
                     CREATE UNIQUE INDEX once ON ONLY t (id, k);";
const KEY: &str = "--> stage transaction=off index=once partitions=concurrently\n\
                   ALTER TABLE ONLY t ADD CONSTRAINT once UNIQUE (id, k) DEFERRABLE;";
/// Each index, and `!` where it is not valid.
const INDEXES: &str = "SELECT indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE '!' END FROM pg_index \
                       WHERE indrelid::regclass::text IN ('t', 't_1', 't_2', 't_3', '\"T 3\"', 't_4') ORDER BY 1";
const ALL: [&str; 5] = ["\"T 3_once\"", "once", "t_1_once", "t_2_once", "t_3_once"];

fn statements(seen: &[Progress]) -> Vec<&str> {
    let statements = seen.iter().filter_map(|progress| match progress {
        Progress::OnPartition { statement, .. } => Some(statement.as_str()),
        _ => None,
    });
    statements.collect()
}

/// A project whose unique index has failed on duplicates in its second partition.
async fn interrupted() -> Project {
    let project = Project::with(&[TABLE, INDEX]).await;
    let error = statement(project.run().await);
    assert_eq!((error.code(), error.state), (Some(&SqlState::UNIQUE_VIOLATION), DatabaseState::Partial));
    assert_eq!(
        error.statement,
        r#"CREATE UNIQUE INDEX CONCURRENTLY "t_2_once" ON "public"."t_2" USING btree (id, k)"#
    );
    assert_eq!(error.line, Some(2));
    assert_eq!(project.query(INDEXES).await, ["once!", "t_1_once", "t_2_once!"]);
    assert_eq!(project.query(STAGES).await, ["a1", "b1 started"]);
    assert!(project.is_unlocked().await);
    project.execute("DELETE FROM t WHERE ctid = '(0,1)' AND k = 2").await;
    project
}

#[tokio::test]
async fn an_interrupted_index_goes_on_where_it_was() {
    let project = interrupted().await;
    let oid = project.query("SELECT 't_1_once'::regclass::oid").await;
    // Made meanwhile, it has the index from the beginning.
    project.execute("CREATE TABLE t_4 PARTITION OF t FOR VALUES IN (4)").await;
    let (result, seen) = project.watch().await;
    assert_eq!(result.unwrap().stages, 1);
    assert_eq!(
        statements(&seen),
        [
            r#"ALTER INDEX "public"."once" ATTACH PARTITION "public"."t_1_once""#,
            r#"DROP INDEX CONCURRENTLY "public"."t_2_once""#,
            r#"CREATE UNIQUE INDEX "t_3_once" ON ONLY "public"."t_3" USING btree (id, k)"#,
            r#"CREATE UNIQUE INDEX CONCURRENTLY "t_2_once" ON "public"."t_2" USING btree (id, k)"#,
            r#"CREATE UNIQUE INDEX CONCURRENTLY "T 3_once" ON "public"."T 3" USING btree (id, k)"#,
            r#"ALTER INDEX "public"."once" ATTACH PARTITION "public"."t_2_once""#,
            r#"ALTER INDEX "public"."t_3_once" ATTACH PARTITION "public"."T 3_once""#,
            r#"ALTER INDEX "public"."once" ATTACH PARTITION "public"."t_3_once""#,
        ]
    );
    let mut all = ALL.map(str::to_owned).to_vec();
    all.push("t_4_id_k_idx".to_owned());
    assert_eq!(project.query(INDEXES).await, all);
    assert_eq!(project.query("SELECT 't_1_once'::regclass::oid").await, oid);
    assert_eq!(project.query(STAGES).await, ["a1", "b1"]);
}

#[tokio::test]
async fn a_key_is_built_partition_by_partition() {
    let project = Project::with(&[TABLE, KEY]).await;
    statement(project.run().await);
    project.execute("DELETE FROM t WHERE ctid = '(0,1)' AND k = 2").await;
    project.run().await.unwrap();
    assert_eq!(project.query(INDEXES).await, ALL);
    let keys = "SELECT conname || condeferrable FROM pg_constraint WHERE contype = 'u' AND conname LIKE '%once' ORDER BY 1";
    assert_eq!(project.query(keys).await, ALL.map(|name| format!("{}true", name.trim_matches('"'))));
}

#[tokio::test]
async fn an_index_whose_end_was_not_recorded_is_kept() {
    let project = interrupted().await;
    project.run().await.unwrap();
    let oid = project.query("SELECT 'once'::regclass::oid").await;
    project.execute("UPDATE levity.history SET applied_at = NULL WHERE migration_id = 'b'").await;
    let (result, seen) = project.watch().await;
    assert_eq!(result.unwrap().stages, 1);
    assert!(seen.iter().any(|progress| matches!(progress, Progress::FoundIndex { .. })));
    assert_eq!(project.query("SELECT 'once'::regclass::oid").await, oid);
}

#[tokio::test]
async fn an_index_of_a_stage_that_was_edited_is_not_taken_up() {
    let project = interrupted().await;
    project.write("b", &["a"], &INDEX.replace("(id, k)", "(k, id)"));
    let error = project.run().await.unwrap_err();
    assert!(matches!(error, MigrateError::IndexOfEditedStage { .. }), "{error}");
    assert_eq!(project.query(INDEXES).await, ["once!", "t_1_once", "t_2_once!"]);
}

#[tokio::test]
async fn an_index_that_was_there_before_is_left_alone() {
    let project = Project::with(&[TABLE]).await;
    project.run().await.unwrap();
    project.execute("CREATE INDEX once ON ONLY t (k); CREATE INDEX t_2_once ON t_1 (k)").await;
    project.write("b", &["a"], &INDEX.replace("UNIQUE ", ""));
    let error = project.run().await.unwrap_err();
    assert!(matches!(error, MigrateError::IndexExists { .. }), "{error}");
    assert_eq!(project.query(STAGES).await, ["a1"]);

    project.execute("DROP INDEX once").await;
    let error = project.run().await.unwrap_err();
    let MigrateError::OnPartitions { source: PartitionTaskError::NameTaken { index, .. }, .. } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(index, r#""public"."t_2_once""#);
    project.execute("DROP INDEX t_2_once").await;
    project.run().await.unwrap();
    assert_eq!(project.query(INDEXES).await, ALL);
}

#[tokio::test]
async fn a_table_without_partitions_needs_nothing_more() {
    let project = Project::with(&["CREATE TABLE t (id int, k int) PARTITION BY LIST (k);", INDEX]).await;
    let (result, seen) = project.watch().await;
    assert_eq!((result.unwrap().stages, statements(&seen).len()), (2, 0));
    assert_eq!(project.query(INDEXES).await, ["once"]);
}

#[tokio::test]
async fn a_statement_that_makes_no_index_of_a_partitioned_table_is_refused() {
    let plain = INDEX.replace("ON ONLY t ", "ON u ");
    let project = Project::with(&["CREATE TABLE u (id int, k int);", &plain]).await;
    let error = project.run().await.unwrap_err();
    assert!(
        matches!(
            &error,
            MigrateError::OnPartitions { source: PartitionTaskError::NotPartitioned { .. }, .. }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_foreign_table_is_named() {
    let project = Project::with(&["CREATE TABLE t (id int, k int) PARTITION BY LIST (k);"]).await;
    project.run().await.unwrap();
    project
        .execute(
            "CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere; \
             CREATE FOREIGN TABLE t_1 PARTITION OF t FOR VALUES IN (1) SERVER nowhere",
        )
        .await;
    project.write("b", &["a"], &INDEX.replace("UNIQUE ", ""));
    let error = project.run().await.unwrap_err();
    let MigrateError::OnPartitions { source: PartitionTaskError::ForeignTable { partition }, .. } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(partition.to_string(), "public.t_1");
}

#[tokio::test]
async fn what_is_brief_gives_up_waiting_and_is_tried_again() {
    let project = Project::with(&["CREATE TABLE t (id int, k int) PARTITION BY LIST (k);"]).await;
    project.run().await.unwrap();
    project.write("b", &["a"], INDEX);
    let writer = project.client().await;
    writer.batch_execute("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE").await.unwrap();
    let (release, released) = tokio::sync::oneshot::channel();
    let mut release = Some(release);
    let releasing = tokio::spawn(async move {
        released.await.unwrap();
        writer.batch_execute("COMMIT").await.unwrap();
    });
    let mut retries = 0;
    let mut report = |progress| {
        if let Progress::Retrying { .. } = progress {
            retries += 1;
            release.take().into_iter().for_each(|release| release.send(()).unwrap());
        }
    };
    project.migrator().run(&project.config, &mut report).await.unwrap();
    releasing.await.unwrap();
    assert!(retries > 0);
    assert_eq!(project.query(INDEXES).await, ["once"]);
}
