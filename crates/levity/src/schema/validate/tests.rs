use insta::assert_snapshot;

use crate::schema::{
    Check, Column, Domain, EnumType, EnumValue, Expression, Extension, ForeignKey, GeneratedKind,
    GeneratedValue, Identity, Index, IndexKey, IndexPart, ObjectName, Partition, PartitionBounds,
    PartitionBy, PartitionStrategy, PrimaryKey, Schema, Sequence, SequenceOwner, SqlType, Table, Unique,
    View, ViewColumn, ViewOptions,
};

fn problems(schema: &Schema) -> String {
    schema.validate().unwrap_err().to_string()
}

#[test]
fn a_sound_schema_passes() {
    let mut table = Table::new("workflows");
    table.columns = vec![Column::new("id", SqlType::BigInt)];
    table.primary_key = Some(PrimaryKey::new("workflows_pkey", vec!["id".into()]));
    assert_eq!(Schema { tables: vec![table], ..Schema::default() }.validate(), Ok(()));
}

#[test]
fn every_problem_is_reported_at_once() {
    let mut users = Table::new("users");
    users.columns = vec![
        Column { identity: Some(Identity::Always), nullable: true, ..Column::new("id", SqlType::Text) },
        Column::new("role", SqlType::Enum("role".into())),
        Column::new("role", SqlType::Text),
        Column::new("n".repeat(64), SqlType::Text),
        Column {
            default: Some(Expression::new("1")),
            generated: Some(GeneratedValue {
                expression: Expression::new("2"),
                kind: GeneratedKind::Virtual,
            }),
            ..Column::new("twice", SqlType::BigInt)
        },
    ];
    users.primary_key = Some(PrimaryKey::new("users_pkey", vec!["id".into(), "gone".into()]));
    users.indexes = vec![Index::new("users", vec![IndexKey::column("missing"), IndexKey::column("twice")])];
    let mut posts = Table::new("posts");
    posts.columns = vec![Column::new("user_id", SqlType::Uuid)];
    let reference = |name: &str, references: &str, column: &str| {
        ForeignKey::new(name, vec!["user_id".into()], references, vec![column.into()])
    };
    posts.foreign_keys = vec![
        reference("a", "nobody", "id"),
        reference("b", "users", "nothing"),
        reference("c", "users", "id"),
        reference("d", "posts", "user_id"),
    ];
    let schema = Schema {
        enum_types: vec![
            EnumType { name: "empty".into(), renamed_from: None, values: vec![] },
            EnumType {
                name: ObjectName { namespace: Some("levity".into()), name: "twice".into() },
                renamed_from: None,
                values: vec![EnumValue::new("a"), EnumValue::new("a")],
            },
        ],
        tables: vec![users, posts],
        ..Schema::default()
    };
    assert_snapshot!(problems(&schema), @r#"
    the schema is not valid
      - the name `users` is used twice, by table `users` and by index `users` of table `users`; it must be unique in its namespace
      - enum type `empty` has no values
      - `levity.twice` is in the namespace `levity`, which holds the history of migrations; choose another one
      - enum type `levity.twice` has the value `a` twice
      - column `users.id` is an identity column and cannot be nullable
      - column `users.id` is an identity column of type text; use smallint, integer or bigint
      - column `users.role` has the enum type `role`, which the schema does not define
      - table `users` has two columns `role`
      - the name `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn` has 64 bytes; PostgreSQL cuts names after 63, so give a shorter one
      - column `users.twice` is generated and cannot have a default as well
      - primary key `users_pkey` of table `users` names the column `gone`, which the table does not have
      - column `users.id` is in the primary key and cannot be nullable
      - index `users` of table `users` names the column `missing`, which the table does not have
      - index `users` of table `users` names the virtual generated column `twice`, which has no stored values to look up; make it a stored one
      - foreign key `a` of table `posts` references the table `nobody`, which the schema does not define
      - foreign key `b` of table `posts` references the column `users.nothing`, which does not exist
      - foreign key `c` of table `posts`: column `user_id` is uuid, but `users.id` is text
      - foreign key `d` of table `posts` references `posts` (user_id), which is neither its primary key nor unique
    "#);
}

#[test]
fn views_are_checked_like_tables() {
    let index = Index::new("by_email", vec![IndexKey::column("email")]);
    let plain = View {
        columns: vec![ViewColumn::new("id", SqlType::BigInt), ViewColumn::new("id", SqlType::Text)],
        indexes: vec![index.clone()],
        ..View::new("users", " ; ")
    };
    let stored = View {
        materialized: true,
        columns: vec![ViewColumn::new("state", SqlType::Enum("state".into()))],
        options: ViewOptions { security_barrier: true, ..ViewOptions::default() },
        indexes: vec![Index { keys: vec![IndexKey::column("state")], ..index }],
        ..View::new("totals", "SELECT 1")
    };
    let schema =
        Schema { tables: vec![Table::new("users")], views: vec![plain, stored], ..Schema::default() };
    assert_snapshot!(problems(&schema), @r#"
    the schema is not valid
      - the name `users` is used twice, by table `users` and by view `users`; it must be unique in its namespace
      - the name `by_email` is used twice, by index `by_email` of view `users` and by index `by_email` of materialized view `totals`; it must be unique in its namespace
      - view `users` has an empty definition
      - view `users` has two columns `id`
      - view `users` has the index `by_email`, which PostgreSQL has only for materialized views
      - index `by_email` of table `users` names the column `email`, which the table does not have
      - column `totals.state` has the enum type `state`, which the schema does not define
      - materialized view `totals` has an option, which PostgreSQL has only for views that are not materialized
    "#);
}

#[test]
fn domains_sequences_and_what_is_listed_are_checked() {
    let domain = |name: &str, base_type| Domain::new(name, base_type);
    let check = Check::new("c", "true");
    let mut other = Sequence::new("t", SqlType::Text);
    other.increment = 0;
    let owned = |name: &str, table: &str, column: &str| Sequence {
        owned_by: Some(SequenceOwner { table: table.into(), column: column.into() }),
        ..Sequence::new(name, SqlType::Integer)
    };
    let mut table = Table::new("t");
    table.columns.push(Column { identity: Some(Identity::Always), ..Column::new("id", SqlType::BigInt) });
    table.columns.push(Column::new("mail", SqlType::Array(Box::new(SqlType::Domain("mail".into())))));
    let schema = Schema {
        extensions: vec![Extension { name: String::new(), namespace: Some("levity".into()) }],
        domains: vec![
            domain("a", SqlType::Domain("b".into())),
            domain("b", SqlType::Domain("a".into())),
            Domain { checks: vec![check.clone(), check], ..domain("c", SqlType::Enum("none".into())) },
            domain("t", SqlType::Text),
        ],
        sequences: vec![
            other,
            Sequence { max: 70_000, ..Sequence::new("s", SqlType::SmallInt) },
            Sequence { start: 0, ..Sequence::new("u", SqlType::BigInt) },
            owned("v", "t", "nothing"),
            owned("w", "t", "id"),
        ],
        tables: vec![table],
        ..Schema::default()
    };
    assert_snapshot!(problems(&schema), @r#"
    the schema is not valid
      - an extension has an empty name
      - the namespace `levity` holds the history of migrations; do not list it
      - the name `t` is used twice, by domain `t` and by table `t`; it must be unique in its namespace
      - the name `t` is used twice, by table `t` and by sequence `t`; it must be unique in its namespace
      - domain `a` is made of itself
      - domain `b` is made of itself
      - domain `c` is of the type "none", which the schema does not define
      - domain `c` has two checks `c`
      - sequence `t` is of type text; use smallint, integer or bigint
      - sequence `s` makes no sense: its limits are beyond those of its type
      - sequence `u` makes no sense: it starts outside of its limits
      - sequence `v` is owned by the column `t.nothing`, which the schema does not define
      - sequence `w` is owned by the identity column `t.id`, which has one of its own
      - column `t.mail` is of the domain `mail`, which the schema does not define
    "#);
}

fn partitioned(strategy: PartitionStrategy, keys: Vec<IndexKey>) -> Table {
    let mut events = Table::new("events");
    events.columns = vec![Column::new("id", SqlType::BigInt), Column::new("at", SqlType::Date)];
    events.partition_by = Some(PartitionBy { strategy, keys });
    events
}

fn with(tables: Vec<Table>) -> Schema {
    Schema { tables, ..Schema::default() }
}

#[test]
fn a_sound_partitioned_table_passes() {
    let mut events = partitioned(PartitionStrategy::Range, vec![IndexKey::column("at")]);
    events.primary_key = Some(PrimaryKey::new("events_pkey", vec!["id".into(), "at".into()]));
    let range = |from, to| PartitionBounds::Range { from: Expression::new(from), to: Expression::new(to) };
    events.partitions = vec![
        Partition::new("events_1", range("'2026-01-01'", "'2026-02-01'")),
        Partition::new("events_2", range("'2026-02-01'", "MAXVALUE")),
        Partition::new("events_rest", PartitionBounds::Default),
    ];
    assert_eq!(with(vec![events]).validate(), Ok(()));
}

#[test]
fn what_partitions_cannot_be_is_reported() {
    let hash =
        |name: &str, modulus, remainder| Partition::new(name, PartitionBounds::Hash { modulus, remainder });
    let mut events = partitioned(
        PartitionStrategy::List,
        vec![
            IndexKey { descending: true, ..IndexKey::column("at") },
            IndexKey::new(IndexPart::Expression(Expression::new("id + 1"))),
            IndexKey::column("gone"),
        ],
    );
    events.unlogged = true;
    events.checks = vec![Check { no_inherit: true, ..Check::new("positive", "id > 0") }];
    events.storage = [("fillfactor".to_owned(), "70".to_owned())].into();
    events.uniques = vec![Unique::new("events_id_key", vec!["id".into()])];
    let list = |values: &str| PartitionBounds::List(Expression::new(values));
    events.partitions = vec![
        Partition::new("events", list("1")),
        Partition::new("a", list("1")),
        Partition::new("b", PartitionBounds::Default),
        Partition::new("c", PartitionBounds::Default),
        hash("d", 4, 1),
    ];
    let mut jobs = partitioned(PartitionStrategy::Hash, vec![IndexKey::column("id")]);
    jobs.name = "jobs".into();
    jobs.indexes = vec![Index { unique: true, ..Index::new("jobs_at", vec![IndexKey::column("at")]) }];
    jobs.partitions = vec![
        hash("j_0", 4, 0),
        hash("j_1", 4, 1),
        hash("j_2", 8, 5),
        hash("j_3", 2, 2),
        Partition::new("a", PartitionBounds::Default),
    ];
    let mut plain = Table::new("plain");
    plain.columns = vec![Column::new("id", SqlType::BigInt)];
    plain.partitions = vec![Partition::new("plain_1", PartitionBounds::Default)];
    assert_snapshot!(problems(&with(vec![events, jobs, plain])), @r#"
    the schema is not valid
      - the name `events` is used twice, by table `events` and by partition `events` of table `events`; it must be unique in its namespace
      - the name `a` is used twice, by partition `a` of table `events` and by partition `a` of table `jobs`; it must be unique in its namespace
      - the partition key of table `events` names the column `gone`, which the table does not have
      - the partition key of table `events` has a direction, a place for NULL, or parameters of an operator class; it has no order that they could be about
      - table `events` is partitioned by a list, which has one key; partition it by range or hash for several
      - table `events` is partitioned and cannot be unlogged
      - table `events` is partitioned and cannot have storage parameters
      - table `events` is partitioned and cannot have the check `positive`, which is not inherited
      - unique constraint `events_id_key` of table `events` lacks the column `at` of the partition key: each partition sees to a key by itself, so the key needs every column that decides about the partition
      - unique constraint `events_id_key` of table `events`: a table that is partitioned by an expression cannot have one, since each partition sees to a key by itself
      - unique constraint `events_id_key` of table `events` lacks the column `gone` of the partition key: each partition sees to a key by itself, so the key needs every column that decides about the partition
      - partitions `events` and `a` of table `events` would have rows in common
      - partitions `b` and `c` of table `events` would have rows in common
      - partition `d` of table `events` is FOR VALUES WITH (MODULUS 4, REMAINDER 1), but the table is partitioned by LIST
      - unique index `jobs_at` of table `jobs` lacks the column `id` of the partition key: each partition sees to a key by itself, so the key needs every column that decides about the partition
      - partitions `j_1` and `j_2` of table `jobs` would have rows in common
      - partition `j_3` of table `jobs`: no division by 2 leaves 2; the remainder is less than the modulus
      - partitions `j_0` and `j_3` of table `jobs` would have rows in common
      - partition `a` of table `jobs` is DEFAULT, but the table is partitioned by HASH
      - table `plain` declares the partition `plain_1` and is not partitioned: say by what, or remove the partition
    "#);
}
