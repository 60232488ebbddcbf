//! Many rows in one statement.

use levity::{Database, asc, count_all, lower, sql, value};
use serde_json::json;

use super::{Item, Kinds, NewItem, NewKinds, NewList, NewTick, Tick, database, item, names};
use crate::tables::Status;

async fn stored(db: &Database) -> i64 {
    db.select::<Item>().columns(count_all()).one().await.unwrap()
}

#[tokio::test]
async fn rows_are_inserted_and_returned_in_their_order_with_their_defaults() {
    let (_guard, db) = database().await;
    let rows = (0..1000).map(|number| item(number % 7, format!("{:03}", (number * 377) % 1000)));
    let items = db.insert_many(rows).returning().await.unwrap();
    assert_eq!(items.len(), 1000);
    for (number, item) in (0..).zip(&items) {
        assert_eq!(item.name, format!("{:03}", (number * 377) % 1000));
        assert_eq!((item.id, item.shelf, item.copies), (i64::from(number) + 1, number % 7, 1));
        assert_eq!(item.note, None);
    }
    assert_eq!(db.select::<Item>().order_by(asc(Item::id)).all().await.unwrap(), items);
}

#[tokio::test]
async fn no_rows_are_no_statement() {
    let (_guard, db) = database().await;
    db.close().await;
    assert_eq!(db.insert_many([] as [NewItem; 0]).execute().await.unwrap(), 0);
    assert_eq!(db.insert_many([] as [NewItem; 0]).returning().await.unwrap(), []);
    assert_eq!(db.copy_in([] as [NewItem; 0]).execute().await.unwrap(), 0);
    assert!(db.insert_many([item(1, "a")]).execute().await.is_err());
}

#[tokio::test]
async fn any_number_of_rows_is_one_prepared_statement() {
    let (_guard, db) = database().await;
    let tx = db.begin().await.unwrap();
    for (shelf, count) in [(1, 1), (2, 2), (3, 100_000)] {
        let rows = (0..count).map(|number| item(shelf, number.to_string()));
        assert_eq!(tx.insert_many(rows).execute().await.unwrap(), count);
    }
    let prepared = sql!("select count(*) from pg_prepared_statements where statement like 'INSERT%'");
    let count: (i64,) = tx.query_as(prepared).one().await.unwrap();
    assert_eq!(count.0, 1);
    tx.commit().await.unwrap();
    assert_eq!(stored(&db).await, 100_003);
}

#[tokio::test]
async fn rows_with_different_columns_take_their_own_defaults_and_keep_their_order() {
    let (_guard, db) = database().await;
    let rows = || {
        (0..100).map(|number| {
            let new = NewItem::builder().shelf(1).name(format!("{number:02}"));
            match number % 3 {
                0 => new.build(),
                1 => new.copies(7).build(),
                _ => new.note(None).copies(9).build(),
            }
        })
    };
    let items = db.insert_many(rows()).returning().await.unwrap();
    assert_eq!(items.len(), 100);
    for (number, item) in (0..).zip(&items) {
        assert_eq!((item.name.as_str(), item.copies), (&*format!("{number:02}"), [1, 7, 9][number % 3]));
    }
    db.delete::<Item>().all_rows().execute().await.unwrap();
    assert_eq!(db.insert_many(rows()).execute().await.unwrap(), 100);
    db.delete::<Item>().all_rows().execute().await.unwrap();
    let columns = db.insert_many(rows()).returning_columns((Item::name, Item::copies, value(5_i16)));
    let columns = columns.await.unwrap();
    assert_eq!(columns[..2], [("00".to_owned(), 1, 5), ("01".to_owned(), 7, 5)]);
}

#[tokio::test]
async fn rows_that_give_nothing_take_only_defaults() {
    let (_guard, db) = database().await;
    let rows = (0..3).map(|_| NewTick::builder().build());
    assert_eq!(db.insert_many(rows.clone()).returning().await.unwrap(), [1, 2, 3].map(|id| Tick { id }));
    assert_eq!(db.insert_many(rows).execute().await.unwrap(), 3);
    assert_eq!(db.insert(NewTick::builder().build()).returning().await.unwrap(), Tick { id: 7 });
}

fn kinds(number: i64) -> NewKinds {
    let new = NewKinds::builder()
        .document(json!({ "number": number, "nested": [null, "\u{1F980}"] }))
        .status(if number % 2 == 0 { Status::Done } else { Status::InProgress })
        .amount((number % 3 > 0).then(|| "12345678901234567890.10".parse().unwrap()))
        .email(format!("{number}@example.org"))
        .short((number % 5 > 0).then(|| number.to_string()))
        .bytes(vec![0, 255])
        .code("abc");
    new.build()
}

fn expected(id: i64) -> Kinds {
    Kinds {
        id,
        document: json!({ "number": id, "nested": [null, "\u{1F980}"] }).into(),
        status: if id % 2 == 0 { Status::Done } else { Status::InProgress },
        amount: (id % 3 > 0).then(|| "12345678901234567890.10".parse().unwrap()),
        email: format!("{id}@example.org"),
        short: (id % 5 > 0).then(|| id.to_string()),
        bytes: vec![0, 255],
        code: "abc".to_owned(),
    }
}

#[tokio::test]
async fn values_of_every_kind_are_stored_as_they_are() {
    let (_guard, db) = database().await;
    let stored = db.insert_many((1..=20).map(kinds)).returning().await.unwrap();
    assert_eq!(stored, (1..=20).map(expected).collect::<Vec<_>>());
    let long = NewKinds { short: Some(Some("too long".to_owned())), ..kinds(1) };
    let error = db.insert_many([long]).execute().await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "22001");
    let no_email = NewKinds { email: Some("nowhere".to_owned()), ..kinds(1) };
    assert!(db.insert_many([no_email]).execute().await.unwrap_err().is_check_violation());
}

#[tokio::test]
async fn columns_that_are_arrays_keep_their_own_lengths() {
    let (_guard, db) = database().await;
    let tags = [Some(vec![]), None, Some(vec!["a".to_owned(), "b".to_owned()]), Some(vec!["c".to_owned()])];
    let new = |tags| NewList::builder().tags(tags).build();
    let stored = db.insert_many(tags.clone().map(new)).returning().await.unwrap();
    assert_eq!(stored.into_iter().map(|list| list.tags).collect::<Vec<_>>(), tags);
    let rows = (0..65_535).map(|_| new(None));
    assert_eq!(db.insert_many(rows).execute().await.unwrap(), 65_535);
    let rows = (0..65_536).map(|_| new(None));
    let error = db.insert_many(rows).execute().await.unwrap_err();
    insta::assert_snapshot!(error, @"an insert of 65536 rows of `lists` has 65536 values, and a statement takes 65535 where a column is an array: use `copy_in`, or insert fewer rows at a time");
}

#[tokio::test]
async fn one_row_returns_the_columns_that_were_chosen() {
    let (_guard, db) = database().await;
    let (id, name) =
        db.insert(item(1, "Upper")).returning_columns((Item::id, lower(Item::name))).await.unwrap();
    assert_eq!((id, name.as_str()), (1, "upper"));
}

#[tokio::test]
async fn a_refused_row_leaves_all_out() {
    let (_guard, db) = database().await;
    let error = db.insert_many([item(1, "a"), item(2, "b"), item(1, "a")]).execute().await.unwrap_err();
    assert!(error.is_unique_violation());
    let mixed = [item(1, "a"), NewItem { copies: Some(3), ..item(1, "a") }];
    assert!(db.insert_many(mixed).execute().await.unwrap_err().is_unique_violation());
    assert_eq!(stored(&db).await, 0);
    assert_eq!(names(&db.insert_many([item(1, "a")]).returning().await.unwrap()), ["a"]);
}
