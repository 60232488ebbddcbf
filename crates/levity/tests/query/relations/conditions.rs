//! What is said about related rows without loading them.

use levity::{Database, alias, and, desc, eq, exists, gt, is_null, lt, ne, not, select, sql};

use super::library::{Author, Book, BookTag, Member, Membership, Tag, Team, grow, library};

alias!(Mentor = Author);

async fn authors(db: &Database, condition: levity::Condition<Author>) -> Vec<String> {
    db.select::<Author>().filter(condition).order_by(Author::id).columns(Author::name).all().await.unwrap()
}

async fn books(db: &Database, condition: levity::Condition<Book>) -> Vec<String> {
    db.select::<Book>().filter(condition).order_by(Book::id).columns(Book::title).all().await.unwrap()
}

#[tokio::test]
async fn some_none_and_every_of_many() {
    let (_guard, db) = library().await;
    let long = || gt(Book::pages, 90);
    assert_eq!(authors(&db, Author::written().some(long()).scoped()).await, ["Ada", "Ben"]);
    assert_eq!(authors(&db, Author::written().none(long()).scoped()).await, ["Cid", "Dee"]);
    // One of Ada's books has no number of pages, so nobody knows.
    assert_eq!(authors(&db, Author::written().every(long()).scoped()).await, ["Ben", "Dee"]);
    assert_eq!(authors(&db, Author::written().exists().scoped()).await, ["Ada", "Ben", "Cid"]);
    assert_eq!(authors(&db, Author::written().is_empty().scoped()).await, ["Dee"]);
    assert_eq!(authors(&db, not(Author::written().is_empty()).scoped()).await, ["Ada", "Ben", "Cid"]);
}

#[tokio::test]
async fn a_filter_of_the_relation_counts_too() {
    let (_guard, db) = library().await;
    let known = || Author::written().filter(gt(Book::pages, 0));
    assert_eq!(authors(&db, known().every(gt(Book::pages, 90)).scoped()).await, ["Ada", "Ben", "Dee"]);
    assert_eq!(authors(&db, known().some(eq(Book::title, "Noon")).scoped()).await, Vec::<String>::new());
    let nothing: Option<levity::Condition<Book>> = None;
    assert_eq!(authors(&db, Author::written().some(nothing.clone()).scoped()).await.len(), 3);
    assert_eq!(authors(&db, Author::written().every(nothing).scoped()).await.len(), 4);
}

#[tokio::test]
async fn to_one_relations_also_when_their_key_is_null() {
    let (_guard, db) = library().await;
    let ada = || eq(Author::name, "Ada");
    assert_eq!(books(&db, Book::author().some(ada()).scoped()).await, ["Dawn", "Noon"]);
    assert_eq!(books(&db, Book::editor().some(ada()).scoped()).await, ["Dusk", "Night"]);
    assert_eq!(books(&db, Book::editor().none(ada()).scoped()).await, ["Dawn", "Noon"]);
    assert_eq!(books(&db, Book::editor().every(ada()).scoped()).await, ["Dawn", "Dusk", "Night"]);
    assert_eq!(books(&db, Book::editor().is_empty().scoped()).await, ["Dawn"]);
}

#[tokio::test]
async fn the_same_table_twice_is_not_confused() {
    let (_guard, db) = library().await;
    assert_eq!(authors(&db, Author::pupils().some(eq(Author::name, "Dee")).scoped()).await, ["Ben"]);
    assert_eq!(authors(&db, Author::mentor().some(eq(Author::name, "Ada")).scoped()).await, ["Ben", "Cid"]);
    let grandmother = Author::mentor().some(Author::mentor().some(eq(Author::name, "Ada")));
    assert_eq!(authors(&db, grandmother.scoped()).await, ["Dee"]);
    let grandchild = Author::pupils().some(and(ne(Author::name, "Cid"), Author::pupils().exists()));
    assert_eq!(authors(&db, grandchild.scoped()).await, ["Ada"]);
    assert_eq!(
        authors(&db, Author::influences().some(eq(Author::name, "Ada")).scoped()).await,
        ["Ben", "Cid"]
    );
    // An unqualified column is the related row's.
    assert_eq!(authors(&db, Author::pupils().some(sql!("name = 'Dee'")).scoped()).await, ["Ben"]);
}

#[tokio::test]
async fn through_a_link_table_and_its_columns() {
    let (_guard, db) = library().await;
    assert_eq!(books(&db, Book::tags().some(eq(Tag::name, "sad")).scoped()).await, ["Dawn", "Dusk"]);
    let heavy = and(eq(Tag::name, "sad"), gt(BookTag::weight, 5));
    assert_eq!(books(&db, Book::tags().some(heavy).scoped()).await, ["Dusk"]);
    assert_eq!(books(&db, Book::tags().every(ne(Tag::name, "sad")).scoped()).await, ["Noon", "Night"]);
    let deep = Author::written().some(Book::tags().some(Tag::books().some(eq(Book::title, "Dusk"))));
    assert_eq!(authors(&db, deep.scoped()).await, ["Ada", "Ben"]);
    let teams: Vec<(i32, i64)> = db
        .select::<Team>()
        .filter(Team::members().exists())
        .order_by(Team::id)
        .columns((Team::id, Team::members().count()))
        .all()
        .await
        .unwrap();
    assert_eq!(teams, [(1, 2), (2, 1), (3, 1)]);
}

#[tokio::test]
async fn composite_keys_match_on_every_column_or_not_at_all() {
    let (_guard, db) = library().await;
    let code = |code| Member::teams().some(eq(Team::code, code));
    assert_eq!(
        db.select::<Member>().filter(code("blue")).one().await.unwrap(),
        Member { tenant: 1, number: 1 }
    );
    assert_eq!(db.select::<Member>().filter(code("red")).count().await.unwrap(), 3);
    assert_eq!(db.select::<Membership>().filter(Membership::of().is_empty()).count().await.unwrap(), 1);
    let no_team = Membership::within().none(ne(Team::code, "none"));
    assert_eq!(db.select::<Membership>().filter(no_team).one().await.unwrap().team, None);
}

#[tokio::test]
async fn a_count_is_a_column_an_order_and_a_condition() {
    let (_guard, db) = library().await;
    let counts: Vec<(String, i64, i64)> = db
        .select::<Author>()
        .filter(lt(Author::written().count(), 2))
        .order_by(desc(Author::written().count()))
        .order_by(Author::name)
        .columns((
            Author::name,
            Author::written().count(),
            Author::edited().filter(gt(Book::pages, 60)).count(),
        ))
        .all()
        .await
        .unwrap();
    assert_eq!(counts, [("Ben".to_owned(), 1, 0), ("Cid".to_owned(), 1, 0), ("Dee".to_owned(), 0, 0)]);
    let edited: Vec<i64> = db
        .select::<Author>()
        .order_by(Author::id)
        .columns(Author::edited().filter(gt(Book::pages, 60)).count())
        .all()
        .await
        .unwrap();
    assert_eq!(edited, [1, 0, 0, 0]);
}

#[tokio::test]
async fn a_limit_and_an_offset_count_rows_per_parent() {
    let (_guard, db) = library().await;
    let counts: Vec<(i64, i64, bool)> = db
        .select::<Book>()
        .order_by(Book::id)
        .columns((
            Book::tags().limit(2).count(),
            Book::tags().order_by(BookTag::weight).offset(1).count(),
            Book::tags().offset(2).exists(),
        ))
        .all()
        .await
        .unwrap();
    assert_eq!(counts, [(2, 2, true), (1, 0, false), (2, 1, false), (0, 0, false)]);
}

#[tokio::test]
async fn a_condition_is_on_the_rows_that_a_limit_and_an_offset_leave() {
    let (_guard, db) = library().await;
    let by_title = || Author::written().order_by(Book::title);
    let dawn = || eq(Book::title, "Dawn");
    // Ada has written Dawn and Noon, Ben Dusk, Cid Night, Dee nothing.
    let last = || Author::written().order_by(desc(Book::title)).limit(1);
    assert_eq!(authors(&db, by_title().limit(1).some(dawn()).scoped()).await, ["Ada"]);
    assert_eq!(authors(&db, last().some(dawn()).scoped()).await, Vec::<String>::new());
    assert_eq!(authors(&db, by_title().offset(1).some(dawn()).scoped()).await, Vec::<String>::new());
    assert_eq!(authors(&db, by_title().offset(1).exists().scoped()).await, ["Ada"]);
    assert_eq!(authors(&db, last().none(eq(Book::title, "Noon")).scoped()).await, ["Ben", "Cid", "Dee"]);
    assert_eq!(authors(&db, by_title().limit(1).every(ne(Book::title, "Noon")).scoped()).await.len(), 4);
    assert_eq!(authors(&db, last().every(ne(Book::title, "Noon")).scoped()).await, ["Ben", "Cid", "Dee"]);
    // Of the parent's own table, and through a link table by whose columns the rows are sorted.
    let first_pupil = Author::pupils().order_by(Author::name).limit(1);
    assert_eq!(authors(&db, first_pupil.some(eq(Author::name, "Ben")).scoped()).await, ["Ada"]);
    for book in
        db.select::<Book>().with(Book::tags().order_by(desc(BookTag::weight)).limit(1)).all().await.unwrap()
    {
        let heaviest = Book::tags().order_by(desc(BookTag::weight)).limit(1);
        let name = book.tags.first().map(|tag| tag.name.clone()).unwrap_or_default();
        let condition = and(eq(Book::id, book.id), heaviest.some(eq(Tag::name, name)));
        assert_eq!(books(&db, condition.scoped()).await.len(), book.tags.len());
    }
}

#[tokio::test]
async fn they_stand_in_the_relations_of_a_load() {
    let (_guard, db) = library().await;
    let tagged = || Book::tags().some(eq(Tag::name, "sad"));
    for written in [Author::written().filter(tagged()), Author::written().filter(tagged()).limit(5)] {
        let written = written.order_by(desc(Book::tags().count()));
        let authors = db.select::<Author>().order_by(Author::id).with(written).all().await.unwrap();
        let titles: Vec<Vec<_>> = authors
            .iter()
            .map(|author| author.written.iter().map(|book| book.title.as_str()).collect())
            .collect();
        assert_eq!(titles, [vec!["Dawn"], vec!["Dusk"], vec![], vec![]]);
    }
    // A relation to the parent's own table.
    let pupils = Author::pupils().filter(Author::pupils().exists());
    let ada = db.select::<Author>().filter(eq(Author::id, 1)).with(pupils).one().await.unwrap();
    assert_eq!(ada.pupils.iter().map(|pupil| pupil.name.as_str()).collect::<Vec<_>>(), ["Ben"]);
    let tags = Book::tags().filter(Tag::books().some(eq(Book::title, "Noon"))).order_by(Tag::books().count());
    let dawn = db.select::<Book>().filter(eq(Book::id, 1)).with(tags).one().await.unwrap();
    assert_eq!(dawn.tags.iter().map(|tag| tag.id).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn they_stand_in_joins_aliases_subqueries_updates_and_deletes() {
    let (_guard, db) = library().await;
    let pairs: Vec<(String, Option<String>, bool)> = db
        .select::<Author>()
        .left_join::<Mentor>()
        .on(eq(Author::mentor_id, Mentor::column(Author::id)))
        .filter(Author::written().exists())
        .order_by(Author::id)
        .columns((
            Author::name,
            Mentor::column(Author::name),
            Author::edited().of::<Mentor>().some(eq(Book::title, "Dusk")),
        ))
        .all()
        .await
        .unwrap();
    let ada = || Some("Ada".to_owned());
    assert_eq!(
        pairs,
        [("Ada".to_owned(), None, false), ("Ben".to_owned(), ada(), true), ("Cid".to_owned(), ada(), true)]
    );

    let subquery = select::<Book>()
        .correlate::<Author>()
        .filter(eq(Book::author_id, Author::id))
        .filter(Author::pupils().exists())
        .filter(Book::tags().is_empty());
    assert_eq!(db.select::<Author>().filter(exists(subquery)).count().await.unwrap(), 0);

    let renamed = db
        .update::<Book>()
        .set(Book::title, "By a pupil")
        .filter(Book::author().some(Author::mentor().exists()))
        .execute()
        .await
        .unwrap();
    assert_eq!(renamed, 2);
    db.execute(sql!("delete from book_tags where book_id = 3")).await.unwrap();
    db.execute(sql!("delete from first_tags")).await.unwrap();
    let deleted = db.delete::<Book>().filter(Book::tags().is_empty()).execute().await.unwrap();
    assert_eq!(deleted, 2);
}

#[tokio::test]
async fn postgresql_makes_joins_of_them() {
    let (_guard, db) = library().await;
    grow(&db, 20_000).await;
    let joins = async |condition: levity::Condition<Book>| {
        db.select::<Book>().filter(condition).explain().await.unwrap()
    };
    // Without a subplan, which would run for each row.
    let some = joins(Book::tags().some(gt(BookTag::weight, 7)).scoped()).await;
    assert!(!some.contains("SubPlan") && some.contains("Join"), "{some}");
    let none = joins(Book::tags().none(and(eq(Tag::name, "sad"), gt(BookTag::weight, 7))).scoped()).await;
    assert!(!none.contains("SubPlan") && none.contains("Anti"), "{none}");
    let every = joins(Book::author().every(is_null(Author::mentor_id)).scoped()).await;
    assert!(!every.contains("SubPlan") && every.contains("Anti"), "{every}");
    let nested = Book::author().some(Author::pupils().some(eq(Author::name, "Ben")));
    let nested = joins(nested.scoped()).await;
    assert!(!nested.contains("SubPlan") && nested.contains("Join"), "{nested}");
    let loaded = db
        .select::<Author>()
        .with(Author::written().filter(Book::tags().some(gt(BookTag::weight, 7))))
        .explain()
        .await
        .unwrap();
    assert!(!loaded.contains("SubPlan"), "{loaded}");
}
