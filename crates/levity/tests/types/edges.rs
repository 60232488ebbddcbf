//! What a Rust type cannot hold is an error that says why, and never another value.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use levity::{
    Database, FromRow, Json, Sql, Table, eq, sql,
    types::{Cidr, Date, Inet, Interval, RawJson, Timestamp},
};
use serde_json::Value;

use crate::support::{chain, create, database};

async fn refusal<T>(db: &Database, sql: Sql) -> String
where
    (T,): FromRow + std::fmt::Debug,
{
    let error = db.query_as::<(T,)>(sql).one().await.unwrap_err();
    assert!(error.code().is_none(), "{error:?}");
    chain(&error)
}

async fn value<T>(db: &Database, sql: Sql) -> T
where
    (T,): FromRow,
{
    db.query_as::<(T,)>(sql).one().await.unwrap().0
}

#[tokio::test]
async fn an_infinite_date_or_time_needs_a_type_that_holds_it() {
    let (_guard, db) = database().await;
    for message in [
        refusal::<NaiveDateTime>(&db, sql!("select 'infinity'::timestamp as due")).await,
        refusal::<DateTime<Utc>>(&db, sql!("select '-infinity'::timestamptz as due")).await,
    ] {
        assert!(
            message.contains("`due`") && message.contains("read it as `levity::types::Timestamp<…>`"),
            "{message}"
        );
    }
    let message = refusal::<NaiveDate>(&db, sql!("select '-infinity'::date as due")).await;
    assert!(message.contains("read it as `levity::types::Date<NaiveDate>`"), "{message}");
    let date: Date<NaiveDate> = value(&db, sql!("select '-infinity'::date")).await;
    assert_eq!(date, Date::NegInfinity);
}

#[tokio::test]
async fn years_that_chrono_does_not_have_are_refused() {
    let (_guard, db) = database().await;
    for message in [
        refusal::<NaiveDateTime>(&db, sql!("select '294276-12-31 23:59:59.999999'::timestamp")).await,
        refusal::<Timestamp<DateTime<Utc>>>(
            &db,
            sql!("select '294276-12-31 23:59:59.999999+00'::timestamptz"),
        )
        .await,
        refusal::<Date<NaiveDate>>(&db, sql!("select '5874897-12-31'::date")).await,
    ] {
        assert!(message.contains("beyond the years"), "{message}");
    }
}

#[tokio::test]
async fn the_end_of_a_day_is_not_its_beginning() {
    let (_guard, db) = database().await;
    let message = refusal::<NaiveTime>(&db, sql!("select '24:00'::time")).await;
    assert!(message.contains("`24:00:00`"), "{message}");
    let message = refusal::<Vec<NaiveTime>>(&db, sql!("select array['00:00'::time, null, '24:00']")).await;
    assert!(message.contains("`24:00:00`"), "{message}");
    let times: Vec<Option<NaiveTime>> = value(&db, sql!("select array['00:00'::time, null]")).await;
    assert_eq!(times, [Some(NaiveTime::MIN), None]);
}

#[tokio::test]
async fn arrays_have_one_dimension_and_say_when_an_element_is_null() {
    let (_guard, db) = database().await;
    let message = refusal::<Vec<i32>>(&db, sql!("select array[[1, 2], [3, 4]]")).await;
    assert!(message.contains("too many dimensions"), "{message}");
    let message = refusal::<Vec<i32>>(&db, sql!("select '{{1,null}}'::int4[]")).await;
    assert!(message.contains("NULL"), "{message}");
    let gaps: Vec<Option<i32>> = value(&db, sql!("select '{{1,null}}'::int4[]")).await;
    assert_eq!(gaps, [Some(1), None]);
    // Where an array begins to count is not kept.
    let shifted: Vec<i32> = value(&db, sql!("select '[5:6]={{1,2}}'::int4[]")).await;
    assert_eq!(shifted, [1, 2]);
}

#[tokio::test]
async fn a_value_of_another_type_is_refused_by_name() {
    let (_guard, db) = database().await;
    let message = refusal::<i64>(&db, sql!("select 1::int4 as pages")).await;
    assert!(
        message.contains("`pages`") && message.contains("`i64` and the Postgres type `int4`"),
        "{message}"
    );
    let message = refusal::<i64>(&db, sql!("select null::int4")).await;
    assert!(message.contains("`i64` and the Postgres type `int4`"), "{message}");
    let message = refusal::<String>(&db, sql!("select null::text")).await;
    assert!(message.contains("NULL"), "{message}");
    let message =
        refusal::<i32>(&db, sql!("select 1 where {} = 1::int4 and {} = 1::float8", 1, 1.0_f32)).await;
    assert_eq!(
        message,
        "cannot send parameter $2: the value is a Rust `f32`, and the server expects a `float8`"
    );
}

#[tokio::test]
async fn characters_are_padded_and_documents_are_kept_as_far_as_their_type_does() {
    let (_guard, db) = database().await;
    assert_eq!(value::<String>(&db, sql!("select 'a'::char(3)")).await, "a  ");
    let spaced = r#"{"b": 1e400,  "a":"\u0000", "a":1}"#;
    let raw: RawJson = value(&db, sql!("select {spaced}::text::json")).await;
    assert_eq!(raw.get(), spaced);
    let raw: RawJson = value(&db, sql!("select '{{\"b\":1.50,  \"a\":1}}'::jsonb")).await;
    assert_eq!(raw.get(), r#"{"a": 1, "b": 1.50}"#);
    let document: Json<Value> = value(&db, sql!("select '18446744073709551615'::jsonb")).await;
    assert_eq!(document.0, Value::from(u64::MAX));
}

#[tokio::test]
async fn a_network_is_also_an_address() {
    let (_guard, db) = database().await;
    let network: Cidr = "192.0.2.0/24".parse().unwrap();
    let address: Inet = value(&db, sql!("select {network}::cidr")).await;
    assert_eq!(address, Inet::from(network));
    assert!(network.contains("192.0.2.7".parse().unwrap()));
    assert!("192.0.2.1/24".parse::<Cidr>().is_err());
    assert!("192.0.2.1/33".parse::<Inet>().is_err());
}

#[tokio::test]
async fn the_smallest_interval_is_kept() {
    let (_guard, db) = database().await;
    let smallest = Interval { microseconds: i64::MIN, ..Interval::ZERO };
    assert_eq!(value::<Interval>(&db, sql!("select {smallest}::interval")).await, smallest);
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "books", has_many(sequels = Book::before))]
struct Book {
    #[column(primary_key)]
    id: i32,
    #[column(references(Book::id, relation = first))]
    before: Option<i32>,
    text: String,
    pages: Vec<String>,
    scan: Vec<u8>,
    content: Json<Value>,
}

levity::schema! { Book }

#[tokio::test]
async fn a_megabyte_is_a_value_like_others() {
    let (_guard, db) = database().await;
    create::<Book>(&db).await;
    let text = "\u{1F980}\\\"".repeat(1 << 18);
    let new = NewBook::builder()
        .id(1)
        .before(1)
        .text(&text)
        .pages([text.clone(), text.clone()])
        .scan(vec![0xff; 1 << 20])
        .content(Value::from(text.as_str()));
    let book = db.insert(new.build()).returning().await.unwrap();
    let [first, second] = book.pages.as_slice() else { panic!("two pages") };
    assert!(book.text == text && *first == text && *second == text);
    assert!(book.scan == vec![0xff; 1 << 20] && book.content.0 == text);
    let loaded = db.select::<Book>().filter(eq(Book::text, &text)).with(Book::sequels()).one().await.unwrap();
    assert!(*loaded == book && loaded.sequels == [book]);
}
