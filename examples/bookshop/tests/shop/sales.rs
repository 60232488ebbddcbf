use bookshop::{
    sales::{AuthorSales, sell, top_authors},
    schema::{Sale, Stock},
};
use levity::{Isolation, TransactionOptions, sql};

use crate::support::TestDatabase;

#[levity::database_test]
async fn authors_are_ranked_by_what_their_books_bring_in(db: TestDatabase) {
    let top = top_authors(&db, 2).await.unwrap();
    assert_eq!(top.len(), 2);
    let pratchett = AuthorSales {
        author: "Terry Pratchett".to_owned(),
        titles: 2,
        copies: 8,
        revenue: "88.94".parse().unwrap(),
    };
    assert_eq!(top[0].author, "Brian Kernighan");
    assert_eq!(top[1], pratchett);
}

#[levity::database_test]
async fn a_sale_takes_copies_and_keeps_the_price_of_the_day(db: TestDatabase) {
    let (shop, book) = (db.shop("Harbour").await, db.book("Good Omens").await);
    let sale = sell(&db, shop, book.id, 3).await.unwrap().expect("there are four");
    assert_eq!((sale.quantity, sale.unit_price), (3, book.price));
    assert_eq!(db.find::<Stock>((shop, book.id)).one().await.unwrap().quantity, 1);
    assert_eq!(sell(&db, shop, book.id, 2).await.unwrap(), None);
    assert_eq!(db.find::<Stock>((shop, book.id)).one().await.unwrap().quantity, 1);
}

#[levity::database_test]
async fn of_many_that_want_the_last_copies_as_many_get_one_as_there_are(db: TestDatabase) {
    let (shop, book) = (db.shop("Harbour").await, db.book("Good Omens").await);
    let before = db.select::<Sale>().count().await.unwrap();
    // Whoever is undone by the others is tried again; who has no attempt left gets an error, and no copy.
    let customers = (0..6).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { sell(&db, shop, book.id, 1).await })
    });
    let mut sold = 0;
    for customer in customers.collect::<Vec<_>>() {
        match customer.await.unwrap() {
            Ok(sale) => sold += i32::from(sale.is_some()),
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
    }
    let left = db.find::<Stock>((shop, book.id)).one().await.unwrap().quantity;
    let written = db.select::<Sale>().count().await.unwrap() - before;
    assert!((1..=4).contains(&sold), "{sold}");
    assert_eq!((left, written), (4 - sold, u64::try_from(sold).unwrap()));
}

#[levity::database_test]
async fn a_sale_that_met_another_one_is_tried_again(db: TestDatabase) {
    let (shop, book) = (db.shop("Station").await, db.book("Good Omens").await);
    let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
    // Another customer takes the last copy, and has not paid yet.
    let other = db.begin_with(serializable).await.unwrap();
    other.update::<Stock>().set(Stock::quantity, 0).key((shop, book.id)).execute().await.unwrap();
    let customer = tokio::spawn({
        let db = (*db).clone();
        async move { sell(&db, shop, book.id, 1).await }
    });
    // The sale waits for the row that the other one has changed.
    let waiting = sql!("datname = current_database() and wait_event_type = 'Lock'");
    let count = sql!("select count(*) from pg_stat_activity where {}", waiting);
    while db.query_as::<(i64,)>(count.clone()).one().await.unwrap() == (0,) {
        tokio::task::yield_now().await;
    }
    other.commit().await.unwrap();
    assert_eq!(customer.await.unwrap().unwrap(), None);
}
