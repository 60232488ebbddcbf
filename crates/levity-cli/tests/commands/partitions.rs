//! Partitioned tables: partitions that the project declares, and those of others.

use crate::support::Toy;

/// A project with a partitioned table, whose partitions have a row each.
async fn with_events() -> Toy {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "events");
    toy.run(&["generate"]).succeeds();
    toy.run(&["migrate"]).succeeds();
    toy.execute("INSERT INTO events VALUES (1, 'a'), (2, 'b')").await;
    toy
}

async fn tables(toy: &Toy) -> Vec<String> {
    let sql = "SELECT relname::text FROM pg_class WHERE relname LIKE 'events%' AND relkind IN ('r', 'p') ORDER BY 1";
    toy.client().await.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn reset_and_nuke_take_the_partitions_of_the_project_and_refuse_those_of_others() {
    let toy = with_events().await;
    toy.execute("CREATE TABLE events_c PARTITION OF events FOR VALUES IN ('c')").await;
    for command in ["reset", "nuke"] {
        let refused = toy.run(&[command, "--yes"]);
        assert_ne!(refused.code, Some(0));
        assert!(refused.stderr.contains("partition `events_c` of table `events`"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("events_a"), "{}", refused.stderr);
    }
    toy.execute("ALTER TABLE events DETACH PARTITION events_c").await;
    let ended = toy.run(&["reset", "--yes"]).succeeds();
    assert!(ended.stderr.contains("events: 2 rows"), "{}", ended.stderr);
    assert_eq!(toy.client().await.query("SELECT FROM events", &[]).await.unwrap().len(), 0);
    toy.run(&["nuke", "--yes"]).succeeds();
    assert_eq!(tables(&toy).await, ["events_c"]);
}

#[tokio::test]
async fn push_builds_an_index_on_every_partition_and_shows_which_rows_go_with_one() {
    let mut toy = with_events().await;
    toy.execute("CREATE TABLE events_c PARTITION OF events FOR VALUES IN ('c')").await;
    toy.set("TOY", "events-changed");
    let refused = toy.run(&["push"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("partition `events_b`, with 1 row"), "{}", refused.stderr);
    let ended = toy.run(&["push", "--yes"]).succeeds();
    assert!(ended.stderr.contains("partition `events_c`"), "{}", ended.stderr);
    assert_eq!(tables(&toy).await, ["events", "events_a", "events_c"]);
    let indexed = "SELECT indrelid::regclass::text FROM pg_index WHERE indrelid::regclass::text LIKE 'events%' \
                   AND indisvalid ORDER BY 1";
    let client = toy.client().await;
    let indexed: Vec<String> =
        client.query(indexed, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(indexed, ["events", "events_a", "events_c"]);
    let again = toy.run(&["push"]).succeeds();
    assert!(again.stdout.contains("nothing to change"), "{}", again.stdout);
}

#[tokio::test]
async fn migrate_builds_an_index_on_the_partitions_that_it_finds() {
    let mut toy = with_events().await;
    toy.execute("CREATE TABLE events_c PARTITION OF events FOR VALUES IN ('c')").await;
    toy.set("TOY", "events-changed");
    let accept = "data-loss,breaks-running-code,breaks-replication='nobody writes it'";
    toy.run(&["generate", "--name", "indexed", "--accept", accept]).succeeds();
    toy.run(&["migrate"]).succeeds();
    toy.client().await.query_one("SELECT 'events_c_events_id_idx'::regclass", &[]).await.unwrap();
    toy.run(&["verify"]).succeeds();
}
