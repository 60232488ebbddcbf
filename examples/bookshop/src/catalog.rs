//! Reading the catalogue: the tree of categories, books with their authors, pages of books.

use levity::{
    Database, Error, FromRow, NotLoaded, asc, concat, contains, desc, eq, is_null, recursive, select,
    types::Numeric, value,
};

use crate::schema::{Author, Book, BookAuthor, BookWith, Category};

/// A category in the tree.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Shelf {
    /// The category's number.
    pub id: i64,
    /// What the sign says.
    pub name: String,
    /// How many categories it is within.
    pub depth: i32,
    /// The signs on the way to it. Ordered by it, each category comes after the one that it is within.
    pub path: String,
}

/// All categories, each after the one that it is within: a recursive common table expression.
///
/// # Errors
///
/// When the query fails.
pub async fn shelves(db: &Database) -> Result<Vec<Shelf>, Error> {
    let top = select::<Category>().filter(is_null(Category::parent_id)).columns(ShelfColumns {
        id: Category::id,
        name: Category::name,
        depth: value(0),
        path: Category::name,
    });
    let tree = recursive(top, |above| {
        select::<Category>().inner_join_query(above).on(eq(Category::parent_id, Shelf::id)).columns(
            ShelfColumns {
                id: Category::id,
                name: Category::name,
                depth: Shelf::depth + 1,
                path: concat(concat(Shelf::path, " / "), Category::name),
            },
        )
    });
    db.select_from(tree).order_by(Shelf::path).all().await
}

/// A book with its authors.
pub type BookWithAuthors = BookWith<NotLoaded, Vec<Author>>;

/// All books by title, each with its authors in the order of the cover: one statement.
///
/// # Errors
///
/// When the query fails.
pub async fn books_with_authors(db: &Database) -> Result<Vec<BookWithAuthors>, Error> {
    db.select::<Book>().with(Book::authors().order_by(BookAuthor::position)).order_by(Book::title).all().await
}

/// The books that have this keyword, by the index on the array.
///
/// # Errors
///
/// When the query fails.
pub async fn books_about(db: &Database, keyword: &str) -> Result<Vec<Book>, Error> {
    let keywords = vec![keyword.to_owned()];
    db.select::<Book>().filter(contains(Book::keywords, keywords)).order_by(Book::title).all().await
}

/// The place of a book in the order of [`page`]: where the next page begins.
pub type Place = (Numeric, i64);

/// A page of books, the dearest first, and where the next one begins: as fast for the last page as for the first.
///
/// # Errors
///
/// When the query fails.
pub async fn page(
    db: &Database,
    after: Option<Place>,
    rows: u64,
) -> Result<(Vec<Book>, Option<Place>), Error> {
    let order = (desc(Book::price), asc(Book::id));
    let books = db.select::<Book>().page(order, after).limit(rows).all().await?;
    let next = books.last().map(|book| (book.price.clone(), book.id));
    Ok((books, next))
}
