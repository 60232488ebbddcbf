//! SQL that a person wrote: what it risks, and what it does to the schema.

use std::fs;

use insta::assert_snapshot;

use crate::support::Toy;

/// Writes a custom migration.
fn custom(toy: &Toy, name: &str, sql: &str) {
    toy.run(&["generate", "--custom", "--name", name]).succeeds();
    fs::write(toy.migration(name).join("migration.sql"), sql).unwrap();
}

#[tokio::test]
async fn generated_migrations_lead_to_their_snapshot() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "priority");
    toy.run(&["generate"]).succeeds();
    assert_snapshot!("generated", toy.run(&["verify"]));
}

#[tokio::test]
async fn what_custom_sql_does_to_the_schema_is_reported_by_object() {
    let toy = Toy::seeded().await;
    custom(
        &toy,
        "by_hand",
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n\
         --> statement-breakpoint\n\
         CREATE TRIGGER touched BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION touch();\n\
         --> statement-breakpoint\n\
         CREATE TABLE aside (id bigint);\n",
    );
    assert_snapshot!("by_hand", toy.run(&["verify"]));
    custom(
        &toy,
        "less",
        "-- levity:allow ban-drop-default: a test\n\nALTER TABLE tasks ALTER status DROP DEFAULT;\n",
    );
    assert_snapshot!("less", toy.run(&["verify"]));
    let json = toy.run(&["verify", "--json"]).exits_with(4).json();
    assert_eq!((json["migrations"].as_u64(), json["missing"].as_array().unwrap().len()), (Some(3), 1));
}

#[tokio::test]
async fn sql_of_a_person_is_looked_at_by_rules_without_a_server() {
    let mut toy = Toy::seeded().await;
    toy.set("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    toy.set("LEVITY_SCRATCH_URL", "postgres://nobody@127.0.0.1:1/nothing");
    toy.run(&["generate", "--check"]).succeeds();
    custom(&toy, "risky", "CREATE INDEX by_title ON tasks (title);\n");
    assert_snapshot!("risky", toy.run(&["generate", "--check"]));
    let json = toy.run(&["generate", "--check", "--json"]).exits_with(4).json();
    assert_eq!(json["findings"][0]["rule"], "require-concurrent-index-creation");
    let ended = toy.run(&["generate"]).succeeds();
    assert!(ended.stderr.contains("require-concurrent-index-creation"), "{}", ended.stderr);

    let waived = "-- levity:allow require-concurrent-index-creation: the table is small\n\
                  CREATE INDEX by_title ON tasks (title);\n";
    fs::write(toy.migration("risky").join("migration.sql"), waived).unwrap();
    toy.run(&["generate", "--check"]).succeeds();

    // A generated one is looked at once its SQL was edited.
    let init = toy.migration("init").join("migration.sql");
    let sql = fs::read_to_string(&init).unwrap();
    fs::write(&init, format!("{sql}--> statement-breakpoint\nDROP TABLE others;\n")).unwrap();
    let ended = toy.run(&["generate", "--check"]).exits_with(4);
    assert!(ended.stdout.contains("ban-drop-table"), "{}", ended.stdout);
}
