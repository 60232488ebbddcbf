//! Loads of chosen columns and of numbers of rows.

use levity::{FromRow, coalesce, desc, eq, gt, row, sql, value};

use super::library::{Author, Book, BookTag, Tag, grow, library};

#[derive(Debug, PartialEq, FromRow)]
struct Listed {
    title: String,
    pages: Option<i32>,
    tags: i64,
}

#[tokio::test]
async fn columns_and_expressions_instead_of_rows() {
    let (_guard, db) = library().await;
    let book = ListedColumns { title: Book::title, pages: Book::pages, tags: Book::tags().count() };
    let authors = db
        .select::<Author>()
        .order_by(Author::id)
        .with(Author::written().order_by(desc(Book::title)).columns(book))
        .with(Author::edited().columns(Book::title))
        .with(Author::mentor().columns((Author::name, coalesce(Author::mentor_id, 0))))
        .all()
        .await
        .unwrap();
    let [noon, dawn] = &authors[0].written[..] else { panic!("{:?}", authors[0].written) };
    assert_eq!(*noon, Listed { title: "Noon".to_owned(), pages: None, tags: 1 });
    assert_eq!(*dawn, Listed { title: "Dawn".to_owned(), pages: Some(100), tags: 3 });
    assert_eq!(authors[1].edited, ["Noon"]);
    let mentors: Vec<_> = authors.iter().map(|author| author.mentor.clone()).collect();
    let ada = Some(("Ada".to_owned(), 0));
    assert_eq!(mentors, [None, ada.clone(), ada, Some(("Ben".to_owned(), 1))]);
}

#[tokio::test]
async fn filters_order_and_limit_still_mean_the_table() {
    let (_guard, db) = library().await;
    let longest = Author::written()
        .filter(gt(Book::pages, 0))
        .order_by(desc(Book::pages))
        .limit(1)
        .columns(Book::title);
    let authors = db.select::<Author>().order_by(Author::id).with(longest).all().await.unwrap();
    let titles: Vec<_> = authors.iter().map(|author| author.written.concat()).collect();
    assert_eq!(titles, ["Dawn", "Dusk", "Night", ""]);
}

#[tokio::test]
async fn any_type_has_a_null_in_the_rows_of_other_levels() {
    let (_guard, db) = library().await;
    let odd = (
        value("text".to_owned()),
        sql!("ARRAY[id]").typed::<Vec<i64>>(),
        sql!("ROW(1)::text").typed::<String>(),
        sql!("NULL::uuid").typed::<uuid::Uuid>(),
        sql!("'x'::\"char\"").typed::<i8>(),
    );
    let author = db
        .select::<Author>()
        .filter(eq(Author::id, 2))
        .with(Author::written().columns(odd))
        .with(Author::edited())
        .one()
        .await
        .unwrap();
    let expected = ("text".to_owned(), Some(vec![3]), Some("(1)".to_owned()), None, Some(120));
    assert_eq!(author.written, [expected]);
    assert_eq!(author.edited.len(), 1);
}

#[tokio::test]
async fn what_stands_for_null_reads_nothing() {
    let (_guard, db) = library().await;
    let length = sql!("length(title)").typed::<i32>();
    let plan = db
        .select::<Author>()
        .with(Author::written().columns((Book::title, length)))
        .with(Author::pupils())
        .explain()
        .await
        .unwrap();
    // Once for each of the two other levels, and for the column none.
    let lines = |text| plan.lines().filter(|line| line.contains(text)).count();
    assert_eq!((lines("InitPlan"), lines("One-Time Filter: false")), (2, 2), "{plan}");
}

#[tokio::test]
async fn columns_of_a_link_table_come_with_the_rows_behind_it() {
    let (_guard, db) = library().await;
    let weighted = || Book::tags().order_by(desc(BookTag::weight)).columns((row::<Tag>(), BookTag::weight));
    let books = db.select::<Book>().order_by(Book::id).with(weighted()).all().await.unwrap();
    let tags: Vec<Vec<_>> = books
        .iter()
        .map(|book| book.tags.iter().map(|(tag, weight)| (tag.name.as_str(), *weight)).collect())
        .collect();
    assert_eq!(
        tags,
        [vec![("long", 9), ("old", 5), ("sad", 1)], vec![("old", 2)], vec![("old", 8), ("sad", 7)], vec![]]
    );
    let heaviest = Book::tags().order_by(desc(BookTag::weight)).limit(1).columns(Tag::name);
    let books = db.select::<Book>().order_by(Book::id).with(heaviest).all().await.unwrap();
    assert_eq!(books.iter().map(|book| book.tags.concat()).collect::<Vec<_>>(), ["long", "old", "old", ""]);
}

#[derive(Debug, PartialEq, FromRow)]
struct Name {
    name: String,
}

#[tokio::test]
async fn chosen_columns_bring_relations_along() {
    let (_guard, db) = library().await;
    let written = Author::written()
        .order_by(Book::id)
        .with(Book::editor().columns(Author::name))
        .with(Book::tags().order_by(Tag::id))
        .columns((Book::title, Book::pages));
    let authors = db
        .select::<Author>()
        .order_by(desc(Author::id))
        .with(written)
        .with_count(Author::edited())
        .with(Author::mentor())
        .columns(NameColumns { name: Author::name })
        .all()
        .await
        .unwrap();
    let names: Vec<_> = authors.iter().map(|author| (author.name.as_str(), author.edited)).collect();
    assert_eq!(names, [("Dee", 0), ("Cid", 0), ("Ben", 1), ("Ada", 2)]);
    assert_eq!(authors[0].mentor.as_ref().unwrap().name, "Ben");
    let noon = &authors[3].written[1];
    assert_eq!((noon.0.as_str(), noon.1, noon.editor.as_deref()), ("Noon", None, Some("Ben")));
    assert_eq!(noon.tags.len(), 1);
    assert_eq!(authors.into_iter().next().unwrap().into_row(), Name { name: "Dee".to_owned() });
}

#[tokio::test]
async fn a_relation_is_counted_instead_of_loaded() {
    let (_guard, db) = library().await;
    let authors = db
        .select::<Author>()
        .order_by(Author::id)
        .with_count(Author::written().filter(gt(Book::pages, 60)))
        .with_count(Author::pupils())
        .all()
        .await
        .unwrap();
    let counts: Vec<_> =
        authors.iter().map(|author| (author.name.as_str(), author.written, author.pupils)).collect();
    assert_eq!(counts, [("Ada", 1, 2), ("Ben", 1, 1), ("Cid", 0, 0), ("Dee", 0, 0)]);

    let first =
        db.select::<Author>().order_by(Author::id).with_count(Author::written()).first().await.unwrap();
    assert_eq!(first.unwrap().written, 2);

    let authors = db
        .select::<Author>()
        .order_by(Author::id)
        .with_count(Author::influences())
        .with(
            Author::written()
                .order_by(Book::id)
                .with_count(Book::tags())
                .with(Book::tagged())
                .with(Book::editor()),
        )
        .with_count(Author::edited())
        .all()
        .await
        .unwrap();
    let counts: Vec<_> = authors
        .iter()
        .map(|author| {
            let tags = author.written.iter().map(|book| (book.tags, book.tagged.len())).collect::<Vec<_>>();
            (author.influences, tags, author.edited)
        })
        .collect();
    assert_eq!(
        counts,
        [(1, vec![(3, 3), (1, 1)], 2), (1, vec![(2, 2)], 1), (2, vec![(0, 0)], 0), (0, vec![], 0)]
    );
    let tags = db
        .select::<Book>()
        .filter(eq(Book::id, 1))
        .with(Book::tags().order_by(Tag::id).with_count(Tag::books()))
        .one()
        .await
        .unwrap();
    assert_eq!(tags.tags.iter().map(|tag| tag.books).collect::<Vec<_>>(), [3, 1, 2]);
}

#[tokio::test]
async fn only_the_rows_within_a_limit_are_counted_for() {
    let (_guard, db) = library().await;
    grow(&db, 5000).await;
    let plan = db
        .select::<Book>()
        .order_by(desc(Book::id))
        .limit(3)
        .with_count(Book::tags())
        .explain_analyze()
        .await
        .unwrap();
    let aggregate = plan.lines().find(|line| line.contains("Aggregate")).unwrap();
    assert!(aggregate.contains("loops=3)"), "{plan}");
}
