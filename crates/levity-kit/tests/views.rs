//! Views as their authors write them: what a server prints of a query is another text.

#[path = "prove/history.rs"]
mod history;

use insta::assert_snapshot;
use levity::{
    Config,
    schema::{Column, PrimaryKey, Schema, SqlType, Table, View, ViewColumn},
};
use levity_kit::{
    diff::RenameHints,
    generate::{Generated, generate},
    prove::{Parent, ProveError, build_and_introspect, prove},
};
use levity_local::TestDatabase;

use history::history;

/// A table `users` with these columns beside its key.
fn users(columns: &[(&str, SqlType)]) -> Schema {
    let mut users = Table::new("users");
    users.columns.push(Column::new("id", SqlType::BigInt));
    for (name, sql_type) in columns {
        users.columns.push(Column { nullable: true, ..Column::new(*name, sql_type.clone()) });
    }
    users.primary_key = Some(PrimaryKey::new("users_pkey", vec!["id".into()]));
    Schema { tables: vec![users], ..Schema::default() }
}

fn view(name: &str, columns: &[(&str, SqlType)], query: &str) -> View {
    let columns = columns.iter().map(|(name, sql_type)| ViewColumn::new(*name, sql_type.clone()));
    View { columns: columns.collect(), ..View::new(name, query) }
}

async fn server() -> (TestDatabase, Config) {
    let database = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(database.url()).unwrap();
    (database, config)
}

/// The migration that makes the schema, if there is anything to make.
fn committed(schema: &Schema) -> Option<String> {
    let generated = generate(&Schema::default(), schema, &RenameHints::default(), None).unwrap();
    generated.map(|generated| generated.file.render().unwrap())
}

/// The changes of a migration that a server has proved.
async fn proved(previous: &Schema, next: &Schema) -> String {
    proved_with(previous, next, &RenameHints::default()).await
}

async fn proved_with(previous: &Schema, next: &Schema, hints: &RenameHints) -> String {
    let (_database, config) = server().await;
    let Some(Generated { changes, file, .. }) = generate(previous, next, hints, None).unwrap() else {
        return "nothing".to_owned();
    };
    let committed = committed(previous);
    let migrations: Vec<&str> = committed.iter().map(String::as_str).collect();
    let parent = Parent { history: &history(&migrations), schema: previous };
    prove(&config, &parent, next, &file).await.unwrap();
    changes.join("\n")
}

use SqlType::{BigInt, Integer, Text};

#[tokio::test]
async fn a_query_that_is_only_written_otherwise_is_no_change() {
    let mut previous = users(&[("email", Text)]);
    let columns = [("id", BigInt), ("email", Text)];
    previous.views = vec![view("v", &columns, "SELECT id, email FROM users WHERE id > 1;")];
    let mut next = previous.clone();
    next.views =
        vec![view("v", &columns, "\n-- all but the first\nselect \"id\",\n  email from Users where id>1")];
    assert_eq!(proved(&previous, &next).await, "nothing");
    next.views = vec![view("v", &columns, "SELECT id, email FROM users WHERE id > 2")];
    assert_snapshot!(proved(&previous, &next).await, @r#"replace view `v`"#);
}

#[tokio::test]
async fn postgresql_follows_a_rename_that_the_query_follows_too() {
    let mut previous = users(&[("email", Text)]);
    let columns = [("id", BigInt), ("email", Text)];
    previous.views = vec![
        view("v", &columns, "SELECT u.id, email FROM users u WHERE u.email <> ''"),
        view("over", &[("email", Text)], "SELECT v.email FROM v"),
    ];
    let mut next = users(&[("mail", Text)]);
    next.tables[0].name = "members".into();
    next.tables[0].renamed_from = Some("users".into());
    next.tables[0].columns[1].renamed_from = Some("email".into());
    next.views = vec![
        view("v", &columns, "SELECT u.id, mail AS email FROM members u WHERE u.mail <> ''"),
        previous.views[1].clone(),
    ];
    assert_snapshot!(proved(&previous, &next).await, @r#"
    rename table `users` to `members`
    rename column `members.email` to `mail`
    "#);

    // A materialized view keeps its rows as well.
    for schema in [&mut previous, &mut next] {
        schema.views[0].materialized = true;
    }
    assert_snapshot!(proved(&previous, &next).await, @r#"
    rename table `users` to `members`
    rename column `members.email` to `mail`
    "#);
}

#[tokio::test]
async fn a_query_that_goes_on_to_read_a_name_that_is_another_column_now_is_replaced() {
    let mut previous = users(&[("email", Text)]);
    previous.views = vec![view("v", &[("email", Text)], "SELECT email FROM users")];
    let mut next = users(&[("old_email", Text), ("email", Text)]);
    next.views = previous.views.clone();
    let hints = RenameHints {
        renamed: [("users.email".to_owned(), "old_email".to_owned())].into(),
        ..RenameHints::default()
    };
    assert_snapshot!(proved_with(&previous, &next, &hints).await, @r#"
    rename column `users.email` to `old_email`
    add column `users.email`
    replace view `v`
    "#);
    assert_snapshot!(proved(&previous, &next).await, @r#"add column `users.old_email`"#);
}

#[tokio::test]
async fn a_star_means_the_columns_that_are_there_when_the_view_is_created() {
    let mut previous = users(&[("email", Text)]);
    previous.views = vec![
        view("v", &[("id", BigInt), ("email", Text)], "SELECT * FROM users"),
        view("inner_star", &[("id", BigInt)], "SELECT id FROM (SELECT u.* FROM users u) AS all_of_them"),
        view("number", &[("count", BigInt)], "SELECT count(*) FROM users"),
    ];
    let mut next = users(&[("email", Text), ("age", Integer)]);
    next.views = previous.views.clone();
    next.views[0].columns.push(ViewColumn::new("age", Integer));
    assert_snapshot!(proved(&previous, &next).await, @r#"
    add column `users.age`
    replace view `inner_star`
    replace view `v`
    "#);
    assert_snapshot!(proved(&next, &previous).await, @r#"
    drop view `v`
    drop view `inner_star`
    drop column `users.age`
    create view `inner_star` again
    create view `v` again
    "#);

    // A view over one that gets a column more.
    for schema in [&mut previous, &mut next] {
        schema.views[1] = View { name: "over".into(), ..schema.views[0].clone() };
        schema.views[1].definition.0 = "TABLE v".to_owned();
    }
    assert_snapshot!(proved(&previous, &next).await, @r#"
    add column `users.age`
    replace view `v`
    replace view `over`
    "#);
}

#[tokio::test]
async fn what_joins_by_name_reads_every_column() {
    let mut previous = users(&[("code", Integer)]);
    let mut codes = Table::new("codes");
    codes.columns = vec![Column::new("code", Integer), Column::new("label", Text)];
    previous.tables.push(codes);
    previous.views = vec![view("v", &[("label", Text)], "SELECT label FROM users NATURAL JOIN codes")];
    let mut next = previous.clone();
    next.tables[0].columns[1].sql_type = BigInt;
    next.tables[1].columns[0].sql_type = BigInt;
    assert_snapshot!(proved(&previous, &next).await, @r#"
    drop view `v`
    change type of column `codes.code` from integer to bigint
    change type of column `users.code` from integer to bigint
    create view `v` again
    "#);
}

#[tokio::test]
async fn the_server_knows_the_columns_of_a_query_better() {
    let (_database, config) = server().await;
    let mut schema = users(&[("age", Integer), ("name", SqlType::Varchar(Some(20)))]);
    let error = async |columns: &[(&str, SqlType)], query: &str| {
        let mut next = schema.clone();
        next.views = vec![view("v", columns, query)];
        let file = generate(&schema, &next, &RenameHints::default(), None).unwrap().unwrap().file;
        let committed = committed(&schema);
        let parent = Parent { history: &history(&[committed.as_deref().unwrap()]), schema: &schema };
        let error = prove(&config, &parent, &next, &file).await.unwrap_err();
        assert!(matches!(error, ProveError::ViewColumns { .. }), "{error}");
        assert_eq!(
            build_and_introspect(&config, &parent, &next).await.unwrap_err().to_string(),
            error.to_string()
        );
        error.to_string()
    };
    let columns = [("total", BigInt), ("name", Text), ("other", Text)];
    assert_snapshot!(error(&columns, "SELECT sum(id) AS total, name, age FROM users GROUP BY name, age").await, @r#"
    the columns of a view are not what its query gives; correct the fields, or cast in the query
      - view `v`: column `total` is declared bigint, the query gives numeric
      - view `v`: column `name` is declared text, the query gives character varying(20)
      - view `v`: column `other` is declared, the query does not give it
      - view `v`: column `age` is given by the query and not declared
    "#);
    assert_snapshot!(error(&[("id", BigInt), ("age", Integer)], "SELECT age, id FROM users").await, @r#"
    the columns of a view are not what its query gives; correct the fields, or cast in the query
      - view `v`: the columns are declared as id, age, the query gives them as age, id
    "#);

    let columns = [("total", BigInt), ("name", Text)];
    schema.views = vec![view("v", &columns, "SELECT sum(age) AS total, name::text FROM users GROUP BY name")];
    assert_snapshot!(proved(&Schema::default(), &schema).await, @r#"
    create table `users`
    create view `v`
    "#);
}
