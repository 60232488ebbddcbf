use std::path::Path;

use insta::assert_snapshot;
use levity::schema::{
    Check, CheckOption, Column, Deferrable, Domain, EnumType, EnumValue, Exclusion, ExclusionElement,
    Expression, Extension, ForeignKey, GeneratedKind, GeneratedValue, Identity, Index, IndexKey, IndexMethod,
    IndexPart, NullsOrder, ObjectName, OperatorClass, Partition, PartitionBounds, PartitionBy,
    PartitionStrategy, Places, PrimaryKey, ReferentialAction, Schema, Sequence, SequenceOwner, SqlType,
    Table, Unique, View, ViewColumn, ViewOptions,
};

use super::Snapshot;

fn everything() -> Schema {
    let billing = |name: &str| ObjectName { namespace: Some("billing".into()), name: name.into() };
    let mut users = Table::new("users");
    users.columns = vec![
        Column { identity: Some(Identity::Always), ..Column::new("id", SqlType::BigInt) },
        Column {
            default: Some(Expression::new("'new'")),
            ..Column::new("state", SqlType::Enum(billing("state")))
        },
        Column { nullable: true, ..Column::new("tags", SqlType::Array(Box::new(SqlType::Varchar(Some(9))))) },
        Column {
            generated: Some(GeneratedValue {
                expression: Expression::new("id * 2"),
                kind: GeneratedKind::Virtual,
            }),
            ..Column::new("twice", SqlType::BigInt)
        },
    ];
    users.primary_key = Some(PrimaryKey {
        include: vec!["state".into()],
        ..PrimaryKey::new("users_pkey", vec!["id".into()])
    });
    users.uniques = vec![Unique {
        nulls_not_distinct: true,
        deferrable: Deferrable::InitiallyDeferred,
        ..Unique::new("users_state_key", vec!["state".into()])
    }];
    users.checks = vec![Check { no_inherit: true, ..Check::new("positive", "id > 0") }];
    users.foreign_keys = vec![ForeignKey {
        match_full: true,
        on_delete: ReferentialAction::SetNull,
        on_delete_columns: ["id".into()].into(),
        deferrable: Deferrable::InitiallyImmediate,
        ..ForeignKey::new("users_id_fkey", vec!["id".into()], billing("invoices"), vec!["id".into()])
    }];
    let element =
        |name: &str, operator: ObjectName| ExclusionElement { key: IndexKey::column(name), operator };
    users.exclusions = vec![Exclusion {
        storage: [("fillfactor".into(), "70".into())].into(),
        predicate: Some(Expression::new("id > 1")),
        ..Exclusion::new(
            "users_excl",
            IndexMethod::Gist,
            vec![element("id", "=".into()), element("tags", billing("&&"))],
        )
    }];
    let keys = vec![
        IndexKey { descending: true, nulls: Some(NullsOrder::Last), ..IndexKey::column("state") },
        IndexKey {
            collation: Some("C".into()),
            operator_class: Some(OperatorClass::new("text_pattern_ops")),
            ..IndexKey::new(IndexPart::Expression(Expression::new("lower(x)")))
        },
        IndexKey {
            operator_class: Some(OperatorClass {
                name: billing("gist_trgm_ops"),
                parameters: [("siglen".into(), "32".into())].into(),
            }),
            ..IndexKey::column("tags")
        },
    ];
    users.indexes = vec![Index {
        unique: true,
        nulls_not_distinct: true,
        include: vec!["id".into()],
        storage: [("fillfactor".into(), "70".into())].into(),
        predicate: Some(Expression::new("id > 1")),
        ..Index::new("users_state_idx", keys)
    }];
    let mut events = Table::new("events");
    events.columns = vec![Column::new("at", SqlType::Date)];
    events.partition_by = Some(PartitionBy {
        strategy: PartitionStrategy::Range,
        keys: vec![
            IndexKey::column("at"),
            IndexKey {
                collation: Some("C".into()),
                ..IndexKey::new(IndexPart::Expression(Expression::new("lower(x)")))
            },
        ],
    });
    let (from, to) = (Expression::new("'2026-01-01', MINVALUE"), Expression::new("MAXVALUE, 'z'"));
    events.partitions = vec![
        Partition::new("hashed", PartitionBounds::Hash { modulus: 4, remainder: 1 }),
        Partition::new("listed", PartitionBounds::List(Expression::new("'a', NULL"))),
        Partition::new("ranged", PartitionBounds::Range { from, to }),
        Partition::new("rest", PartitionBounds::Default),
    ];
    let state = EnumType {
        name: billing("state"),
        renamed_from: None,
        values: vec![EnumValue::new("new"), EnumValue::new("done")],
    };
    let names = View {
        columns: vec![
            ViewColumn::new("id", SqlType::BigInt),
            ViewColumn::new("state", SqlType::Enum(billing("state"))),
        ],
        options: ViewOptions {
            security_barrier: true,
            security_invoker: true,
            check_option: Some(CheckOption::Local),
        },
        ..View::new(billing("names"), "SELECT id, state FROM users")
    };
    let totals = View {
        materialized: true,
        columns: vec![ViewColumn::new("count", SqlType::BigInt)],
        indexes: vec![Index {
            unique: true,
            ..Index::new("totals_count_idx", vec![IndexKey::column("count")])
        }],
        ..View::new("totals", "SELECT count(*) FROM users;\n")
    };
    let amount = Domain {
        collation: Some("C".into()),
        default: Some(Expression::new("''")),
        not_null: true,
        checks: vec![Check::new("amount_check", "VALUE <> 'none'")],
        ..Domain::new(billing("amount"), SqlType::Text)
    };
    let numbers = Sequence {
        increment: -2,
        min: -100,
        max: 10,
        start: 10,
        cache: 5,
        cycle: true,
        owned_by: Some(SequenceOwner { table: "users".into(), column: "id".into() }),
        ..Sequence::new("numbers", SqlType::Integer)
    };
    let usual = Sequence::new("usual", SqlType::BigInt);
    Schema {
        extensions: vec![
            Extension { name: "pg_trgm".into(), namespace: Some("billing".into()) },
            Extension::new("citext"),
        ],
        declared_namespaces: vec!["audit".into()],
        enum_types: vec![state],
        domains: vec![amount, Domain::new("label", SqlType::Enum(billing("state")))],
        sequences: vec![usual, numbers],
        tables: vec![users, events, Table::new(billing("invoices"))],
        views: vec![names, totals],
        places: Places::default(),
    }
}

#[test]
fn the_expected_schema_is_taken_only_where_it_is_that_of_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let snapshot = Snapshot { id: "1f".into(), parents: vec!["0a".into()], schema: everything() };
    std::fs::write(&file, snapshot.render()).unwrap();
    // A hint is not in the file.
    let mut expected = everything();
    expected.tables[0].renamed_from = Some("people".into());
    let read = |expected: &Schema| Snapshot::read_expecting(file.path(), expected).unwrap();
    assert_eq!(read(&expected), Snapshot { schema: expected.clone(), ..snapshot.clone() });

    let in_file = Snapshot::read(file.path()).unwrap();
    for change in [
        |schema: &mut Schema| drop(schema.tables[0].columns.pop()),
        |schema: &mut Schema| schema.tables.push(Table::new("z")),
        |schema: &mut Schema| drop(schema.views.pop()),
    ] {
        let mut expected = everything();
        change(&mut expected);
        assert_eq!(read(&expected), in_file);
    }
    std::fs::write(&file, snapshot.render() + "{}\n").unwrap();
    assert!(Snapshot::read_expecting(file.path(), &everything()).is_err());
}

#[test]
fn a_snapshot_survives_the_file() {
    let snapshot = Snapshot { id: "1f".into(), parents: vec!["0a".into()], schema: everything() };
    let text = snapshot.render();
    assert_snapshot!(text, @r#"
    {"version":1,"id":"1f","parents":["0a"]}
    {"kind":"extension","name":"citext"}
    {"kind":"extension","name":"pg_trgm","namespace":"billing"}
    {"kind":"namespace","name":"audit"}
    {"kind":"enum_type","name":["billing","state"],"values":["new","done"]}
    {"kind":"domain","name":"label","type":{"enum":["billing","state"]}}
    {"kind":"domain","name":["billing","amount"],"type":"text","collation":"C","default":"''","not_null":true,"checks":[{"name":"amount_check","expression":"VALUE <> 'none'"}]}
    {"kind":"sequence","name":"numbers","type":"integer","increment":-2,"min":-100,"max":10,"cache":5,"cycle":true,"owned_by":{"table":"users","column":"id"}}
    {"kind":"sequence","name":"usual"}
    {"kind":"table","name":"events","partition_by":{"strategy":"range","keys":[{"column":"at"},{"expression":"lower(x)","collation":"C"}]}}
    {"kind":"partition","table":"events","name":"hashed","bounds":{"hash":{"modulus":4,"remainder":1}}}
    {"kind":"partition","table":"events","name":"listed","bounds":{"list":"'a', NULL"}}
    {"kind":"partition","table":"events","name":"ranged","bounds":{"range":{"from":"'2026-01-01', MINVALUE","to":"MAXVALUE, 'z'"}}}
    {"kind":"partition","table":"events","name":"rest","bounds":"default"}
    {"kind":"column","table":"events","name":"at","type":"date"}
    {"kind":"table","name":"users"}
    {"kind":"column","table":"users","name":"id","type":"bigint","identity":"always"}
    {"kind":"column","table":"users","name":"state","type":{"enum":["billing","state"]},"default":"'new'"}
    {"kind":"column","table":"users","name":"tags","type":{"array":"character varying(9)"},"nullable":true}
    {"kind":"column","table":"users","name":"twice","type":"bigint","generated":"id * 2","virtual":true}
    {"kind":"primary_key","table":"users","name":"users_pkey","columns":["id"],"include":["state"]}
    {"kind":"unique","table":"users","name":"users_state_key","columns":["state"],"nulls_not_distinct":true,"deferrable":"initially_deferred"}
    {"kind":"foreign_key","table":"users","name":"users_id_fkey","columns":["id"],"references":["billing","invoices"],"referenced_columns":["id"],"match_full":true,"on_delete":"set_null","on_delete_columns":["id"],"on_update":"no_action","deferrable":"initially_immediate"}
    {"kind":"check","table":"users","name":"positive","expression":"id > 0","no_inherit":true}
    {"kind":"exclusion","table":"users","name":"users_excl","method":"gist","elements":[{"key":{"column":"id"},"operator":"="},{"key":{"column":"tags"},"operator":["billing","&&"]}],"storage":{"fillfactor":"70"},"predicate":"id > 1"}
    {"kind":"index","table":"users","name":"users_state_idx","unique":true,"nulls_not_distinct":true,"method":"btree","keys":[{"column":"state","descending":true,"nulls":"last"},{"expression":"lower(x)","collation":"C","operator_class":"text_pattern_ops"},{"column":"tags","operator_class":["billing","gist_trgm_ops"],"operator_class_parameters":{"siglen":"32"}}],"include":["id"],"storage":{"fillfactor":"70"},"predicate":"id > 1"}
    {"kind":"table","name":["billing","invoices"]}
    {"kind":"view","name":"totals","materialized":true,"columns":[{"name":"count","type":"bigint"}],"definition":"SELECT count(*) FROM users"}
    {"kind":"index","table":"totals","name":"totals_count_idx","unique":true,"method":"btree","keys":[{"column":"count"}]}
    {"kind":"view","name":["billing","names"],"columns":[{"name":"id","type":"bigint"},{"name":"state","type":{"enum":["billing","state"]}}],"definition":"SELECT id, state FROM users","security_barrier":true,"security_invoker":true,"check_option":"local"}
    "#);
    let read = Snapshot::parse(Path::new("snapshot.jsonl"), &text).unwrap();
    assert_eq!(read.render(), text);
    assert_eq!(read.schema.table(&"users".into()), snapshot.schema.table(&"users".into()));
    assert_eq!(read.schema.table(&"events".into()), snapshot.schema.table(&"events".into()));
    assert_eq!(read.schema.view(&"totals".into()), snapshot.schema.view(&"totals".into()));
}

#[test]
fn an_operator_class_with_its_namespace_in_one_text_is_read() {
    let text = r#"{"version":1,"id":"1f","parents":[]}
{"kind":"table","name":"t"}
{"kind":"index","table":"t","name":"i","method":"gin","keys":[{"column":"a","operator_class":"ext.gin_trgm_ops"}]}"#;
    let snapshot = Snapshot::parse(Path::new("snapshot.jsonl"), text).unwrap();
    let class = snapshot.schema.tables[0].indexes[0].keys[0].operator_class.clone().unwrap();
    assert_eq!(class.name, ObjectName { namespace: Some("ext".into()), name: "gin_trgm_ops".into() });
}

#[test]
fn a_line_that_is_not_understood_is_named() {
    let error = |body: &str| {
        let text = format!("{{\"version\":1,\"id\":\"1f\",\"parents\":[]}}\n{body}");
        Snapshot::parse(Path::new("m/snapshot.jsonl"), &text).unwrap_err().to_string()
    };
    assert_snapshot!(error(r#"{"kind":"table","name":"t","owner":"me"}"#), @r#"`m/snapshot.jsonl`, line 2: unknown field `owner`, expected one of `name`, `comment`, `unlogged`, `storage`, `partition_by`"#);
    assert_snapshot!(error(r#"{"kind":"person","name":"p"}"#), @r#"`m/snapshot.jsonl`, line 2: unknown variant `person`, expected one of `extension`, `namespace`, `enum_type`, `domain`, `sequence`, `table`, `partition`, `column`, `primary_key`, `unique`, `foreign_key`, `check`, `exclusion`, `index`, `view` at line 1 column 16"#);
    assert_snapshot!(error(r#"{"kind":"check","table":"t","name":"c","expression":"true"}"#), @r#"`m/snapshot.jsonl`, line 2: the line belongs to the table `t`, but does not follow the line of that table"#);
    assert_snapshot!(error("<<<<<<< HEAD"), @r#"`m/snapshot.jsonl`, line 2: expected value at line 1 column 1"#);
}

#[test]
fn another_version_is_refused() {
    let newer = Snapshot::parse(Path::new("snapshot.jsonl"), r#"{"version":2,"ids":[]}"#);
    assert_snapshot!(newer.unwrap_err(), @r#"`snapshot.jsonl`: the snapshot has version 2 and this build reads version 1; use the release of levity that wrote it, or a newer one"#);
    let empty = Snapshot::parse(Path::new("snapshot.jsonl"), "");
    assert_snapshot!(empty.unwrap_err(), @r#"`snapshot.jsonl`, line 1: the file is empty"#);
}
