//! Selling books, and who wrote the ones that sell.

use levity::{
    Database, Error, FromRow, Isolation, Retry, TransactionOptions, asc, cast, coalesce, count_distinct,
    desc, eq, sum, types::Numeric,
};

use crate::schema::{Author, BookAuthor, NewSale, Sale, Stock};

/// What an author's books have brought in.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct AuthorSales {
    /// The author.
    pub author: String,
    /// How many different books were sold.
    pub titles: i64,
    /// How many copies.
    pub copies: i64,
    /// What was paid for them.
    pub revenue: Numeric,
}

/// The authors whose books sell, those that bring in most first. A book counts in full for each of its authors.
///
/// # Errors
///
/// When the query fails.
pub async fn top_authors(db: &Database, authors: u64) -> Result<Vec<AuthorSales>, Error> {
    let revenue = coalesce(sum(cast::<Numeric, _>(Sale::quantity) * Sale::unit_price), Numeric::from(0));
    db.select::<Sale>()
        .inner_join::<BookAuthor>()
        .on(eq(BookAuthor::book_id, Sale::book_id))
        .inner_join::<Author>()
        .on(eq(Author::id, BookAuthor::author_id))
        .columns(AuthorSalesColumns {
            author: Author::name,
            titles: count_distinct(Sale::book_id),
            copies: coalesce(sum(Sale::quantity), 0),
            revenue: revenue.clone(),
        })
        .group_by((Author::id, Author::name))
        .order_by((desc(revenue), asc(Author::name)))
        .limit(authors)
        .all()
        .await
}

/// Sells copies of a book at today's price, or returns `None` where the shop does not have as many.
///
/// The shop's stock is read, checked and changed in one serializable transaction. Of two that sell the last copy at the
/// same time, one fails, is tried again, and finds none left.
///
/// # Errors
///
/// When a statement fails, or the transaction does at each attempt.
pub async fn sell(db: &Database, shop_id: i64, book_id: i64, quantity: i32) -> Result<Option<Sale>, Error> {
    let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
    db.transaction_retrying_with(serializable, Retry::new(), || {
        async |tx| {
            let stock = tx.find::<Stock>((shop_id, book_id)).with(Stock::book()).first().await?;
            let Some(stock) = stock.filter(|stock| stock.quantity >= quantity) else { return Ok(None) };
            tx.update::<Stock>()
                .set(Stock::quantity, Stock::quantity - quantity)
                .key((shop_id, book_id))
                .execute()
                .await?;
            let sale = NewSale::builder()
                .shop_id(shop_id)
                .book_id(book_id)
                .quantity(quantity)
                .unit_price(stock.book.price.clone())
                .build();
            tx.insert(sale).returning().await.map(Some)
        }
    })
    .await
}
