//! What the attributes of a table say is what a server holds.

#![expect(missing_docs, reason = "the tables of a test")]

use insta::assert_snapshot;
use levity::{Config, Table, migrate::History, schema::Schema, types::Range};
use levity_kit::{
    prove::{Parent, build_and_introspect},
    snapshot::Snapshot,
};
use levity_local::TestDatabase;

#[derive(Table)]
#[primary_key(id, name = "the key", include(email), with(fillfactor = 80))]
#[unique(email, nulls_not_distinct, deferrable = initially_deferred, include(id, email))]
#[unique(tenant, id, name = "users_once")]
#[index(asc(email, collation = "C", operator_class = "text_pattern_ops"), desc(id, nulls_last))]
#[index(
    sql("lower(email)"), desc(sql("length(email)"), nulls_last),
    unique, nulls_not_distinct, include(tenant), with(fillfactor = 70, deduplicate_items = off), filter = "id > 0",
)]
#[index(asc(during, operator_class = ("pg_catalog", "range_ops")), method = gist, name = "by during")]
#[index(tags, method = "gin", operator_class = "tsvector_ops", with(fastupdate = false))]
#[index(asc(tags, operator_class = "tsvector_ops"(siglen = 64)), method = gist, name = "by tags")]
#[exclude(during with "&&", filter = "id > 0")]
#[exclude(sql("lower(email)") with ("pg_catalog", "="), method = "spgist", deferrable = initially_immediate)]
#[exclude(tenant with "=", id with "=", name = "once", method = btree, include(email), with(fillfactor = 50), deferrable)]
#[check(name = "named", "id > 0", no_inherit)]
pub struct Users {
    pub id: i64,
    #[column(name = "the tenant")]
    pub tenant: Option<i64>,
    pub email: Option<String>,
    pub during: Range<i64>,
    #[column(sql_type = "tsvector")]
    pub tags: String,
}

#[derive(Table)]
#[foreign_key(
    (tenant, user_id) => Users::(tenant, id),
    relation = owner, match_full, on_delete = set_null(tenant), deferrable = initially_deferred, name = "the owner",
)]
pub struct Orders {
    #[column(primary_key)]
    pub id: i64,
    #[column(name = "the tenant")]
    pub tenant: Option<i64>,
    pub user_id: Option<i64>,
    #[column(references(Orders::id, on_delete = set_default, deferrable))]
    pub parent_id: Option<i64>,
}

levity::schema![Users, Orders];

pub mod partitioned {
    use levity::{PgEnum, Table};

    #[derive(PgEnum, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Kind {
        Small,
        Large,
    }

    #[derive(Table)]
    #[primary_key(id, at)]
    #[partition_by(range(at, asc(id, operator_class = "int8_ops")))]
    #[partition(name = "events_old", from = (minvalue, minvalue), to = ("2026-01-01", 0))]
    #[partition(name = "events_new", from = ("2026-01-01", 0), to = (sql("'2026-02-01'::date"), -1 + 5))]
    #[partition(name = "events_rest", default)]
    #[index(kind)]
    pub struct Events {
        #[column(name = "event id")]
        pub id: i64,
        pub at: chrono::NaiveDate,
        pub kind: Kind,
    }

    #[derive(Table)]
    #[partition_by(list(kind))]
    #[partition(name = "jobs_small", values(Kind::Small, null))]
    pub struct Jobs {
        pub id: i64,
        pub kind: Option<Kind>,
    }

    #[derive(Table)]
    #[partition_by(hash(sql("lower(name)"), id))]
    #[partition(name = "names_1", modulus = 2, remainder = 1)]
    pub struct Names {
        pub id: i64,
        pub name: String,
    }

    levity::schema![Events, Jobs, Names];
}

/// The lines of a snapshot of what a server holds of a schema, without columns.
async fn found(schema: Schema) -> String {
    let database = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(database.url()).unwrap();
    schema.validate().unwrap();
    let (history, nothing) = (History::default(), Schema::default());
    let parent = Parent { history: &history, schema: &nothing };
    let found = build_and_introspect(&config, &parent, &schema).await.unwrap();
    assert_eq!(found.unsupported, []);
    let snapshot = Snapshot { id: String::new(), parents: Vec::new(), schema: found.schema };
    let parts = snapshot.render();
    let parts: Vec<&str> =
        parts.lines().filter(|line| !line.contains(r#""kind":"column""#)).skip(1).collect();
    parts.join("\n")
}

#[tokio::test]
async fn attributes_of_partitioned_tables_reach_the_server() {
    assert_snapshot!(found(partitioned::schema()).await, @r#"
    {"kind":"enum_type","name":"kind","values":["small","large"]}
    {"kind":"table","name":"events","partition_by":{"strategy":"range","keys":[{"column":"at"},{"column":"event id"}]}}
    {"kind":"partition","table":"events","name":"events_new","bounds":{"range":{"from":"'2026-01-01', '0'","to":"'2026-02-01', '4'"}}}
    {"kind":"partition","table":"events","name":"events_old","bounds":{"range":{"from":"MINVALUE, MINVALUE","to":"'2026-01-01', '0'"}}}
    {"kind":"partition","table":"events","name":"events_rest","bounds":"default"}
    {"kind":"primary_key","table":"events","name":"events_pkey","columns":["event id","at"]}
    {"kind":"index","table":"events","name":"events_kind_idx","method":"btree","keys":[{"column":"kind"}]}
    {"kind":"table","name":"jobs","partition_by":{"strategy":"list","keys":[{"column":"kind"}]}}
    {"kind":"partition","table":"jobs","name":"jobs_small","bounds":{"list":"'small', NULL"}}
    {"kind":"table","name":"names","partition_by":{"strategy":"hash","keys":[{"expression":"lower(name)"},{"column":"id"}]}}
    {"kind":"partition","table":"names","name":"names_1","bounds":{"hash":{"modulus":2,"remainder":1}}}
    "#);
}

#[tokio::test]
async fn attributes_of_constraints_and_indexes_reach_the_server() {
    assert_snapshot!(found(schema()).await, @r#"
    {"kind":"table","name":"orders"}
    {"kind":"primary_key","table":"orders","name":"orders_pkey","columns":["id"]}
    {"kind":"foreign_key","table":"orders","name":"orders_parent_id_fkey","columns":["parent_id"],"references":"orders","referenced_columns":["id"],"on_delete":"set_default","on_update":"no_action","deferrable":"initially_immediate"}
    {"kind":"foreign_key","table":"orders","name":"the owner","columns":["the tenant","user_id"],"references":"users","referenced_columns":["the tenant","id"],"match_full":true,"on_delete":"set_null","on_delete_columns":["the tenant"],"on_update":"no_action","deferrable":"initially_deferred"}
    {"kind":"table","name":"users"}
    {"kind":"primary_key","table":"users","name":"the key","columns":["id"],"include":["email"],"storage":{"fillfactor":"80"}}
    {"kind":"unique","table":"users","name":"users_email_key","columns":["email"],"nulls_not_distinct":true,"include":["id","email"],"deferrable":"initially_deferred"}
    {"kind":"unique","table":"users","name":"users_once","columns":["the tenant","id"]}
    {"kind":"check","table":"users","name":"named","expression":"(id > 0)","no_inherit":true}
    {"kind":"exclusion","table":"users","name":"once","method":"btree","elements":[{"key":{"column":"the tenant"},"operator":"="},{"key":{"column":"id"},"operator":"="}],"include":["email"],"storage":{"fillfactor":"50"},"deferrable":"initially_immediate"}
    {"kind":"exclusion","table":"users","name":"users_during_excl","method":"gist","elements":[{"key":{"column":"during"},"operator":"&&"}],"predicate":"(id > 0)"}
    {"kind":"exclusion","table":"users","name":"users_expr_excl","method":"spgist","elements":[{"key":{"expression":"lower(email)"},"operator":"="}],"deferrable":"initially_immediate"}
    {"kind":"index","table":"users","name":"by during","method":"gist","keys":[{"column":"during"}]}
    {"kind":"index","table":"users","name":"by tags","method":"gist","keys":[{"column":"tags","operator_class":"tsvector_ops","operator_class_parameters":{"siglen":"64"}}]}
    {"kind":"index","table":"users","name":"users_email_id_idx","method":"btree","keys":[{"column":"email","collation":"C","operator_class":"text_pattern_ops"},{"column":"id","descending":true,"nulls":"last"}]}
    {"kind":"index","table":"users","name":"users_expr_expr_idx","unique":true,"nulls_not_distinct":true,"method":"btree","keys":[{"expression":"lower(email)"},{"expression":"length(email)","descending":true,"nulls":"last"}],"include":["the tenant"],"storage":{"deduplicate_items":"off","fillfactor":"70"},"predicate":"(id > 0)"}
    {"kind":"index","table":"users","name":"users_tags_idx","method":"gin","keys":[{"column":"tags"}],"storage":{"fastupdate":"false"}}
    "#);
}
