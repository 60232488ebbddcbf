//! Types of a package's own: derived around a value, and written by hand.

use levity::{PgEnum, PgNewtype, Table, eq, types::Json};
use serde::{Deserialize, Serialize};

use crate::support::{create, database};

#[derive(Debug, Clone, Copy, PartialEq, PgNewtype)]
struct AuthorId(i64);

#[derive(Debug, Clone, PartialEq, PgNewtype)]
#[pg_newtype(sql_type = "varchar(20)")]
struct Name(String);

#[derive(Debug, Clone, PartialEq, PgNewtype)]
struct Tags(Vec<String>);

#[derive(Debug, Clone, PartialEq, PgNewtype)]
struct Key(Vec<u8>);

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Mood {
    Calm,
}

#[derive(Debug, Clone, Copy, PartialEq, PgNewtype)]
struct Weather(Mood);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    dark: bool,
}

#[derive(Debug, Clone, PartialEq, PgNewtype)]
struct Stored(Json<Settings>);

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "authors", has_many(pupils = Author::teacher_id))]
struct Author {
    #[column(primary_key, identity)]
    id: AuthorId,
    #[column(references(Author::id))]
    teacher_id: Option<AuthorId>,
    name: Name,
    tags: Tags,
    keys: Vec<Key>,
    weather: Weather,
    forecast: Vec<Option<Weather>>,
    settings: Option<Stored>,
}

levity::schema! { Author }

#[tokio::test]
async fn a_newtype_is_stored_as_its_value() {
    let types: Vec<String> =
        Author::definition().columns.iter().map(|column| column.sql_type.to_string()).collect();
    let expected =
        ["bigint", "bigint", "character varying(20)", "text[]", "bytea[]", "\"mood\"", "\"mood\"[]", "jsonb"];
    assert_eq!(types, expected);
    assert_eq!(schema().enum_types.len(), 1);

    let (_guard, db) = database().await;
    db.execute(levity::sql!("create type mood as enum ('calm')")).await.unwrap();
    create::<Author>(&db).await;
    db.execute(levity::sql!("alter table authors alter id add generated always as identity")).await.unwrap();
    let new = NewAuthor::builder()
        .teacher_id(AuthorId(1))
        .name(Name("A".into()))
        .tags(Tags(vec!["t".into()]))
        .keys([Key(vec![0, 1]), Key(vec![])])
        .weather(Weather(Mood::Calm))
        .forecast([None, Some(Weather(Mood::Calm))])
        .settings(Stored(Json(Settings { dark: true })));
    let author = db.insert(new.build()).returning().await.unwrap();
    let expected = Author {
        id: AuthorId(1),
        teacher_id: Some(AuthorId(1)),
        name: Name("A".into()),
        tags: Tags(vec!["t".into()]),
        keys: vec![Key(vec![0, 1]), Key(vec![])],
        weather: Weather(Mood::Calm),
        forecast: vec![None, Some(Weather(Mood::Calm))],
        settings: Some(Stored(Json(Settings { dark: true }))),
    };
    assert_eq!(author, expected);
    let filter = eq(Author::id, AuthorId(1)).and(Author::name.in_list([Name("A".into())]));
    let loaded = db.select::<Author>().filter(filter).with(Author::pupils()).one().await.unwrap();
    assert_eq!(loaded.pupils[0], author);
}
