//! `COPY` of typed rows.

use std::pin::pin;

use futures_util::{FutureExt, StreamExt, stream};
use levity::{Error, sql};
use serde_json::json;

use super::{Item, Kinds, List, NewItem, NewKinds, NewList, NewTick, database, item};
use crate::tables::Status;

async fn stored(db: &levity::Database) -> u64 {
    db.select::<Item>().count().await.unwrap()
}

#[tokio::test]
async fn rows_are_copied_with_their_defaults_and_the_progress_is_told() {
    let (_guard, db) = database().await;
    let mut told = Vec::new();
    let rows = (0..100_000).map(|number| item(number % 10, number.to_string()));
    let copied = db.copy_in(rows).progress(|rows| told.push(rows)).execute().await.unwrap();
    assert_eq!(copied, 100_000);
    assert!(told.len() > 2 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&100_000));
    assert_eq!(stored(&db).await, 100_000);
    let last = db.find::<Item>(100_000).one().await.unwrap();
    assert_eq!((last.name.as_str(), last.copies, last.note), ("99999", 1, None));
}

#[tokio::test]
async fn values_of_every_kind_are_stored_as_they_are() {
    let (_guard, db) = database().await;
    let new = NewKinds::builder()
        .id(1)
        .document(json!({ "a": [1, null] }))
        .status(Status::InProgress)
        .amount("0.10".parse::<levity::types::Numeric>().unwrap())
        .email("a@b")
        .short(None)
        .bytes(vec![1, 0, 255])
        .code("abc");
    assert_eq!(db.copy_in([new.build()]).execute().await.unwrap(), 1);
    let expected = Kinds {
        id: 1,
        document: json!({ "a": [1, null] }).into(),
        status: Status::InProgress,
        amount: Some("0.10".parse().unwrap()),
        email: "a@b".to_owned(),
        short: None,
        bytes: vec![1, 0, 255],
        code: "abc".to_owned(),
    };
    assert_eq!(db.select::<Kinds>().one().await.unwrap(), expected);
    let tags = [None, Some(vec![]), Some(vec!["x".to_owned(), "y".to_owned()])];
    let lists = tags.clone().map(|tags| NewList::builder().tags(tags).build());
    assert_eq!(db.copy_in(lists).execute().await.unwrap(), 3);
    assert_eq!(db.select::<List>().columns(List::tags).order_by(List::id).all().await.unwrap(), tags);
}

#[tokio::test]
async fn a_refused_row_is_named_and_nothing_is_stored() {
    let (_guard, db) = database().await;
    let rows = (0..50_000).map(|number| item(1, (number % 40_000).to_string()));
    let error = db.copy_in(rows).execute().await.unwrap_err();
    assert!(error.is_unique_violation());
    insta::assert_snapshot!(error, @r#"duplicate key value violates unique constraint "items_shelf_name_key" (SQLSTATE 23505); it is row 40001 of the copy, counted from 1"#);

    let other = [item(1, "a"), item(1, "b"), NewItem { copies: Some(2), note: Some(None), ..item(1, "c") }];
    insta::assert_snapshot!(db.copy_in(other).execute().await.unwrap_err(), @"row 3 of the copy, counted from 1, gives the columns `shelf`, `name`, `copies`, `note` and the first one `shelf`, `name`: all rows of a copy give the same columns");
    insta::assert_snapshot!(db.copy_in([NewTick::builder().build()]).execute().await.unwrap_err(), @"the first row for `ticks` gives no column, and a copy needs one: use `insert_many`");
    assert_eq!(stored(&db).await, 0);
}

#[tokio::test]
async fn a_row_that_cannot_be_sent_is_named() {
    let (_guard, db) = database().await;
    db.execute(sql!("alter table items alter copies type int2")).await.unwrap();
    let rows = [item(1, "a"), item(1, "b")].map(|row| NewItem { copies: Some(1), ..row });
    let error = db.copy_in(rows).execute().await.unwrap_err();
    insta::assert_snapshot!(error, @"cannot send column `copies` of row 1 of the copy, counted from 1");
    assert_eq!(stored(&db).await, 0);
}

#[tokio::test]
async fn a_stream_that_fails_stores_nothing_and_gives_its_own_error() {
    #[derive(Debug)]
    enum Failure {
        Line(u32),
        Database(Error),
    }

    impl From<Error> for Failure {
        fn from(error: Error) -> Self {
            Self::Database(error)
        }
    }

    let (_guard, db) = database().await;
    let lines = |last| {
        stream::iter(0..5_000_u32).map(move |line| {
            if line < last { Ok(item(1, line.to_string())) } else { Err(Failure::Line(line)) }
        })
    };
    let failure = db.copy_in_stream(lines(4_000)).execute().await.unwrap_err();
    assert!(matches!(failure, Failure::Line(4_000)), "{failure:?}");
    assert_eq!(stored(&db).await, 0);
    assert_eq!(db.copy_in_stream(lines(5_000)).execute().await.unwrap(), 5_000);
    let failure = db.copy_in_stream(lines(5_000)).execute().await.unwrap_err();
    assert!(matches!(failure, Failure::Database(error) if error.is_unique_violation()));
}

#[tokio::test]
async fn what_is_dropped_half_way_stores_nothing() {
    let (_guard, db) = database().await;
    let endless = stream::iter(0..20_000).map(|number| Ok::<_, Error>(item(1, number.to_string())));
    let endless = endless.chain(stream::pending());
    let mut told = 0;
    {
        let mut copy = pin!(db.copy_in_stream(endless).progress(|rows| told = rows).execute());
        // Until the stream has no more rows for now: everything before has been sent.
        loop {
            let answered = copy.as_mut().now_or_never();
            assert!(answered.is_none());
            tokio::task::yield_now().await;
            let active: (i64,) = db
                .query_as(sql!("select count(*) from pg_stat_progress_copy where tuples_processed > 10000 and datname = current_database()"))
                .one()
                .await
                .unwrap();
            if active.0 == 1 {
                break;
            }
        }
    }
    assert!(told > 10_000);
    let idle = sql!("select count(*) from pg_stat_progress_copy where datname = current_database()");
    while db.query_as::<(i64,)>(idle.clone()).one().await.unwrap().0 > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stored(&db).await, 0);
}

#[tokio::test]
async fn a_copy_in_a_transaction_is_a_part_of_it() {
    let (_guard, db) = database().await;
    let tx = db.begin().await.unwrap();
    tx.insert(item(1, "before")).execute().await.unwrap();
    assert_eq!(tx.copy_in((0..10).map(|number| item(2, number.to_string()))).execute().await.unwrap(), 10);
    let nested = tx.begin().await.unwrap();
    let error = nested.copy_in([item(1, "new"), item(1, "before")]).execute().await.unwrap_err();
    assert!(error.is_unique_violation());
    nested.rollback().await.unwrap();
    assert_eq!(tx.select::<Item>().count().await.unwrap(), 11);
    assert_eq!(stored(&db).await, 0);
    tx.commit().await.unwrap();
    assert_eq!(stored(&db).await, 11);
}
