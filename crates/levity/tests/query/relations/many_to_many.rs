//! Relations through a link table.

use levity::{and, asc, desc, eq, gt, lt, ne, sql};

use super::library::{Author, Book, BookTag, Member, Tag, Team, grow, library};

fn names<'row>(tags: impl IntoIterator<Item = &'row Tag>) -> Vec<&'row str> {
    tags.into_iter().map(|tag| tag.name.as_str()).collect()
}

#[tokio::test]
async fn each_parent_has_the_children_that_it_shares() {
    let (_guard, db) = library().await;
    let books =
        db.select::<Book>().order_by(Book::id).with(Book::tags().order_by(Tag::name)).all().await.unwrap();
    let tags: Vec<_> = books.iter().map(|book| names(&book.tags)).collect();
    assert_eq!(tags, [vec!["long", "old", "sad"], vec!["old"], vec!["old", "sad"], vec![]]);
    let without_order = db.select::<Book>().order_by(Book::id).with(Book::tags()).all().await.unwrap();
    assert_eq!(without_order.iter().map(|book| book.tags.len()).collect::<Vec<_>>(), [3, 1, 2, 0]);
}

#[tokio::test]
async fn a_shared_child_comes_once() {
    let (_guard, db) = library().await;
    let plan = db.select::<Book>().with(Book::tags()).explain_analyze().await.unwrap();
    // Four books and the three tags that any of them has.
    let (_, actual) = plan.lines().next().unwrap().split_once("(actual").unwrap();
    assert!(actual.contains("rows=7"), "{plan}");
}

#[tokio::test]
async fn filter_order_and_limit_count_per_parent_and_can_mention_the_link() {
    let (_guard, db) = library().await;
    let heaviest = Book::tags().filter(gt(BookTag::weight, 1)).order_by(desc(BookTag::weight)).limit(2);
    let books = db.select::<Book>().order_by(Book::id).with(heaviest).all().await.unwrap();
    let tags: Vec<_> = books.iter().map(|book| names(&book.tags)).collect();
    assert_eq!(tags, [vec!["long", "old"], vec!["old"], vec!["old", "sad"], vec![]]);

    let both =
        Book::tags().filter(and(ne(Tag::name, "old"), lt(BookTag::weight, 9))).order_by(asc(BookTag::weight));
    let books = db.select::<Book>().order_by(Book::id).with(both).all().await.unwrap();
    let tags: Vec<_> = books.iter().map(|book| names(&book.tags)).collect();
    assert_eq!(tags, [vec!["sad"], vec![], vec!["sad"], vec![]]);

    let skipped = Book::tags().order_by(Tag::id).offset(1);
    let books = db.select::<Book>().order_by(Book::id).with(skipped).all().await.unwrap();
    let tags: Vec<_> = books.iter().map(|book| names(&book.tags)).collect();
    assert_eq!(tags, [vec!["long", "sad"], vec![], vec!["sad"], vec![]]);

    let any_two = Book::tags().limit(2);
    let books = db.select::<Book>().order_by(Book::id).with(any_two).all().await.unwrap();
    assert_eq!(books.iter().map(|book| book.tags.len()).collect::<Vec<_>>(), [2, 1, 2, 0]);
}

#[tokio::test]
async fn relations_go_on_behind_it_and_before_it() {
    let (_guard, db) = library().await;
    let authors = db
        .select::<Author>()
        .order_by(Author::id)
        .with(
            Author::written().order_by(Book::id).with(
                Book::tags()
                    .order_by(desc(Tag::id))
                    .with(Tag::books().order_by(Book::title).with(Book::author())),
            ),
        )
        .all()
        .await
        .unwrap();
    let dawn = &authors[0].written[0];
    assert_eq!(dawn.title, "Dawn");
    let books: Vec<(&str, Vec<(&str, &str)>)> = dawn
        .tags
        .iter()
        .map(|tag| {
            let books = tag.books.iter().map(|book| (book.title.as_str(), book.author.name.as_str()));
            (tag.name.as_str(), books.collect())
        })
        .collect();
    assert_eq!(
        books,
        [
            ("sad", vec![("Dawn", "Ada"), ("Dusk", "Ben")]),
            ("long", vec![("Dawn", "Ada")]),
            ("old", vec![("Dawn", "Ada"), ("Dusk", "Ben"), ("Noon", "Ada")]),
        ]
    );
}

#[tokio::test]
async fn the_link_is_a_relation_of_its_own_too() {
    let (_guard, db) = library().await;
    let book = db
        .select::<Book>()
        .filter(eq(Book::id, 1))
        .with(Book::tagged().order_by(BookTag::weight).with(BookTag::tag()))
        .with(Book::tags())
        .one()
        .await
        .unwrap();
    let weights: Vec<_> = book.tagged.iter().map(|link| (link.weight, link.tag.name.as_str())).collect();
    assert_eq!(weights, [(1, "sad"), (5, "old"), (9, "long")]);
    assert_eq!(book.tags.len(), 3);
}

#[tokio::test]
async fn a_row_that_is_linked_twice_is_there_twice() {
    let (_guard, db) = library().await;
    db.execute(sql!("insert into book_tags values (2, 1, 3)")).await.unwrap();
    for tags in [Book::tags(), Book::tags().order_by(BookTag::weight), Book::tags().limit(9)] {
        let book = db.select::<Book>().filter(eq(Book::id, 2)).with(tags).one().await.unwrap();
        assert_eq!(names(&book.tags), ["old", "old"]);
    }
}

#[tokio::test]
async fn a_table_can_be_linked_to_itself() {
    let (_guard, db) = library().await;
    let authors = db
        .select::<Author>()
        .order_by(Author::id)
        .with(Author::influences().order_by(Author::name).with(Author::influences()))
        .all()
        .await
        .unwrap();
    let influences: Vec<Vec<_>> =
        authors.iter().map(|author| author.influences.iter().map(|by| by.name.as_str()).collect()).collect();
    assert_eq!(influences, [vec!["Dee"], vec!["Ada"], vec!["Ada", "Ben"], vec![]]);
    assert_eq!(authors[2].influences[1].influences[0].name, "Ada");
}

#[tokio::test]
async fn composite_keys_match_on_every_column() {
    let (_guard, db) = library().await;
    let members = db
        .select::<Member>()
        .order_by(Member::tenant)
        .order_by(Member::number)
        .with(Member::teams().order_by(desc(Team::code)))
        .all()
        .await
        .unwrap();
    let teams: Vec<Vec<_>> =
        members.iter().map(|member| member.teams.iter().map(|team| team.id).collect()).collect();
    assert_eq!(teams, [vec![1, 2], vec![1], vec![3]]);
    let teams = db.select::<Team>().order_by(Team::id).with(Team::members()).all().await.unwrap();
    assert_eq!(teams.iter().map(|team| team.members.len()).collect::<Vec<_>>(), [2, 1, 1]);
    assert_eq!(teams[2].members[0], Member { tenant: 2, number: 1 });
}

#[tokio::test]
async fn a_link_can_lead_to_a_row_or_none() {
    let (_guard, db) = library().await;
    let books = db.select::<Book>().order_by(Book::id).with(Book::first_tag()).all().await.unwrap();
    let first: Vec<_> = books.iter().map(|book| book.first_tag.as_ref().map(|tag| tag.id)).collect();
    assert_eq!(first, [Some(2), None, Some(2), None]);
}

#[tokio::test]
async fn only_a_limit_looks_up_the_rows_of_each_parent() {
    let (_guard, db) = library().await;
    grow(&db, 5000).await;
    let books = || db.select::<Book>().filter(lt(Book::id, 3000));
    let all = books().with(Book::tags().order_by(BookTag::weight)).explain_analyze().await.unwrap();
    let loops = |plan: &str| {
        plan.lines().filter(|line| line.contains(" on book_tags") && !line.contains("loops=1)")).count()
    };
    assert_eq!(loops(&all), 0, "{all}");
    let limited =
        books().with(Book::tags().order_by(BookTag::weight).limit(1)).explain_analyze().await.unwrap();
    assert_eq!(loops(&limited), 1, "{limited}");
}

#[tokio::test]
async fn the_order_for_each_parent_does_not_depend_on_a_serial_plan() {
    let (_guard, db) = library().await;
    grow(&db, 5000).await;
    let tx = db.begin().await.unwrap();
    super::force_parallel_plans(&tx).await;
    let books = tx
        .select::<Book>()
        .filter(gt(Book::id, 100))
        .order_by(desc(Book::id))
        .with(Book::tags().order_by(BookTag::weight).order_by(Tag::id))
        .with(Book::tagged())
        .all()
        .await
        .unwrap();
    assert_eq!(books.len(), 5000);
    assert!(books.is_sorted_by_key(|book| std::cmp::Reverse(book.id)));
    for book in &books {
        let mut expected: Vec<_> = book.tagged.iter().map(|link| (link.weight, link.tag_id)).collect();
        expected.sort_unstable();
        assert!(book.tags.iter().map(|tag| tag.id).eq(expected.into_iter().map(|(_, tag)| tag)));
    }
}
