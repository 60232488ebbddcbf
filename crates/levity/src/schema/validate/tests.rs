use insta::assert_snapshot;

use crate::schema::{
    Column, EnumType, EnumValue, ForeignKey, Identity, Index, IndexKey, ObjectName, PrimaryKey, Schema,
    SqlType, Table,
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
    ];
    users.primary_key = Some(PrimaryKey::new("users_pkey", vec!["id".into(), "gone".into()]));
    users.indexes = vec![Index::new("users", vec![IndexKey::column("missing")])];
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
      - primary key `users_pkey` of table `users` names the column `gone`, which the table does not have
      - column `users.id` is in the primary key and cannot be nullable
      - index `users` of table `users` names the column `missing`, which the table does not have
      - foreign key `a` of table `posts` references the table `nobody`, which the schema does not define
      - foreign key `b` of table `posts` references the column `users.nothing`, which does not exist
      - foreign key `c` of table `posts`: column `user_id` is uuid, but `users.id` is text
      - foreign key `d` of table `posts` references `posts` (user_id), which is neither its primary key nor unique
    "#);
}
