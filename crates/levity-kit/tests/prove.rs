//! What a proof accepts, and what it says where it does not.

#[path = "prove/history.rs"]
mod history;

use insta::assert_snapshot;
use levity::{
    Config,
    schema::{
        Check, Column, Domain, Expression, Extension, Identity, Index, IndexKey, ObjectName, Partition,
        PartitionBounds, PartitionBy, PartitionStrategy, PrimaryKey, Schema, Sequence, SqlType, Table, View,
        ViewColumn,
    },
};
use levity_kit::{
    diff::RenameHints,
    generate::{Generated, custom, generate},
    prove::{Drift, Parent, Proof, ProveError, prove, verify},
};
use levity_local::TestDatabase;

use history::history;

const ORDERS: &str = "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY, state text NOT NULL DEFAULT 'new', \
                      CONSTRAINT orders_pkey PRIMARY KEY (id));";

fn orders() -> Schema {
    let mut orders = Table::new("orders");
    orders.columns = vec![
        Column { identity: Some(Identity::Always), ..Column::new("id", SqlType::BigInt) },
        Column { default: Some(Expression::new("'new'")), ..Column::new("state", SqlType::Text) },
    ];
    orders.primary_key = Some(PrimaryKey::new("orders_pkey", vec!["id".into()]));
    Schema { tables: vec![orders], ..Schema::default() }
}

/// The schema with a column, and an index that the server prints in another form.
fn with_region() -> Schema {
    let mut schema = orders();
    let region = Column { nullable: true, ..Column::new("region", SqlType::Varchar(Some(2))) };
    schema.tables[0].columns.push(region);
    schema.tables[0].indexes.push(Index {
        predicate: Some(Expression::new("state in ('new', 'open')")),
        ..Index::new("orders_region_idx", vec![IndexKey::column("region")])
    });
    schema
}

fn with_column(column: Column) -> Schema {
    let mut schema = orders();
    schema.tables[0].columns.push(column);
    schema
}

fn without(column: &str, mut schema: Schema) -> Schema {
    schema.tables[0].columns.retain(|other| other.name != column);
    schema
}

fn migration(previous: &Schema, next: &Schema) -> Generated {
    let mut hints = RenameHints::default();
    if next.table(&ObjectName::new("purchases")).is_some() {
        hints.renamed.insert("orders".into(), "purchases".into());
    }
    generate(previous, next, &hints, None).unwrap().unwrap()
}

/// Committed migrations, and the schema of the last one's snapshot.
struct Committed<'a> {
    migrations: &'a [&'a str],
    schema: Schema,
}

impl Committed<'_> {
    async fn prove(&self, generated: &Generated) -> Result<Proof, ProveError> {
        let database = TestDatabase::empty().await.unwrap();
        let server = Config::from_url(database.url()).unwrap();
        let parent = Parent { history: &history(self.migrations), schema: &self.schema };
        prove(&server, &parent, &generated.schema, &generated.file).await
    }

    /// The proof of the migration that leads to a schema.
    async fn leads_to(&self, next: &Schema) -> Result<Proof, ProveError> {
        self.prove(&migration(&self.schema, next)).await
    }

    async fn verify(&self) -> Result<Drift, ProveError> {
        let database = TestDatabase::empty().await.unwrap();
        let server = Config::from_url(database.url()).unwrap();
        verify(&server, &Parent { history: &history(self.migrations), schema: &self.schema }).await
    }
}

#[tokio::test]
async fn a_migration_is_proved_with_and_without_others_before_it() {
    let committed = Committed { migrations: &[ORDERS], schema: orders() };
    assert_eq!(committed.leads_to(&with_region()).await.unwrap(), Proof::default());
    let nothing = Committed { migrations: &[], schema: Schema::default() };
    assert_eq!(nothing.leads_to(&with_region()).await.unwrap(), Proof::default());
}

#[tokio::test]
async fn a_migration_that_leads_elsewhere_is_not_proved() {
    let committed = Committed { migrations: &[ORDERS], schema: orders() };
    let mut generated = migration(&orders(), &with_region());
    let statements = &mut generated.file.stages[0].statements;
    statements.push("ALTER TABLE orders ALTER COLUMN state DROP DEFAULT".into());
    assert_snapshot!(committed.prove(&generated).await.unwrap_err(), @r#"
    the migration does not lead to the schema. A database that is migrated differs from a new one:
      only in the new one: {"kind":"column","table":"orders","name":"state","type":"text","default":"'new'::text"}
      only in the migrated one: {"kind":"column","table":"orders","name":"state","type":"text"}
    "#);

    let statements = &mut generated.file.stages[0].statements;
    statements.push("SELECT 1 / 0".into());
    let error = committed.prove(&generated).await.unwrap_err();
    assert!(matches!(error, ProveError::Statement { .. }));
    assert_snapshot!(error, @"
    the server refused a statement of the migration
    SELECT 1 / 0
    ");
}

#[tokio::test]
async fn an_object_that_the_model_does_not_hold_is_not_left_behind() {
    let committed = Committed { migrations: &[ORDERS], schema: orders() };
    let mut generated = migration(&orders(), &with_region());
    let helper = "CREATE FUNCTION helper() RETURNS integer LANGUAGE sql AS 'SELECT 1'";
    generated.file.stages[0].statements.push(helper.into());
    assert_snapshot!(committed.prove(&generated).await.unwrap_err(), @"
    the migration does not lead to the schema. A database that is migrated differs from a new one:
      only in the migrated one: function public.helper()
    ");
}

#[tokio::test]
async fn what_the_schema_needs_can_be_made_by_custom_sql() {
    let functions = "CREATE EXTENSION citext;\n\
                     CREATE FUNCTION first_state() RETURNS text LANGUAGE sql AS $$SELECT 'new'$$;";
    let reader = "CREATE FUNCTION states() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT state FROM orders; END;";
    let committed = Committed { migrations: &[ORDERS, functions, reader], schema: orders() };
    let next = with_column(Column {
        default: Some(Expression::new("first_state()")),
        ..Column::new("region", SqlType::Other("citext".into()))
    });
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());

    // And where the last snapshot needs it already.
    let region = "ALTER TABLE orders ADD COLUMN region citext NOT NULL DEFAULT first_state();";
    let migrations = [ORDERS, functions, reader, region];
    let committed = Committed { migrations: &migrations, schema: next.clone() };
    assert_eq!(committed.leads_to(&orders()).await.unwrap(), Proof::default());
    assert_eq!(committed.verify().await.unwrap().missing, Vec::<String>::new());

    let committed = Committed { migrations: &[ORDERS], schema: orders() };
    assert_snapshot!(committed.leads_to(&next).await.unwrap_err(), @r#"
    the server refused a statement of the migration
    ALTER TABLE "orders" ADD COLUMN "region" citext DEFAULT first_state() NOT NULL;
    what the schema needs and does not make itself (a function, a type) belongs into a custom migration before this one: `cargo db generate --custom`; an extension is listed in `schema!`
    "#);
}

/// The schema with an extension, a domain, a sequence, a view over them, and a default that calls what custom SQL makes.
fn with_every_kind() -> Schema {
    let mut schema = with_column(Column {
        default: Some(Expression::new("nextval('numbers'::regclass)")),
        ..Column::new("number", SqlType::BigInt)
    });
    schema.tables[0].columns.push(Column {
        default: Some(Expression::new("first_code()")),
        ..Column::new("code", SqlType::Domain("code".into()))
    });
    let code = SqlType::Domain("code".into());
    Schema {
        extensions: vec![Extension::new("citext")],
        declared_namespaces: vec!["audit".into()],
        domains: vec![Domain {
            checks: vec![Check::new("code_check", "value <> ''")],
            ..Domain::new("code", SqlType::Other("citext".into()))
        }],
        sequences: vec![Sequence::new("numbers", SqlType::BigInt)],
        views: vec![View {
            columns: vec![ViewColumn::new("code", code), ViewColumn::new("last_value", SqlType::BigInt)],
            ..View::new("codes", "SELECT code, last_value FROM orders, numbers")
        }],
        ..schema
    }
}

#[tokio::test]
async fn what_is_no_table_is_built_beside_what_custom_sql_made() {
    let function = "CREATE FUNCTION first_code() RETURNS text LANGUAGE sql AS $$SELECT 'new'$$;";
    let committed = Committed { migrations: &[ORDERS, function], schema: orders() };
    let every_kind = with_every_kind();
    assert_eq!(committed.leads_to(&every_kind).await.unwrap(), Proof::default());

    // The copy in which a schema is built has it all already.
    let generated = migration(&orders(), &every_kind);
    let statements = generated.file.stages.iter().flat_map(|stage| stage.statements.clone());
    let sql = statements.collect::<Vec<_>>().join(";\n");
    let committed = Committed { migrations: &[ORDERS, function, &sql], schema: every_kind.clone() };
    assert_eq!(committed.verify().await.unwrap().missing, Vec::<String>::new());
    let mut next = every_kind.clone();
    next.domains[0].not_null = true;
    next.sequences[0].increment = 2;
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());
    let proof = committed.leads_to(&orders()).await.unwrap();
    assert_eq!(proof, Proof::default());

    // An extension and a namespace stay.
    let unlisted = Schema { extensions: Vec::new(), declared_namespaces: Vec::new(), ..every_kind };
    assert!(generate(&committed.schema, &unlisted, &RenameHints::default(), None).unwrap().is_none());
}

#[tokio::test]
async fn an_extension_is_right_where_custom_sql_has_put_it() {
    let elsewhere = "CREATE SCHEMA elsewhere; CREATE EXTENSION citext SCHEMA elsewhere;";
    let committed = Committed { migrations: &[ORDERS, elsewhere], schema: orders() };
    let next = Schema { extensions: vec![Extension::new("citext")], ..with_region() };
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());
    let unknown = committed.verify().await.unwrap().unknown;
    assert_eq!(unknown, [r#"{"kind":"extension","name":"citext","namespace":"elsewhere"}"#]);

    let here = Extension { namespace: Some("here".into()), ..Extension::new("citext") };
    let next = Schema { extensions: vec![here], ..with_region() };
    assert_snapshot!(committed.leads_to(&next).await.unwrap_err(), @r#"
    the migration does not lead to the schema. A database that is migrated differs from a new one:
      only in the new one: {"kind":"extension","name":"citext","namespace":"here"}
    "#);
}

/// A trigger with its function, and statistics: nothing of it is in the model.
const AUDIT: &str = "CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n\
                     CREATE TRIGGER audited BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();\n\
                     CREATE STATISTICS together ON id, state FROM orders;";

#[tokio::test]
async fn what_custom_sql_made_stays_and_is_no_difference() {
    let committed = Committed { migrations: &[ORDERS, AUDIT], schema: orders() };
    assert_eq!(committed.leads_to(&with_region()).await.unwrap(), Proof::default());

    // Under another name of its table, and with statistics that PostgreSQL makes anew.
    let mut next = orders();
    next.tables[0].name.name = "purchases".into();
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());
    let mut next = orders();
    next.tables[0].columns[1].sql_type = SqlType::Varchar(Some(9));
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());

    // What belongs to a table goes with it.
    assert_eq!(committed.leads_to(&Schema::default()).await.unwrap(), Proof::default());
}

#[tokio::test]
async fn what_custom_sql_made_is_not_dropped_unasked() {
    let committed = Committed { migrations: &[ORDERS, AUDIT], schema: orders() };
    let error = committed.leads_to(&without("state", orders())).await.unwrap_err();
    assert_snapshot!(error, @"
    the migration would drop what custom SQL has made:
      statistics object public.together
    drop it before, in a custom migration (`cargo db generate --custom`), or keep what it belongs to
    ");

    let region = "ALTER TABLE orders ADD COLUMN region varchar(2);\n\
                  CREATE INDEX orders_region_idx ON orders (region) WHERE state IN ('new', 'open');\n\
                  COMMENT ON INDEX orders_region_idx IS 'for the map';";
    let committed = Committed { migrations: &[ORDERS, region], schema: with_region() };
    let mut next = with_region();
    next.tables[0].indexes[0].predicate = None;
    let error = committed.leads_to(&next).await.unwrap_err();
    assert_snapshot!(error, @"
    the migration would drop what custom SQL has made:
      comment of index public.orders_region_idx
    drop it before, in a custom migration (`cargo db generate --custom`), or keep what it belongs to
    ");

    // What it was about may go.
    next.tables[0].indexes.clear();
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());
}

#[tokio::test]
async fn what_custom_sql_set_is_not_lost_unasked() {
    let set = "ALTER TABLE orders ADD COLUMN region varchar(2);\n\
               CREATE INDEX orders_region_idx ON orders (region) WHERE state IN ('new', 'open');\n\
               CREATE UNIQUE INDEX orders_id_idx ON orders (id);\n\
               ALTER TABLE orders ALTER region SET STORAGE EXTERNAL, ALTER region SET STATISTICS 500,\n\
               REPLICA IDENTITY USING INDEX orders_id_idx, CLUSTER ON orders_id_idx;";
    let mut schema = with_region();
    let by_id = Index { unique: true, ..Index::new("orders_id_idx", vec![IndexKey::column("id")]) };
    schema.tables[0].indexes.push(by_id);
    let committed = Committed { migrations: &[ORDERS, set], schema };
    let mut next = committed.schema.clone();
    next.tables[0].name.name = "purchases".into();
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());
    assert_eq!(committed.leads_to(&Schema::default()).await.unwrap(), Proof::default());

    // PostgreSQL forgets how a column is stored when its type changes, whatever happens to the rows.
    let mut next = committed.schema.clone();
    next.tables[0].columns[2].sql_type = SqlType::Varchar(Some(9));
    next.tables[0].indexes[1].keys[0].descending = true;
    let error = committed.leads_to(&next).await.unwrap_err();
    assert_snapshot!(error, @"
    the migration would drop what custom SQL has made:
      clustered index of table public.orders
      replica identity of table public.orders
      storage of column public.orders.region
    drop it before, in a custom migration (`cargo db generate --custom`), or keep what it belongs to
    ");
}

#[tokio::test]
async fn what_the_snapshot_does_not_know_is_reported() {
    let by_hand = "CREATE INDEX by_hand ON orders (state);\nCREATE TABLE aside (id bigint);";
    let committed = Committed { migrations: &[ORDERS, by_hand, AUDIT], schema: orders() };
    let proof = committed.leads_to(&with_region()).await.unwrap();
    assert_snapshot!(proof.unknown.join("\n"), @r#"
    {"kind":"column","table":"aside","name":"id","type":"bigint","nullable":true}
    {"kind":"index","table":"orders","name":"by_hand","method":"btree","keys":[{"column":"state"}]}
    {"kind":"table","name":"aside"}
    "#);
    let drift = committed.verify().await.unwrap();
    assert_eq!((drift.missing, drift.unknown), (Vec::new(), proof.unknown));
    let beyond: Vec<_> =
        drift.beyond.iter().map(|object| format!("{} {}", object.kind, object.name)).collect();
    assert_eq!(beyond, ["extended statistics together", "function audit()", "trigger orders.audited"]);

    let committed = Committed { migrations: &[ORDERS], schema: orders() };
    assert_eq!(committed.verify().await.unwrap(), Drift::default());
}

#[tokio::test]
async fn migrations_that_do_not_lead_to_their_snapshot_are_named_as_the_cause() {
    let edited = "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'old';";
    let committed = Committed { migrations: &[ORDERS, edited], schema: with_region() };
    let next = without("region", with_region());
    let next = Schema { tables: vec![Table { indexes: Vec::new(), ..next.tables[0].clone() }], ..next };
    // The plan drops a column that is not there, which the server refuses.
    let refused = committed.leads_to(&next).await.unwrap_err();
    assert_snapshot!(refused, @r#"
    the committed migrations do not lead to the snapshot of the last one. A database that is migrated differs from it:
      only in the snapshot: {"kind":"column","table":"orders","name":"region","type":"character varying(2)","nullable":true}
      only in the snapshot: {"kind":"column","table":"orders","name":"state","type":"text","default":"'new'::text"}
      only in the snapshot: {"kind":"index","table":"orders","name":"orders_region_idx","method":"btree","keys":[{"column":"region"}],"predicate":"(state = ANY (ARRAY['new'::text, 'open'::text]))"}
      only in the migrated one: {"kind":"column","table":"orders","name":"state","type":"text","default":"'old'::text"}
    make up the difference with a custom migration (`cargo db generate --custom`), or, where no database has it yet, correct the SQL that was edited
    "#);

    let next = Schema {
        tables: vec![
            with_region().tables[0].clone(),
            Table { columns: vec![Column::new("id", SqlType::BigInt)], ..Table::new("others") },
        ],
        ..Schema::default()
    };
    let different = committed.leads_to(&next).await.unwrap_err();
    assert_eq!(different.to_string(), refused.to_string());
    let drift = committed.verify().await.unwrap();
    assert_eq!((drift.missing.len(), drift.unknown.len()), (3, 1));
}

#[tokio::test]
async fn a_committed_migration_that_does_not_apply_is_named() {
    let committed = Committed { migrations: &[ORDERS, "SELECT 1;\nSELECT nothing;"], schema: orders() };
    let error = committed.leads_to(&with_region()).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert_snapshot!(format!("{error}\n{source}"), @r#"
    a proof starts from the committed migrations, and they cannot be applied to an empty database of the scratch server
    migration `20260101000001_migration_1` failed at `20260101000001_migration_1/migration.sql` line 2, column 8: column "nothing" does not exist (SQLSTATE 42703); nothing of this migration remains; correct `20260101000001_migration_1/migration.sql` and run it again
    "#);
}

#[tokio::test]
async fn an_extension_that_the_server_lacks_is_named() {
    let extension = "CREATE EXTENSION nobody_has_this;";
    let committed = Committed { migrations: &[ORDERS, extension], schema: orders() };
    assert_snapshot!(committed.leads_to(&with_region()).await.unwrap_err(), @"the scratch server does not have the extension `nobody_has_this`, which migration `20260101000001_migration_1` needs; install it there, or set `LEVITY_SCRATCH_URL` to a server that has it");

    let committed = Committed { migrations: &[ORDERS], schema: orders() };
    let mut generated = migration(&orders(), &with_region());
    generated.file.stages[0].statements.push(extension.into());
    assert_snapshot!(committed.prove(&generated).await.unwrap_err(), @"the scratch server does not have the extension `nobody_has_this`, which a statement of the migration needs; install it there, or set `LEVITY_SCRATCH_URL` to a server that has it");

    let listed = Schema { extensions: vec![Extension::new("nobody_has_this")], ..with_region() };
    assert_snapshot!(committed.leads_to(&listed).await.unwrap_err(), @"the scratch server does not have the extension `nobody_has_this`, which a statement of the migration needs; install it there, or set `LEVITY_SCRATCH_URL` to a server that has it");
}

#[tokio::test]
async fn a_forgotten_scratch_database_is_dropped_by_the_next_proof() {
    let database = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(database.url()).unwrap();
    let client = config.connect().await.unwrap();
    let forgotten = format!("levity_scratch_1000000000_{}", "0".repeat(32));
    client.batch_execute(&format!("CREATE DATABASE {forgotten}")).await.unwrap();
    let nothing = Committed { migrations: &[], schema: Schema::default() };
    nothing.prove(&custom(&Schema::default(), "nothing")).await.unwrap();
    let left = client.query("SELECT FROM pg_database WHERE datname = $1", &[&forgotten]).await.unwrap();
    assert!(left.is_empty());
}

/// A partitioned table without partitions of its own.
fn events() -> Schema {
    let mut events = Table::new("events");
    events.columns = vec![Column::new("id", SqlType::BigInt), Column::new("kind", SqlType::Text)];
    let (strategy, keys) = (PartitionStrategy::List, vec![IndexKey::column("kind")]);
    events.partition_by = Some(PartitionBy { strategy, keys });
    Schema { tables: vec![events], ..Schema::default() }
}

const EVENTS: &str = "CREATE TABLE events (id bigint NOT NULL, kind text NOT NULL) PARTITION BY LIST (kind);";

#[tokio::test]
async fn partitions_of_others_are_left_alone_and_get_what_their_table_gets() {
    let others = "CREATE TABLE events_a PARTITION OF events FOR VALUES IN ('a');\n\
                  CREATE TABLE events_b PARTITION OF events FOR VALUES IN ('b') PARTITION BY HASH (id);\n\
                  CREATE TABLE events_b_0 PARTITION OF events_b FOR VALUES WITH (MODULUS 1, REMAINDER 0);\n\
                  INSERT INTO events VALUES (1, 'a'), (2, 'b');";
    let committed = Committed { migrations: &[EVENTS, others], schema: events() };
    let mut next = events();
    let table = &mut next.tables[0];
    table.columns.push(Column { nullable: true, ..Column::new("n", SqlType::Integer) });
    table.columns[0].default = Some(Expression::new("7"));
    table.checks = vec![Check::new("positive", "id > 0")];
    table.indexes = vec![Index::new("events_id_idx", vec![IndexKey::column("id")])];
    table.primary_key = Some(PrimaryKey::new("events_pkey", vec!["id".into(), "kind".into()]));
    table.partitions = vec![Partition::new("events_c", PartitionBounds::List(Expression::new("'c'")))];
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());
    next.tables[0].name = "happenings".into();
    next.tables[0].renamed_from = Some("events".into());
    assert_eq!(committed.leads_to(&next).await.unwrap(), Proof::default());

    let drift = committed.verify().await.unwrap();
    let beyond: Vec<String> =
        drift.beyond.iter().map(|other| format!("{} {}", other.kind, other.name)).collect();
    assert_eq!(beyond, ["partition events_a", "partition events_b", "partition events_b_0"]);
    assert_eq!((drift.missing.len(), drift.unknown.len()), (0, 0));
}

#[tokio::test]
async fn a_partition_that_custom_sql_has_made_already_is_in_the_way() {
    let others = "CREATE TABLE events_c PARTITION OF events FOR VALUES IN ('c', 'd');";
    let committed = Committed { migrations: &[EVENTS, others], schema: events() };
    let mut next = events();
    next.tables[0].partitions =
        vec![Partition::new("events_c", PartitionBounds::List(Expression::new("'c'")))];
    assert_snapshot!(committed.leads_to(&next).await.unwrap_err(), @r#"
    the server refused a statement of the migration
    CREATE TABLE "events_c" (LIKE "events" INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION);
    "#);
}
