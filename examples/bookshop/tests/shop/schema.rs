//! What the database refuses, and what the seed leaves alone.

use bookshop::{
    schema::{Book, BookPatch, Category, NewSale, Sale, Stock, schema},
    seed::{Seeded, seed},
};
use levity::{eq, types::Numeric};

use crate::support::TestDatabase;

#[test]
fn the_schema_makes_sense() {
    schema().validate().unwrap();
}

#[levity::database_test]
async fn a_second_seed_changes_nothing(db: TestDatabase) {
    let shops = db.select::<Stock>().count().await.unwrap();
    let Seeded { created, unchanged } = seed(&db).await.unwrap();
    assert_eq!((created, unchanged), (0, 20));
    assert_eq!(db.select::<Stock>().count().await.unwrap(), shops);
}

#[levity::database_test]
async fn a_sale_needs_stock_of_its_shop_and_book(db: TestDatabase) {
    let (shop, book) = (db.shop("Harbour").await, db.book("Gaudy Night").await);
    let sale = NewSale::builder().shop_id(shop).book_id(book.id).quantity(1).unit_price(book.price).build();
    let error = db.insert(sale).execute().await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(error.constraint(), Some("sales_shop_id_book_id_fkey"));
}

#[levity::database_test]
async fn checks_and_keys_hold(db: TestDatabase) {
    let book = db.book("Good Omens").await;
    let cheap: Numeric = "-1".parse().unwrap();
    let change = async |patch| db.update::<Book>().patch(patch).key(book.id).execute().await.unwrap_err();
    let error = change(BookPatch::new().price(cheap)).await;
    assert_eq!(error.constraint(), Some("books_price_check"));
    let error = change(BookPatch::new().isbn("12")).await;
    assert_eq!(error.constraint(), Some("books_isbn_check"));
    let error = change(BookPatch::new().isbn("9780450021541")).await;
    assert!(error.is_unique_violation(), "{error}");
    let error = db.delete::<Category>().filter(eq(Category::name, "Fiction")).execute().await.unwrap_err();
    assert_eq!(error.constraint(), Some("categories_parent_id_fkey"));
}

#[levity::database_test]
async fn the_second_migration_has_its_default_and_its_check(db: TestDatabase) {
    let book = db.book("Good Omens").await;
    assert_eq!(book.language, "en");
    let patch = BookPatch::new().language("English");
    let error = db.update::<Book>().patch(patch).key(book.id).execute().await.unwrap_err();
    assert_eq!(error.constraint(), Some("books_language_check"));
}

#[levity::database_test]
async fn the_stock_of_a_shop_loads_its_sales_by_both_columns(db: TestDatabase) {
    let (shop, book) = (db.shop("Harbour").await, db.book("Good Omens").await);
    let stock =
        db.find::<Stock>((shop, book.id)).with(Stock::sales().order_by(Sale::sold_at)).one().await.unwrap();
    let sold: Vec<i32> = stock.sales.iter().map(|sale| sale.quantity).collect();
    assert_eq!((stock.quantity, sold), (4, vec![1, 2]));
}
