//! Generating, writing and proving a migration.

use std::fs;

use chrono::DateTime;
use insta::assert_snapshot;
use levity::{
    Config,
    migrate::History,
    schema::{Column, Expression, Identity, Index, IndexKey, PrimaryKey, Schema, SqlType, Table, Unique},
};
use levity_kit::{
    diff::RenameHints,
    generate::{Generated, WriteError, check, custom, generate, write},
    introspect::introspect,
    prove::{Parent, build_and_introspect},
    push::owned,
    snapshot::Snapshot,
};
use levity_local::TestDatabase;

fn orders() -> Schema {
    let mut orders = Table::new("orders");
    orders.columns = vec![
        Column { identity: Some(Identity::Always), ..Column::new("id", SqlType::BigInt) },
        Column { default: Some(Expression::new("'new'")), ..Column::new("state", SqlType::Text) },
    ];
    orders.primary_key = Some(PrimaryKey { name: "orders_pkey".into(), columns: vec!["id".into()] });
    Schema { tables: vec![orders], ..Schema::default() }
}

/// The schema with a required column and a partial index over it.
fn with_region() -> Schema {
    let mut schema = orders();
    schema.tables[0].columns.push(Column::new("region", SqlType::Varchar(Some(2))));
    schema.tables[0].indexes.push(Index {
        // The server prints it in another form.
        predicate: Some(Expression::new("state in ('new', 'open')")),
        ..Index::new("orders_region_idx", vec![IndexKey::column("region")])
    });
    schema
}

fn migration(previous: &Schema, next: &Schema) -> Generated {
    generate(previous, next, &RenameHints::default(), None).unwrap().unwrap()
}

#[test]
fn the_file_can_be_reviewed() {
    let generated = migration(&orders(), &with_region());
    assert_snapshot!(generated.file.render().unwrap(), @r#"
    -- Changes:
    -- - add column `orders.region`
    -- - create index `orders_region_idx` on table `orders`
    --
    -- Hazards:
    -- - fails-on-existing-rows: add column `orders.region`: existing rows would have no value for the
    --   required column. Safer: give it a default, or add it as nullable, fill it, and make it required in
    --   a later migration.
    -- - breaks-running-code: add column `orders.region`: code that does not know the column cannot insert.
    --   Safer: give it a default, or make it required once all code fills it.
    -- - breaks-replication: add column `orders.region`: a subscriber that has it stops at the next row of
    --   a publisher that has not. Safer: give it a default, or make it required once both sides have it.
    --
    -- levity:generated 0775e4ebf1a5c7d6

    --> stage lock_timeout=3s
    ALTER TABLE "orders" ADD COLUMN "region" character varying(2) NOT NULL;

    --> stage transaction=off index=orders_region_idx
    CREATE INDEX CONCURRENTLY "orders_region_idx" ON "orders" ("region") WHERE state in ('new', 'open');
    "#);
    assert_eq!(generated.name, "add_region_to_orders");
}

#[test]
fn nothing_is_generated_when_nothing_changed() {
    let hints = RenameHints::default();
    assert_eq!(generate(&orders(), &orders(), &hints, Some("x")).unwrap(), None);
    assert_eq!(check(&orders(), &orders(), &hints).unwrap(), Vec::<String>::new());
    assert_snapshot!(check(&orders(), &with_region(), &hints).unwrap().join("\n"), @r#"
    add column `orders.region`
    create index `orders_region_idx` on table `orders`
    "#);
}

#[test]
fn what_goes_with_a_dropped_column_is_named() {
    let mut previous = with_region();
    let once = Unique { name: "once".into(), columns: vec!["region".into()], nulls_not_distinct: false };
    previous.tables[0].uniques.push(once);
    assert_snapshot!(check(&previous, &orders(), &RenameHints::default()).unwrap().join("\n"), @r#"
    drop column `orders.region`
    drop unique constraint `once` of table `orders`, with its column
    drop index `orders_region_idx` of table `orders`, with its column
    "#);
}

#[test]
fn an_invalid_schema_is_refused() {
    let mut schema = orders();
    schema.tables[0].indexes = with_region().tables[0].indexes.clone();
    let error = generate(&Schema::default(), &schema, &RenameHints::default(), None).unwrap_err();
    assert_snapshot!(error, @r#"
    the schema is not valid
      - index `orders_region_idx` of table `orders` names the column `region`, which the table does not have
    "#);
}

#[test]
fn a_written_migration_is_found_in_the_history() {
    let directory = tempfile::tempdir().unwrap();
    let now = DateTime::UNIX_EPOCH;
    let first = write(directory.path(), &migration(&Schema::default(), &orders()), Vec::new(), now).unwrap();
    let second =
        write(directory.path(), &migration(&orders(), &with_region()), vec![first.id.clone()], now).unwrap();
    let third =
        write(directory.path(), &custom(&with_region(), "Fill regions"), vec![second.id.clone()], now);
    assert_eq!(third.unwrap().tag, "19700101000000_fill_regions");

    let history = History::read(directory.path()).unwrap();
    let tags: Vec<&str> = history.migrations().iter().map(|migration| migration.tag.as_str()).collect();
    assert_eq!(
        tags,
        ["19700101000000_init", "19700101000000_add_region_to_orders", "19700101000000_fill_regions"]
    );
    let snapshot = Snapshot::read(&second.path.join("snapshot.jsonl")).unwrap();
    assert_eq!((snapshot.id, snapshot.parents, snapshot.schema), (second.id, vec![first.id], with_region()));
}

#[test]
fn an_existing_directory_is_never_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let generated = migration(&Schema::default(), &orders());
    let written = write(directory.path(), &generated, Vec::new(), DateTime::UNIX_EPOCH).unwrap();
    let before = fs::read_to_string(written.path.join("snapshot.jsonl")).unwrap();

    let error = write(directory.path(), &generated, Vec::new(), DateTime::UNIX_EPOCH).unwrap_err();
    assert!(error.to_string().contains("exists already"), "{error}");
    assert_eq!(fs::read_to_string(written.path.join("snapshot.jsonl")).unwrap(), before);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn two_migrations_after_the_same_one_are_not_both_written() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, parents| {
        write(directory.path(), &custom(&orders(), name), parents, DateTime::UNIX_EPOCH)
    };
    let first = write("first", Vec::new()).unwrap();
    let written: Vec<bool> = std::thread::scope(|scope| {
        let writers = ["a", "b", "c", "d"].map(|name| {
            let parents = vec![first.id.clone()];
            scope.spawn(move || write(name, parents))
        });
        let results = writers.map(|writer| writer.join().unwrap());
        let overtaken = |result: &Result<_, WriteError>| matches!(result, Err(WriteError::Overtaken { .. }));
        assert!(results.iter().all(|result| result.is_ok() || overtaken(result)), "{results:?}");
        results.iter().map(Result::is_ok).collect()
    });
    assert_eq!(written.iter().filter(|written| **written).count(), 1);
    assert!(History::read(directory.path()).unwrap().head().unwrap().is_some());
}

#[tokio::test]
async fn what_the_model_does_not_hold_is_listed() {
    let database = TestDatabase::empty().await.unwrap();
    let client = Config::from_url(database.url()).unwrap().connect().await.unwrap();
    let ddl = include_str!("unsupported.sql");
    client.batch_execute(ddl).await.unwrap();
    let found = introspect(&client, &["public", "levity"]).await.unwrap();
    let unsupported: Vec<String> =
        found.unsupported.iter().map(|object| format!("{}: {}", object.kind, object.name)).collect();
    assert_snapshot!(unsupported.join("\n"), @r#"
    collation: words
    comment of constraint: plain.plain_pkey
    comment of enum type: mood
    comment of index: similar_names
    composite type: pair
    compression of column: plain.word
    constraint that is not inherited: plain.alone
    constraint that is not validated: plain.later
    deferrable constraint: plain.plain_name_key
    domain: positive
    exclusion constraint: plain.plain_during_excl
    extended statistics: related
    function: one()
    function: touch()
    inheriting table: child
    inheriting table: parent
    invalid index: half_built
    materialized view: sizes
    options of column: plain.word
    partition: parts_1
    partitioned table: parts
    policy: plain.own
    range type: span
    replica identity of table: plain
    row security: plain
    rule: plain.ignore
    sequence: numbers
    sequence: plain_number_seq
    statistics target of column: plain.word
    storage of column: plain.word
    trigger: plain.touched
    view: names
    "#);
    let schema = Snapshot { id: String::new(), parents: Vec::new(), schema: found.schema };
    assert_snapshot!(schema.render(), @r#"
    {"version":1,"id":"","parents":[]}
    {"kind":"enum_type","name":"mood","values":["good"]}
    {"kind":"table","name":"cache","unlogged":true,"storage":{"fillfactor":"70"}}
    {"kind":"column","table":"cache","name":"id","type":"bigint","nullable":true}
    {"kind":"table","name":"plain","comment":"a table"}
    {"kind":"column","table":"plain","name":"id","type":"bigint","identity":"always","start":100}
    {"kind":"column","table":"plain","name":"word","type":"text","nullable":true,"collation":["others","words"]}
    {"kind":"column","table":"plain","name":"name","type":"text","nullable":true,"collation":"C"}
    {"kind":"column","table":"plain","name":"size","type":"positive","nullable":true}
    {"kind":"column","table":"plain","name":"twice","type":"integer","nullable":true,"generated":"(2 * 3)"}
    {"kind":"column","table":"plain","name":"number","type":"integer","default":"nextval('plain_number_seq'::regclass)"}
    {"kind":"column","table":"plain","name":"during","type":"int4range","nullable":true}
    {"kind":"primary_key","table":"plain","name":"plain_pkey","columns":["id"]}
    {"kind":"index","table":"plain","name":"similar_names","method":"gin","keys":[{"column":"name","operator_class":"gin_trgm_ops"}]}
    "#);
}

#[tokio::test]
async fn a_push_leaves_what_nobody_knows() {
    let database = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(database.url()).unwrap();
    let client = config.connect().await.unwrap();
    let ddl = "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state text NOT NULL DEFAULT 'new');
               CREATE INDEX by_a_dba ON orders (state);
               CREATE TABLE of_others (id bigint);";
    client.batch_execute(ddl).await.unwrap();
    let found = introspect(&client, &["public"]).await.unwrap().schema;
    let parent = Parent { history: &History::default(), schema: &Schema::default() };
    let wanted = build_and_introspect(&config, &parent, &with_region()).await.unwrap().schema;

    let ours = owned(&found, &[&wanted]);
    let others: Vec<&str> = ours.others.iter().map(|object| object.name.as_str()).collect();
    assert_eq!(others, ["of_others", "orders.by_a_dba"]);
    let plan = generate(&ours.schema, &wanted, &RenameHints::default(), None).unwrap().unwrap();
    assert_snapshot!(plan.changes.join("\n"), @r#"
    add column `orders.region`
    create index `orders_region_idx` on table `orders`
    "#);
}
