//! Types of PostgreSQL's own extensions, which no type here knows about.

use std::collections::HashMap;

use levity::{PgNewtype, Table, eq};

use crate::support::{chain, client, create, database};

#[derive(Debug, Clone, PartialEq, PgNewtype)]
#[pg_newtype(sql_type = "hstore")]
struct Attributes(HashMap<String, Option<String>>);

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "members", has_many(guests = Member::host_id))]
struct Member {
    #[column(primary_key)]
    id: i32,
    #[column(references(Member::id))]
    host_id: Option<i32>,
    #[column(sql_type = "citext")]
    name: String,
    #[column(sql_type = "citext[]")]
    names: Vec<String>,
    #[column(sql_type = "ltree")]
    path: Option<String>,
    attributes: Attributes,
    other_attributes: Vec<Option<Attributes>>,
}

levity::schema! { Member }

#[tokio::test]
async fn extensions_bring_types_that_a_field_can_name() {
    let (_guard, db) = database().await;
    let extensions = "CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore";
    client(&db).await.batch_execute(extensions).await.unwrap();
    create::<Member>(&db).await;
    let attributes = Attributes([("a".to_owned(), Some("ü\"".to_owned())), ("b".to_owned(), None)].into());
    let member = || {
        NewMember::builder()
            .id(1)
            .host_id(1)
            .name("Ada")
            .names(["Ada".to_owned(), "L.".to_owned()])
            .path("top.next")
            .attributes(attributes.clone())
            .other_attributes([None, Some(Attributes(HashMap::new()))])
    };
    let stored = db.insert(member().build()).returning().await.unwrap();
    assert_eq!((stored.name.as_str(), stored.path.as_deref()), ("Ada", Some("top.next")));
    assert_eq!((&stored.attributes, stored.names.len()), (&attributes, 2));
    assert_eq!(stored.other_attributes, [None, Some(Attributes(HashMap::new()))]);
    for condition in [
        eq(Member::name, "ADA"),
        Member::name.in_list(["ada"]),
        eq(Member::names, vec!["ADA".to_owned(), "l.".to_owned()]),
        eq(Member::attributes, attributes.clone()),
    ] {
        let loaded = db.select::<Member>().filter(condition).with(Member::guests()).one().await.unwrap();
        assert_eq!(loaded.guests, std::slice::from_ref(&stored));
    }
    for new in [member().name("\0"), member().names(["\0".to_owned()])] {
        let error = db.insert(new.build()).execute().await.unwrap_err();
        assert!(chain(&error).contains("U+0000"), "{}", chain(&error));
    }
}
