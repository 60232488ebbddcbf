//! Columns of a domain, and enums, need nothing but the field's usual type.

use levity::{PgEnum, Table, eq, sql};

use crate::support::{chain, client, create, database};

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Mood {
    Calm,
    VeryLoud,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "people", has_many(friends = Person::friend_id))]
struct Person {
    #[column(primary_key, sql_type = "person_id")]
    id: i64,
    #[column(sql_type = "person_id", references(Person::id))]
    friend_id: Option<i64>,
    #[column(sql_type = "email")]
    email: String,
    #[column(sql_type = "email")]
    other: Option<String>,
    #[column(sql_type = "work_email")]
    work: Option<String>,
    #[column(sql_type = "email[]")]
    aliases: Vec<String>,
    #[column(sql_type = "emails")]
    list: Option<Vec<Option<String>>>,
    #[column(sql_type = "loud_mood")]
    mood: Mood,
    #[column(sql_type = "loud_mood[]")]
    moods: Vec<Option<Mood>>,
    plain_moods: Vec<Option<Mood>>,
}

levity::schema! { Person }

async fn people() -> (levity_local::TestDatabase, levity::Database) {
    let (guard, db) = database().await;
    client(&db)
        .await
        .batch_execute(
            "CREATE DOMAIN person_id AS bigint NOT NULL CHECK (VALUE > 0);
             CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
             CREATE DOMAIN work_email AS email CHECK (VALUE LIKE '%@work');
             CREATE DOMAIN emails AS email[];
             CREATE TYPE mood AS ENUM ('calm', 'very_loud');
             CREATE DOMAIN loud_mood AS mood CHECK (VALUE > 'calm');",
        )
        .await
        .unwrap();
    create::<Person>(&db).await;
    // A domain that refuses NULL makes even a column without `NOT NULL` do so.
    db.execute(sql!("alter table people alter friend_id type bigint")).await.unwrap();
    (guard, db)
}

fn person(id: i64) -> NewPerson {
    NewPerson::builder()
        .id(id)
        .friend_id(1)
        .email("a@b")
        .other("c@d")
        .work("e@work")
        .aliases(["f@g".to_owned(), String::from("@")])
        .list(vec![Some("h@i".to_owned()), None])
        .mood(Mood::VeryLoud)
        .moods([None, Some(Mood::VeryLoud)])
        .plain_moods([Some(Mood::Calm), None])
        .build()
}

#[tokio::test]
async fn a_column_of_a_domain_has_the_type_of_what_is_behind_it() {
    let (_guard, db) = people().await;
    let stored = db.insert(person(1)).returning().await.unwrap();
    let expected = Person {
        id: 1,
        friend_id: Some(1),
        email: "a@b".into(),
        other: Some("c@d".into()),
        work: Some("e@work".into()),
        aliases: vec!["f@g".into(), "@".into()],
        list: Some(vec![Some("h@i".into()), None]),
        mood: Mood::VeryLoud,
        moods: vec![None, Some(Mood::VeryLoud)],
        plain_moods: vec![Some(Mood::Calm), None],
    };
    assert_eq!(stored, expected);
    let patch = PersonPatch::new().email("x@y").aliases([]).list(None).mood(Mood::VeryLoud);
    let updated = db.update::<Person>().patch(patch).filter(eq(Person::id, 1)).returning().await.unwrap();
    assert_eq!(updated[0].email, "x@y");
    assert_eq!((updated[0].aliases.len(), &updated[0].list), (0, &None));
    let loaded = db.select::<Person>().with(Person::friends()).one().await.unwrap();
    assert_eq!(loaded.friends[0], updated[0]);
}

#[tokio::test]
async fn a_column_of_a_domain_is_compared_with_values() {
    let (_guard, db) = people().await;
    db.insert(person(1)).execute().await.unwrap();
    let conditions = [
        Person::id.in_list([1, 2]),
        eq(Person::email, "a@b"),
        Person::email.in_list(["a@b"]),
        Person::email.gt("a"),
        levity::like(Person::email, "a%"),
    ];
    for (position, condition) in conditions.into_iter().enumerate() {
        assert_eq!(
            db.select::<Person>().filter(condition).all().await.unwrap().len(),
            1,
            "condition {position}"
        );
    }
    let nullable = [
        eq(Person::work, "e@work"),
        eq(Person::list, vec![Some("h@i".to_owned()), None]),
        Person::work.in_list(["e@work"]),
    ];
    for (position, condition) in nullable.into_iter().enumerate() {
        assert_eq!(
            db.select::<Person>().filter(condition).all().await.unwrap().len(),
            1,
            "condition {position}"
        );
    }
    let others = [
        eq(Person::aliases, vec!["f@g".to_owned(), "@".to_owned()]),
        eq(Person::moods, vec![None, Some(Mood::VeryLoud)]),
        eq(Person::plain_moods, vec![Some(Mood::Calm), None]),
    ];
    for (position, condition) in others.into_iter().enumerate() {
        assert_eq!(
            db.select::<Person>().filter(condition).all().await.unwrap().len(),
            1,
            "condition {position}"
        );
    }
}

#[tokio::test]
async fn a_domain_of_an_enum_is_compared_through_its_base_type() {
    let (_guard, db) = people().await;
    db.insert(person(1)).execute().await.unwrap();
    let error = db.select::<Person>().filter(eq(Person::mood, Mood::VeryLoud)).all().await.unwrap_err();
    assert!(chain(&error).contains("operator does not exist"), "{}", chain(&error));
    let loud = sql!("{}::mood = {}", Person::mood, Mood::VeryLoud);
    assert_eq!(db.select::<Person>().filter(loud).all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_server_checks_what_is_assigned_to_a_domain() {
    let (_guard, db) = people().await;
    db.insert(person(1)).execute().await.unwrap();
    for patch in [
        PersonPatch::new().email("nothing"),
        PersonPatch::new().aliases(["nothing".to_owned()]),
        PersonPatch::new().list(vec![Some("nothing".to_owned())]),
        PersonPatch::new().moods([Some(Mood::Calm)]),
    ] {
        let error = db.update::<Person>().patch(patch).all_rows().execute().await.unwrap_err();
        assert!(error.is_check_violation(), "{}", chain(&error));
    }
}
