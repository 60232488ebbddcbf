use bookshop::{
    catalog::{books_about, books_with_authors, page, shelves},
    schema::{Book, Category},
};
use levity::{eq, sql};

use crate::support::TestDatabase;

#[levity::database_test]
async fn each_shelf_comes_after_the_one_that_it_is_within(db: TestDatabase) {
    let shelves = shelves(&db).await.unwrap();
    let found: Vec<(&str, i32)> = shelves.iter().map(|shelf| (&*shelf.name, shelf.depth)).collect();
    let fiction = [("Fiction", 0), ("Crime", 1), ("Fantasy", 1), ("Comic fantasy", 2)];
    assert_eq!(found, [&fiction[..], &[("Science", 0), ("Computing", 1)]].concat());
    assert_eq!(shelves[3].path, "Fiction / Fantasy / Comic fantasy");
}

#[levity::database_test]
async fn a_category_loads_those_within_it_and_the_one_around_it(db: TestDatabase) {
    let query = db.select::<Category>().filter(eq(Category::name, "Fantasy"));
    let fantasy = query
        .with(Category::parent())
        .with(Category::children().with(Category::books().order_by(Book::title)))
        .one()
        .await
        .unwrap();
    assert_eq!(fantasy.parent.as_ref().map(|parent| &*parent.name), Some("Fiction"));
    let titles: Vec<&str> = fantasy.children[0].books.iter().map(|book| &*book.title).collect();
    assert_eq!(titles, ["Good Omens", "The Colour of Magic"]);
}

#[levity::database_test]
async fn authors_come_in_the_order_of_the_cover(db: TestDatabase) {
    let books = books_with_authors(&db).await.unwrap();
    let authors = |title: &str| -> Vec<String> {
        let book = books.iter().find(|book| book.title == title).unwrap();
        book.authors.iter().map(|author| author.name.clone()).collect()
    };
    // Neither the order of their numbers nor that of their names.
    assert_eq!(authors("Good Omens"), ["Terry Pratchett", "Neil Gaiman"]);
    assert_eq!(authors("The Next One"), [""; 0]);
    db.execute(sql!("update book_authors set position = 9 - position")).await.unwrap();
    let books = books_with_authors(&db).await.unwrap();
    let omens = books.iter().find(|book| book.title == "Good Omens").unwrap();
    assert_eq!(omens.authors[0].name, "Neil Gaiman");
}

#[levity::database_test]
async fn keywords_are_searched(db: TestDatabase) {
    let titles: Vec<String> =
        books_about(&db, "england").await.unwrap().into_iter().map(|book| book.title).collect();
    assert_eq!(titles, ["Gaudy Night", "Good Omens"]);
}

#[levity::database_test]
async fn pages_show_every_book_once_also_when_prices_are_equal(db: TestDatabase) {
    let (mut titles, mut place, mut pages) = (Vec::new(), None, 0);
    loop {
        let (books, next) = page(&db, place, 2).await.unwrap();
        if books.is_empty() {
            break;
        }
        titles.extend(books.into_iter().map(|book| book.title));
        (place, pages) = (next, pages + 1);
    }
    assert_eq!(pages, 3);
    // The second and the third one cost the same, and are on different pages.
    let expected = ["The C Programming Language", "The Practice of Programming", "The Next One"];
    assert_eq!(titles[..3], expected);
    assert_eq!(titles.len(), 6);
}
