//! A small bookshop: the same each time, and added only where it is missing.

mod sample;

use chrono::{DateTime, Utc};
use levity::{Database, Error, Transaction, eq, types::Numeric};

use crate::schema::{
    Author, Book, Category, NewAuthor, NewBook, NewBookAuthor, NewCategory, NewSale, NewShop, NewStock, Shop,
};
use sample::{AUTHORS, BOOKS, CATEGORIES, SHOPS, Sample, Stocked};

/// What [`seed`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seeded {
    /// The rows that it created.
    pub created: u64,
    /// The rows that were there, and were left as they are.
    pub unchanged: u64,
}

impl Seeded {
    fn count(&mut self, written: bool) {
        if written { self.created += 1 } else { self.unchanged += 1 }
    }
}

/// Adds the sample rows that are missing, in one transaction. A category, an author and a shop are known by their name, a book
/// by its ISBN; its authors, its stock and its sales come with it.
///
/// # Errors
///
/// When a statement fails; then nothing was added.
pub async fn seed(db: &Database) -> Result<Seeded, Error> {
    db.transaction(async |tx| {
        let mut seeded = Seeded::default();
        for (name, parent) in CATEGORIES {
            let parent_id = match parent {
                Some(parent) => Some(category(tx, parent).await?),
                None => None,
            };
            let category = NewCategory::builder().name(name).parent_id(parent_id).build();
            seeded.count(tx.insert(category).on_conflict(Category::name).do_nothing().execute().await?);
        }
        for (name, born) in AUTHORS {
            let author = NewAuthor::builder().name(name).born(born).build();
            seeded.count(tx.insert(author).on_conflict(Author::name).do_nothing().execute().await?);
        }
        for name in SHOPS {
            let shop = NewShop::builder().name(name).build();
            seeded.count(tx.insert(shop).on_conflict(Shop::name).do_nothing().execute().await?);
        }
        for sample in BOOKS {
            add_book(tx, &sample, &mut seeded).await?;
        }
        Ok(seeded)
    })
    .await
}

async fn add_book(tx: &Transaction, sample: &Sample, seeded: &mut Seeded) -> Result<(), Error> {
    let price: Numeric = sample.price.parse().expect("a sample has a number for its price");
    let book = NewBook::builder()
        .isbn(sample.isbn)
        .title(sample.title)
        .category_id(category(tx, sample.category).await?)
        .format(sample.format)
        .price(price.clone())
        .published_on(sample.published_on())
        .keywords(sample.keywords.iter().map(ToString::to_string).collect::<Vec<_>>())
        .build();
    let book = tx.insert(book).on_conflict(Book::isbn).do_nothing().returning_columns(Book::id).await?;
    seeded.count(book.is_some());
    let Some(book_id) = book else { return Ok(()) };

    for (position, name) in (1..).zip(sample.authors) {
        let author = tx.select::<Author>().filter(eq(Author::name, *name)).one().await?;
        let link = NewBookAuthor::builder().book_id(book_id).author_id(author.id).position(position);
        tx.insert(link.build()).execute().await?;
        seeded.count(true);
    }
    for Stocked(shop, quantity, sales) in sample.stock {
        let shop = tx.select::<Shop>().filter(eq(Shop::name, *shop)).one().await?;
        let stock = NewStock::builder().shop_id(shop.id).book_id(book_id).quantity(*quantity);
        tx.insert(stock.build()).execute().await?;
        let sales = sales.iter().map(|(day, quantity)| {
            let sale = NewSale::builder().shop_id(shop.id).book_id(book_id).quantity(*quantity);
            sale.unit_price(price.clone()).sold_at(noon(*day)).build()
        });
        seeded.created += 1 + tx.insert_many(sales).execute().await?;
    }
    Ok(())
}

async fn category(tx: &Transaction, name: &str) -> Result<i64, Error> {
    tx.select::<Category>().filter(eq(Category::name, name)).columns(Category::id).one().await
}

/// Noon of a day in March 2026.
fn noon(day: u32) -> DateTime<Utc> {
    let noon = chrono::NaiveDate::from_ymd_opt(2026, 3, day).and_then(|date| date.and_hms_opt(12, 0, 0));
    noon.expect("a sample is sold on a day of March").and_utc()
}
