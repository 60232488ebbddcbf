//! The source of truth: the enums, tables, indexes and relations of the bookshop.
//!
//! Change this file, then run `cargo db generate --name what_changed`, review the SQL that it writes into `migrations/`,
//! and commit both.

use chrono::{DateTime, NaiveDate, Utc};
use levity::{PgEnum, Table, schema, types::Numeric};

/// How a book is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
pub enum Format {
    /// Between boards.
    Hardcover,
    /// Between cardboard.
    Paperback,
    /// A file.
    Ebook,
}

/// Somebody who writes books.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "authors", has_many(books = Book::id through BookAuthor(author_id, book_id)))]
pub struct Author {
    /// The author's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// As it is printed on the cover.
    #[column(unique)]
    pub name: String,
    /// The year of birth, where it is known.
    pub born: Option<i16>,
}

/// A part of the shop's shelves. A category can be within another one.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "categories", has_many(children = Category::parent_id, books = Book::category_id))]
#[index(parent_id)]
pub struct Category {
    /// The category's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// What the sign says.
    #[column(unique)]
    pub name: String,
    /// The category that it is within.
    #[column(references(Category::id, on_delete = restrict))] // gives Category::parent()
    pub parent_id: Option<i64>,
}

/// A book that can be sold.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "books", has_many(authors = Author::id through BookAuthor(book_id, author_id), stock = Stock::book_id))]
#[index(category_id)]
#[index(sql("lower(title)"), name = "books_lower_title_idx")]
#[index(keywords, method = gin)]
#[index(language)]
pub struct Book {
    /// The book's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// Its number in the trade: thirteen digits.
    #[column(unique, check = "isbn ~ '^[0-9]{13}$'")]
    pub isbn: String,
    /// What it is called.
    pub title: String,
    /// Where it stands.
    #[column(references(Category::id))]
    pub category_id: i64,
    /// How it is made.
    #[column(default = Format::Paperback)]
    pub format: Format,
    /// What it costs today.
    #[column(sql_type = "numeric(8,2)", check = "price >= 0")]
    pub price: Numeric,
    /// When it came out; `None` is for what is announced only.
    pub published_on: Option<NaiveDate>,
    /// The language that it is in: two or three letters.
    #[column(default = "en", check = "language ~ '^[a-z]{2,3}$'")]
    pub language: String,
    /// Words that customers look for.
    #[column(default = [])]
    pub keywords: Vec<String>,
}

/// Who wrote what: the link between books and authors.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "book_authors")]
#[primary_key(book_id, author_id)]
#[unique(book_id, position)]
#[index(author_id)]
pub struct BookAuthor {
    /// The book.
    #[column(references(Book::id, on_delete = cascade))]
    pub book_id: i64,
    /// One of its authors.
    #[column(references(Author::id, on_delete = cascade))]
    pub author_id: i64,
    /// The place of the author's name on the cover, from 1.
    #[column(check = "position > 0")]
    pub position: i16,
}

/// A branch of the bookshop.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "shops", has_many(stock = Stock::shop_id))]
pub struct Shop {
    /// The shop's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// What people call it.
    #[column(unique)]
    pub name: String,
}

/// The copies of a book that a shop has. A book that a shop never had has no row.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "stock", has_many(sales = Sale::(shop_id, book_id)))]
#[primary_key(shop_id, book_id)]
#[index(book_id)]
#[index(shop_id, name = "stock_low_idx", filter = "quantity <= reorder_at")]
pub struct Stock {
    /// The shop.
    #[column(references(Shop::id, on_delete = cascade))]
    pub shop_id: i64,
    /// The book.
    #[column(references(Book::id))]
    pub book_id: i64,
    /// How many there are.
    #[column(check = "quantity >= 0")]
    pub quantity: i32,
    /// New ones are ordered when there are no more than this.
    #[column(default = 1)]
    pub reorder_at: i32,
}

/// Copies of a book that were sold together.
#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "sales")]
#[foreign_key((shop_id, book_id) => Stock::(shop_id, book_id), relation = stock)]
#[index(shop_id, book_id)]
#[index(desc(sold_at), desc(id))]
pub struct Sale {
    /// The sale's number.
    #[column(primary_key, identity)]
    pub id: i64,
    /// Where it was sold.
    pub shop_id: i64,
    /// What was sold.
    pub book_id: i64,
    /// How many copies.
    #[column(check = "quantity > 0")]
    pub quantity: i32,
    /// What one of them cost then.
    #[column(sql_type = "numeric(8,2)")]
    pub unit_price: Numeric,
    /// When it was sold.
    #[column(default = now())]
    pub sold_at: DateTime<Utc>,
}

schema! { Author, Category, Book, BookAuthor, Shop, Stock, Sale }
