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
    hazard::HazardKind,
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
    orders.primary_key = Some(PrimaryKey::new("orders_pkey", vec!["id".into()]));
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
    --   required column. Safer: give it a default, or make it required once all rows have a value.
    -- - breaks-running-code: add column `orders.region`: code that does not know the column cannot insert.
    --   Safer: expand, backfill, contract.
    --   1. expand: add `orders.region` as nullable, and deploy code that fills it
    --   2. backfill, in batches: UPDATE "orders" SET "region" = … WHERE "region" IS NULL
    --   3. contract: make `orders.region` required
    -- - breaks-replication: add column `orders.region`: a subscriber that has it stops at the next row of
    --   a publisher that has not. Safer: give it a default, or make it required once both sides have it.
    --
    -- levity:generated 0775e4ebf1a5c7d6

    --> stage lock_timeout=3s hazards=breaks-running-code,breaks-replication
    ALTER TABLE "orders" ADD COLUMN "region" character varying(2) NOT NULL;

    --> stage transaction=off index=orders_region_idx
    CREATE INDEX CONCURRENTLY "orders_region_idx" ON "orders" ("region") WHERE state in ('new', 'open');
    "#);
    assert_eq!(generated.name, "add_region_to_orders");
}

#[test]
fn what_is_accepted_stands_in_the_file_with_its_reason() {
    let mut generated = migration(&with_region(), &orders());
    let open = |generated: &Generated| generated.hazards.iter().filter(|hazard| hazard.is_open()).count();
    assert_eq!(open(&generated), 3);
    assert!(!generated.accept(HazardKind::TableRewrite, "it is small"));
    for kind in [HazardKind::BreaksReplication, HazardKind::DataLoss, HazardKind::BreaksRunningCode] {
        let reason =
            if kind == HazardKind::DataLoss { "kept in \"zones\"" } else { "unused since release 12" };
        assert!(generated.accept(kind, reason));
    }
    assert_eq!(open(&generated), 0);
    assert_eq!(generated.file.stages[0].options.unacknowledged().count(), 0);
    let text = generated.file.render().unwrap();
    // It still counts as generated.
    assert_eq!(levity_kit::lint::lint(&text, None).unwrap(), []);
    assert_snapshot!(text, @r#"
    -- Changes:
    -- - drop column `orders.region`
    -- - drop index `orders_region_idx` of table `orders`, with its column
    --
    -- Hazards:
    -- - data-loss: drop column `orders.region`: its values are gone. Safer: deploy code that no longer
    --   uses the column first, and keep a copy of its values. Accepted: kept in "zones".
    -- - breaks-running-code: drop column `orders.region`: code that still selects or writes the column
    --   fails. Safer: deploy code that no longer uses the column first. Accepted: unused since release 12.
    -- - breaks-replication: drop column `orders.region`: a subscriber that has dropped it stops at the
    --   next row that is published with it. Safer: make it nullable, and migrate the publisher first.
    --   Accepted: unused since release 12.
    --
    -- levity:generated e2ec222a2f8a227d

    --> stage lock_timeout=3s hazards=data-loss,breaks-running-code,breaks-replication acknowledged=data-loss,breaks-running-code,breaks-replication reason="unused since release 12; kept in ""zones"""
    ALTER TABLE "orders" DROP COLUMN "region";
    "#);
}

#[test]
fn what_only_several_migrations_do_safely_is_said_step_by_step() {
    let mut next = orders();
    let table = &mut next.tables[0];
    table.name = "Purchases".into();
    table.columns[0].sql_type = SqlType::Text;
    table.columns[0].identity = None;
    table.columns[1].name = "status".into();
    let key =
        Column { default: Some(Expression::new("gen_random_uuid()")), ..Column::new("key", SqlType::Uuid) };
    table.columns.push(key);
    let mut hints = RenameHints::default();
    hints
        .renamed
        .extend([("orders", "Purchases"), ("orders.state", "status")].map(|(a, b)| (a.into(), b.into())));
    let generated = generate(&orders(), &next, &hints, None).unwrap().unwrap();
    let steps = generated.hazards.iter().filter(|hazard| !hazard.steps.is_empty());
    let lines: Vec<String> = steps
        .map(|hazard| format!("{}: {}\n  {}", hazard.kind, hazard.step, hazard.steps.join("\n  ")))
        .collect();
    assert_snapshot!(lines.join("\n"), @r#"
    breaks-running-code: rename table `orders` to `Purchases`
      expand: create `Purchases` like `orders`, and deploy code that writes both
      backfill, in batches: INSERT INTO "Purchases" SELECT * FROM "orders" ON CONFLICT DO NOTHING
      contract: deploy code that uses `Purchases` only, then drop `orders`
    breaks-running-code: rename column `Purchases.state` to `status`
      expand: add `Purchases.status` as a nullable column of the type of `Purchases.state`, and deploy code that writes both
      backfill, in batches: UPDATE "Purchases" SET "status" = "state" WHERE "status" IS NULL AND "state" IS NOT NULL
      contract: deploy code that uses `Purchases.status` only, then drop `Purchases.state`
    table-rewrite: add column `Purchases.key`
      expand: add `Purchases.key` as nullable without a default, and in the migration after it the default
      backfill, in batches: UPDATE "Purchases" SET "key" = gen_random_uuid() WHERE "key" IS NULL
      contract: make `Purchases.key` required
    table-rewrite: change type of column `Purchases.id` from bigint to text
      expand: add the nullable column `Purchases.id_new` of type text, and deploy code that writes both
      backfill, in batches: UPDATE "Purchases" SET "id_new" = "id" WHERE "id_new" IS NULL AND "id" IS NOT NULL
      contract: deploy code that uses `Purchases.id_new` only, then drop `Purchases.id`
    "#);
}

#[test]
fn hazard_stands_by_the_stage_in_which_it_begins() {
    let mut previous = orders();
    previous.tables[0].columns[1].nullable = true;
    previous.tables[0].columns[1].sql_type = SqlType::Integer;
    let hazards: Vec<_> =
        migration(&previous, &orders()).file.stages.into_iter().map(|stage| stage.options.hazards).collect();
    assert_eq!(hazards, [&["table-rewrite", "breaks-running-code"][..], &["breaks-running-code"], &[], &[]]);
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
    let once = Unique::new("once", vec!["region".into()]);
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
    clustered index: plain_pkey
    collation: words
    comment of constraint: plain.plain_pkey
    comment of enum type: mood
    comment of index: parts_id_idx
    comment of index: similar_names
    comment of materialized view: sizes
    comment of view: names
    comment of view column: names.name
    composite type: pair
    compression of column: plain.word
    constraint that is not validated: plain.later
    default of view column: names.name
    extended statistics: related
    function: one()
    function: touch()
    grants on column: plain.word
    grants on function: one()
    grants on materialized view: sizes
    grants on namespace: public
    grants on sequence: numbers
    grants on table: plain
    grants on type: mood
    grants on view: names
    inheriting table: child
    inheriting table: parent
    invalid index: half_built
    invalid index: incomplete
    invalid index: incomplete_key
    options of column: plain.word
    partition: others.parts_3
    partition: parts_2
    partition: parts_2_0
    policy: plain.own
    range type: span
    replica identity of table: plain
    row security: parts
    row security: plain
    rule: names.nothing
    rule: plain.ignore
    statistics target of column: plain.word
    storage of column: plain.word
    storage parameters of materialized view: sizes
    trigger: names.touched
    trigger: parts.touched
    trigger: plain.touched
    "#);
    let schema = Snapshot { id: String::new(), parents: Vec::new(), schema: found.schema };
    // PostgreSQL 16 and later print no table where there is only one.
    assert_snapshot!(schema.render().replace("SELECT plain.", "SELECT "), @r#"
    {"version":1,"id":"","parents":[]}
    {"kind":"extension","name":"pg_trgm"}
    {"kind":"enum_type","name":"mood","values":["good"]}
    {"kind":"domain","name":"positive","type":"integer","checks":[{"name":"positive_check","expression":"(VALUE > 0)"}]}
    {"kind":"sequence","name":"numbers"}
    {"kind":"sequence","name":"plain_number_seq","type":"integer","owned_by":{"table":"plain","column":"number"}}
    {"kind":"table","name":"cache","unlogged":true,"storage":{"fillfactor":"70"}}
    {"kind":"column","table":"cache","name":"id","type":"bigint","nullable":true}
    {"kind":"table","name":"parts","partition_by":{"strategy":"range","keys":[{"column":"id"}]}}
    {"kind":"partition","table":"parts","name":"parts_1","bounds":{"range":{"from":"'0'","to":"'10'"}}}
    {"kind":"column","table":"parts","name":"id","type":"bigint","nullable":true}
    {"kind":"index","table":"parts","name":"parts_id_idx","method":"btree","keys":[{"column":"id"}]}
    {"kind":"table","name":"plain","comment":"a table"}
    {"kind":"column","table":"plain","name":"id","type":"bigint","identity":"always","start":100}
    {"kind":"column","table":"plain","name":"word","type":"text","nullable":true,"collation":["others","words"]}
    {"kind":"column","table":"plain","name":"name","type":"text","nullable":true,"collation":"C"}
    {"kind":"column","table":"plain","name":"size","type":{"domain":"positive"},"nullable":true}
    {"kind":"column","table":"plain","name":"twice","type":"integer","nullable":true,"generated":"(2 * 3)"}
    {"kind":"column","table":"plain","name":"number","type":"integer","default":"nextval('plain_number_seq'::regclass)"}
    {"kind":"column","table":"plain","name":"during","type":"int4range","nullable":true}
    {"kind":"primary_key","table":"plain","name":"plain_pkey","columns":["id"]}
    {"kind":"index","table":"plain","name":"similar_names","method":"gin","keys":[{"column":"name","operator_class":"gin_trgm_ops"}]}
    {"kind":"view","name":"names","columns":[{"name":"name","type":"text"}],"definition":"SELECT name\n   FROM plain"}
    {"kind":"view","name":"sizes","materialized":true,"columns":[{"name":"size","type":{"domain":"positive"}}],"definition":"SELECT size\n   FROM plain"}
    {"kind":"index","table":"sizes","name":"packed_sizes","method":"btree","keys":[{"column":"size"}],"storage":{"fillfactor":"50"}}
    "#);
}

#[tokio::test]
async fn constraints_that_only_postgresql_18_has_are_listed() {
    let database = TestDatabase::of_major(18).await.unwrap();
    let client = Config::from_url(database.url()).unwrap().connect().await.unwrap();
    let ddl =
        "CREATE TABLE rooms (room int4range, during int4range, PRIMARY KEY (room, during WITHOUT OVERLAPS));
               CREATE TABLE bookings (
                 id bigint PRIMARY KEY, room int4range, during int4range, room_id bigint, n integer NOT NULL,
                 CONSTRAINT slot FOREIGN KEY (room, PERIOD during) REFERENCES rooms (room, PERIOD during),
                 CONSTRAINT loose CHECK (n > 0) NOT ENFORCED,
                 CONSTRAINT other FOREIGN KEY (room_id) REFERENCES bookings (id) NOT ENFORCED
               );
               ALTER TABLE bookings ADD CONSTRAINT known NOT NULL room_id NOT VALID;";
    client.batch_execute(ddl).await.unwrap();
    let found = introspect(&client, &["public"]).await.unwrap();
    let unsupported: Vec<String> =
        found.unsupported.iter().map(|object| format!("{}: {}", object.kind, object.name)).collect();
    assert_snapshot!(unsupported.join("\n"), @"
    constraint that is not enforced: bookings.loose
    constraint that is not enforced: bookings.other
    constraint that is not validated: bookings.known
    temporal constraint: bookings.slot
    temporal constraint: rooms.rooms_pkey
    ");
    let bookings = found.schema.table(&"bookings".into()).unwrap();
    assert_eq!((bookings.foreign_keys.len(), bookings.checks.len(), bookings.exclusions.len()), (0, 0, 0));
    assert_eq!(bookings.primary_key, Some(PrimaryKey::new("bookings_pkey", vec!["id".into()])));
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
