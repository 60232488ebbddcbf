//! What the shops have, and what they need.

use levity::{Database, Error, excluded, lte};

use crate::schema::{Book, NewStock, Shop, Stock, StockWith};

/// The stock of a book, with the book and the shop.
pub type StockOfBook = StockWith<Shop, Book>;

/// What is to be ordered: each row with its shop and its book, by the partial index.
///
/// # Errors
///
/// When the query fails.
pub async fn low(db: &Database) -> Result<Vec<StockOfBook>, Error> {
    db.select::<Stock>()
        .filter(lte(Stock::quantity, Stock::reorder_at))
        .with(Stock::shop())
        .with(Stock::book())
        .order_by((Stock::shop_id, Stock::book_id))
        .all()
        .await
}

/// Adds copies of a book to a shop's stock, whether the shop had the book before or not: an upsert.
///
/// # Errors
///
/// When the statement fails, as when there is no such shop or book.
pub async fn deliver(db: &Database, shop_id: i64, book_id: i64, copies: i32) -> Result<Stock, Error> {
    let delivery = NewStock::builder().shop_id(shop_id).book_id(book_id).quantity(copies).build();
    db.insert(delivery)
        .on_conflict((Stock::shop_id, Stock::book_id))
        .do_update(|update| update.set(Stock::quantity, Stock::quantity + excluded(Stock::quantity)))
        .returning()
        .await
}
