//! The shapes that keep a load one pass over each table.

use levity::{Queryable, desc, eq, gt, lt, sql};

use super::library::{Author, Book, BookTag, Tag, grow, library};

/// How often the plan, which was run, goes through the table: the loops of each of its scans.
fn loops(plan: &str, table: &str) -> Vec<u64> {
    plan.lines()
        .filter(|line| line.contains(&format!(" on {table} ")))
        .filter_map(|line| line.rsplit_once("loops=")?.1.trim_end_matches(')').parse().ok())
        .collect()
}

#[tokio::test]
async fn an_order_without_a_limit_is_one_pass() {
    let (_guard, db) = library().await;
    grow(&db, 4000).await;
    let written = Author::written().order_by(desc(Book::pages)).filter(gt(Book::pages, 10));
    let plan = db.select::<Author>().with(written.with(Book::tagged())).explain_analyze().await.unwrap();
    assert_eq!(loops(&plan, "books"), [1], "{plan}");
    assert_eq!(loops(&plan, "book_tags"), [1], "{plan}");
}

#[tokio::test]
async fn a_limit_is_one_look_for_each_parent() {
    let (_guard, db) = library().await;
    grow(&db, 4000).await;
    let written = Author::written().order_by(desc(Book::pages)).limit(2);
    let plan = db.select::<Author>().with(written).explain_analyze().await.unwrap();
    assert_eq!(loops(&plan, "books"), [4], "{plan}");
}

#[tokio::test]
async fn a_shared_row_comes_once_for_all_its_parents() {
    let (_guard, db) = library().await;
    grow(&db, 4000).await;
    let books = || db.select::<Book>().filter(gt(Book::id, 100));
    let plan = books().with(Book::author()).with(Book::tags()).explain_analyze().await.unwrap();
    let (_, actual) = plan.lines().next().unwrap().split_once("(actual").unwrap();
    // The books, the authors and the three tags that they have.
    let rows = 4000 + 4 + 3;
    assert!(actual.contains(&format!("rows={rows}")), "{plan}");
    assert_eq!(loops(&plan, "authors"), [1], "{plan}");
    let loaded = books().with(Book::author()).with(Book::tags()).all().await.unwrap();
    assert!(loaded.iter().all(|book| book.author.id == book.author_id && book.tags.len() == 3));
}

#[tokio::test]
async fn every_level_is_computed_once() {
    let (_guard, db) = library().await;
    grow(&db, 400).await;
    let plan = db
        .select::<Author>()
        .with(
            Author::written()
                .with(Book::tags())
                .with(Book::tagged().with(BookTag::tag()))
                .with(Book::editor()),
        )
        .with(Author::edited())
        .explain_analyze()
        .await
        .unwrap();
    // For `written` and `edited`.
    assert_eq!(loops(&plan, "books"), [1, 1], "{plan}");
    // For the rows themselves and for the links to the tags.
    assert_eq!(loops(&plan, "book_tags"), [1, 1], "{plan}");
}

#[tokio::test]
async fn nothing_depends_on_a_serial_plan() {
    let (_guard, db) = library().await;
    grow(&db, 5000).await;
    let tx = db.begin().await.unwrap();
    super::force_parallel_plans(&tx).await;
    let title = sql!("title || '!'").typed::<String>();
    let load = || {
        tx.select::<Author>()
            .order_by(desc(Author::id))
            .with(
                Author::written().order_by(desc(Book::id)).filter(Book::tags().some(lt(BookTag::weight, 9))),
            )
            .with(Author::pupils().order_by(desc(Author::name)).with_count(Author::written()))
    };
    let plan = load().explain().await.unwrap();
    assert!(plan.contains("Parallel"), "{plan}");
    let authors = load().all().await.unwrap();
    assert!(authors.is_sorted_by_key(|author| std::cmp::Reverse(author.id)));
    assert!(authors.iter().all(|author| author.written.is_sorted_by_key(|book| std::cmp::Reverse(book.id))));
    let written: usize = authors.iter().map(|author| author.written.len()).sum();
    let expected =
        db.select::<Book>().filter(Book::tags().some(lt(BookTag::weight, 9))).count().await.unwrap();
    assert_eq!(u64::try_from(written).unwrap(), expected);
    let ada = authors.last().unwrap();
    assert_eq!(
        ada.pupils.iter().map(|pupil| (&*pupil.name, pupil.written)).collect::<Vec<_>>(),
        [("Cid", 1251), ("Ben", 1251)]
    );

    let books = tx
        .select::<Book>()
        .filter(gt(Book::id, 100))
        .order_by(Book::id)
        .with(Book::author().columns(Author::name))
        .with(Book::tags().order_by(desc(Tag::id)).columns((Tag::id, BookTag::weight)))
        .columns((Book::id, title))
        .all()
        .await
        .unwrap();
    assert!(
        books
            .iter()
            .zip(101_i64..)
            .all(|(book, id)| book.0 == id && book.1 == Some(format!("{}!", id - 100)))
    );
    assert!(books.iter().all(|book| book.tags.iter().map(|(id, _)| *id).eq([3, 2, 1])));
}

#[tokio::test]
async fn more_columns_than_postgresql_returns_are_refused() {
    let (_guard, db) = library().await;
    let one = Book::title;
    let twelve = (one, one, one, one, one, one, one, one, one, one, one, one);
    let hundred =
        (twelve, twelve, twelve, twelve, twelve, twelve, twelve, twelve, twelve, twelve, twelve, twelve);
    let thousand = (hundred, hundred, hundred, hundred, hundred, hundred, hundred, hundred);
    let author = || db.select::<Author>().filter(eq(Author::id, 1));
    assert!(Box::pin(author().with(Author::written().columns(thousand)).one()).await.is_ok());
    let twice = author().with(Author::written().columns((thousand, thousand))).one();
    let error = Box::pin(twice).await.unwrap_err();
    let needed = 3 + Author::info().columns.len() + 2 * 8 * 144;
    assert!(error.to_string().contains(&format!("needs {needed} columns")), "{error}");
}
