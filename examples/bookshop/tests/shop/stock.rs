use bookshop::{
    schema::{Book, Stock},
    stock::{deliver, low},
};
use levity::{lte, sql};

use crate::support::TestDatabase;

#[levity::database_test]
async fn low_stock_comes_with_its_shop_and_book(db: TestDatabase) {
    let low = low(&db).await.unwrap();
    let found: Vec<_> = low.iter().map(|row| (&*row.shop.name, &*row.book.title, row.quantity)).collect();
    assert_eq!(found, [("Harbour", "The Colour of Magic", 0), ("Station", "Good Omens", 1)]);
}

#[levity::database_test]
async fn low_stock_is_found_by_its_partial_index(db: TestDatabase) {
    db.execute(sql!(
        "insert into books (isbn, title, category_id, price)
         select '979' || lpad(n::text, 10, '0'), 'Book ' || n, (select min(id) from categories), 1
         from generate_series(1, 5000) n"
    ))
    .await
    .unwrap();
    db.execute(sql!(
        "insert into stock (shop_id, book_id, quantity) select s.id, b.id, 50 from shops s, books b on conflict do nothing"
    ))
    .await
    .unwrap();
    db.execute(sql!("analyze stock")).await.unwrap();
    let plan = db.select::<Stock>().filter(lte(Stock::quantity, Stock::reorder_at)).explain().await.unwrap();
    assert!(plan.contains("stock_low_idx"), "{plan}");
}

#[levity::database_test]
async fn a_delivery_adds_to_what_is_there_or_begins_a_stock(db: TestDatabase) {
    let shop = db.shop("Harbour").await;
    let (omens, night) = (db.book("Good Omens").await, db.book("Gaudy Night").await);
    assert_eq!(deliver(&db, shop, omens.id, 5).await.unwrap().quantity, 9);
    assert_eq!(deliver(&db, shop, night.id, 5).await.unwrap().quantity, 5);
    let none: Option<Book> = db.find::<Book>(i64::MAX).first().await.unwrap();
    assert_eq!(none, None);
    let error = deliver(&db, shop, i64::MAX, 1).await.unwrap_err();
    assert_eq!(error.constraint(), Some("stock_book_id_fkey"));
}
