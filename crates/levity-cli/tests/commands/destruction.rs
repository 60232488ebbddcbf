//! What is deleted when nothing refuses, and what is not.

use insta::assert_snapshot;

use crate::support::Toy;

#[tokio::test]
async fn reset_deletes_the_rows_and_nothing_else() {
    let toy = Toy::seeded().await;
    toy.execute(
        "CREATE TABLE others (id int); INSERT INTO others VALUES (1); CREATE INDEX dba ON tasks (title)",
    )
    .await;
    assert_snapshot!("reset", toy.run(&["reset", "--yes"]));
    assert_eq!(toy.rows().await, 0);
    toy.run(&["status"]).succeeds();
    let client = toy.client().await;
    assert_eq!(client.query("SELECT FROM others", &[]).await.unwrap().len(), 1);
    client.query_one("SELECT 'dba'::regclass", &[]).await.unwrap();

    // Rows are numbered from the beginning again.
    toy.run(&["seed"]).succeeds();
    let first: i64 = client.query_one("SELECT min(id) FROM projects", &[]).await.unwrap().get(0);
    assert_eq!(first, 1);
}

#[tokio::test]
async fn nuke_drops_what_the_migrations_created_and_setup_brings_it_back() {
    let toy = Toy::seeded().await;
    toy.execute(
        "CREATE TABLE others (id int); INSERT INTO others VALUES (1); CREATE TYPE mood AS ENUM ('fine')",
    )
    .await;
    assert_snapshot!("nuke", toy.run(&["nuke", "--yes"]));
    let client = toy.client().await;
    let left = "SELECT string_agg(name, ' ' ORDER BY name) FROM ( \
                SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' \
                UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e') AS n";
    let left: String = client.query_one(left, &[]).await.unwrap().get(0);
    assert_eq!(left, "mood others");
    assert_snapshot!("nuke_again", toy.run(&["nuke", "--yes"]));

    // The mark is kept.
    toy.run(&["setup"]).succeeds();
    assert_eq!(toy.rows().await, 4);
    toy.run(&["reset", "--yes"]).succeeds();
}

#[tokio::test]
async fn nuke_drops_domains_and_sequences_but_never_extensions_and_namespaces() {
    let mut toy = Toy::with_database().await;
    toy.set("TOY", "objects");
    toy.run(&["generate"]).succeeds();
    toy.run(&["setup"]).succeeds();
    toy.run(&["mark", "disposable", "--yes"]).succeeds();
    let again = toy.run(&["push", "--yes"]).succeeds();
    assert!(again.stdout.contains("nothing to change"), "{}", again.stdout);
    toy.run(&["status"]).succeeds();

    let client = toy.client().await;
    client.query_one("SELECT setval('task_number', 50)", &[]).await.unwrap();
    toy.run(&["reset", "--yes"]).succeeds();
    let next: i64 = client.query_one("SELECT nextval('task_number')", &[]).await.unwrap().get(0);
    assert_eq!(next, 1);

    let ended = toy.run(&["nuke", "--yes"]).succeeds();
    assert!(ended.stdout.contains("dropped 2 tables, 2 types, 1 sequence"), "{}", ended.stdout);
    let left = "SELECT to_regclass('task_number') IS NULL, to_regtype('title') IS NULL, \
                (SELECT count(*) = 2 FROM (SELECT extname FROM pg_extension WHERE extname = 'citext' \
                 UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'audit') AS kept)";
    let row = client.query_one(left, &[]).await.unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), (true, true, true));
    toy.run(&["migrate"]).succeeds();
}

#[tokio::test]
async fn table_that_a_migration_has_dropped_is_not_the_projects_any_more() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "without-tasks");
    toy.generate(&["--unverified"]);
    toy.run(&["migrate"]).succeeds();
    toy.execute("CREATE TABLE tasks (id int); INSERT INTO tasks VALUES (1)").await;
    toy.run(&["reset", "--yes"]).succeeds();
    assert_eq!(toy.rows().await, 1);
    toy.run(&["nuke", "--yes"]).succeeds();
    assert_eq!(toy.client().await.query("SELECT FROM tasks", &[]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nuke_knows_what_a_migration_that_stopped_half_way_has_created() {
    let mut toy = Toy::seeded().await;
    toy.run(&["nuke", "--yes"]).succeeds();
    let path = toy.migration("init").join("migration.sql");
    let sql = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{sql}\n--> stage\nSELECT 1 / 0;\n")).unwrap();
    toy.run(&["migrate"]).exits_with(1);
    assert_eq!(toy.rows().await, 0);
    toy.set("APP_ENV", "test");
    toy.run(&["nuke", "--yes"]).succeeds();
    assert!(toy.client().await.query("SELECT FROM projects", &[]).await.is_err());
}

/// A project whose second migration stopped between setting its enum type aside and dropping it.
async fn half_way_through_an_enum_type() -> Toy {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "without-done");
    toy.generate(&["--unverified", "--name", "fewer"]);
    let path = toy.migration("fewer").join("migration.sql");
    let sql = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, sql.replace("DROP TYPE", "SELECT 1 / 0; DROP TYPE")).unwrap();
    toy.run(&["migrate"]).exits_with(1);
    toy.client().await.query_one("SELECT 'task_status_old'::regtype", &[]).await.unwrap();
    toy
}

const SET_ASIDE: &str = "SELECT FROM pg_type WHERE typname = 'task_status_old'";

#[tokio::test]
async fn nuke_drops_an_enum_type_that_a_migration_has_set_aside() {
    let toy = half_way_through_an_enum_type().await;
    toy.run(&["nuke", "--yes"]).succeeds();
    assert!(toy.client().await.query(SET_ASIDE, &[]).await.unwrap().is_empty());
    let path = toy.migration("fewer").join("migration.sql");
    let sql = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, sql.replace("SELECT 1 / 0; ", "")).unwrap();
    toy.run(&["migrate"]).succeeds();
}

#[tokio::test]
async fn enum_type_that_a_migration_has_set_aside_stays_where_others_use_it() {
    let toy = half_way_through_an_enum_type().await;
    toy.execute("CREATE TABLE log (status task_status_old[])").await;
    for command in ["push", "nuke"] {
        let ended = toy.run(&[command, "--yes"]).succeeds();
        assert!(ended.stderr.contains("enum type `task_status_old`"), "{}", ended.stderr);
        assert_eq!(toy.client().await.query(SET_ASIDE, &[]).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn push_drops_an_enum_type_that_a_migration_has_set_aside() {
    let toy = half_way_through_an_enum_type().await;
    toy.run(&["push"]).succeeds();
    assert!(toy.client().await.query(SET_ASIDE, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn enum_type_that_only_looks_set_aside_is_somebody_elses() {
    let toy = Toy::seeded().await;
    toy.execute("CREATE TYPE task_status_old AS ENUM ('fine')").await;
    for command in ["push", "nuke"] {
        toy.run(&[command, "--yes"]).succeeds();
        assert_eq!(toy.client().await.query(SET_ASIDE, &[]).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn nuke_leaves_alone_what_custom_sql_has_made_and_says_so() {
    let toy = Toy::seeded().await;
    toy.run(&["generate", "--custom", "--name", "mail"]).succeeds();
    std::fs::write(toy.migration("mail").join("migration.sql"), "CREATE TABLE mail (id int);\n").unwrap();
    toy.run(&["migrate"]).succeeds();
    let ended = toy.run(&["nuke", "--yes"]).succeeds();
    assert!(ended.stderr.contains("as custom SQL, `push` or somebody's hand made them"), "{}", ended.stderr);
    assert!(ended.stderr.trim_end().ends_with("table `mail`"), "{}", ended.stderr);
    toy.run(&["migrate"]).exits_with(1);
    toy.execute("DROP TABLE mail").await;
    toy.run(&["migrate"]).succeeds();
}
