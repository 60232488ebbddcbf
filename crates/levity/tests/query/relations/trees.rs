//! Trees in which a table comes more than once.

use levity::{asc, desc, eq, is_null};

use super::library::{Author, Book, Member, Team, library};

fn names<'row>(authors: impl IntoIterator<Item = &'row Author>) -> Vec<&'row str> {
    authors.into_iter().map(|author| author.name.as_str()).collect()
}

#[tokio::test]
async fn two_relations_to_one_table_are_two() {
    let (_guard, db) = library().await;
    let books =
        db.select::<Book>().order_by(Book::id).with(Book::author()).with(Book::editor()).all().await.unwrap();
    let people: Vec<_> = books
        .iter()
        .map(|book| (book.author.name.as_str(), book.editor.as_ref().map(|editor| editor.name.as_str())))
        .collect();
    assert_eq!(people, [("Ada", None), ("Ada", Some("Ben")), ("Ben", Some("Ada")), ("Cid", Some("Ada"))]);

    let authors = db
        .select::<Author>()
        .order_by(Author::id)
        .with(Author::edited().order_by(Book::title).with(Book::author().with(Author::mentor())))
        .with(Author::written().order_by(desc(Book::title)).with(Book::editor()))
        .all()
        .await
        .unwrap();
    let ada = &authors[0];
    let titles: Vec<_> = ada.written.iter().map(|book| book.title.as_str()).collect();
    assert_eq!(titles, ["Noon", "Dawn"]);
    assert_eq!(ada.written[0].editor.as_ref().unwrap().name, "Ben");
    let edited: Vec<_> =
        ada.edited.iter().map(|book| (book.title.as_str(), book.author.name.as_str())).collect();
    assert_eq!(edited, [("Dusk", "Ben"), ("Night", "Cid")]);
    assert!(ada.edited.iter().all(|book| book.author.mentor.as_ref().unwrap().id == ada.id));
}

#[tokio::test]
async fn children_of_children_of_children() {
    let (_guard, db) = library().await;
    db.insert(super::library::NewAuthor::builder().id(5).name("Eve").mentor_id(4).build())
        .execute()
        .await
        .unwrap();
    let root = db
        .select::<Author>()
        .filter(is_null(Author::mentor_id))
        .with(
            Author::pupils()
                .order_by(asc(Author::name))
                .with(Author::pupils().with(Author::pupils().with(Author::mentor().with(Author::mentor())))),
        )
        .one()
        .await
        .unwrap();
    assert_eq!(names(root.pupils.iter().map(|pupil| &**pupil)), ["Ben", "Cid"]);
    assert!(root.pupils[1].pupils.is_empty());
    let dee = &root.pupils[0].pupils[0];
    let eve = &dee.pupils[0];
    assert_eq!((dee.name.as_str(), eve.name.as_str()), ("Dee", "Eve"));
    let dee_again = eve.mentor.as_ref().unwrap();
    assert_eq!(**dee_again, **dee);
    assert_eq!(dee_again.mentor.as_ref().unwrap().name, "Ben");
}

#[tokio::test]
async fn limits_of_a_table_within_itself_are_separate() {
    let (_guard, db) = library().await;
    let authors = db
        .select::<Author>()
        .order_by(Author::id)
        .limit(2)
        .with(
            Author::pupils()
                .filter(eq(Author::name, "Ben"))
                .limit(1)
                .with(Author::pupils().order_by(Author::name).limit(1)),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(names(authors.iter().map(|author| &**author)), ["Ada", "Ben"]);
    assert_eq!(names(&authors[0].pupils[0].pupils), ["Dee"]);
    assert!(authors[1].pupils.is_empty());
}

#[tokio::test]
async fn composite_keys_there_and_back() {
    let (_guard, db) = library().await;
    let first = Member { tenant: 1, number: 1 };
    let member = db
        .select::<Member>()
        .filter(eq(Member::tenant, 1))
        .order_by(Member::number)
        .with(Member::teams().order_by(Team::id).with(Team::members().order_by(desc(Member::number))))
        .first()
        .await
        .unwrap()
        .unwrap();
    let teams: Vec<_> = member.teams.iter().map(|team| (team.code.as_str(), &team.members[..])).collect();
    let second = Member { tenant: 1, number: 2 };
    assert_eq!(teams, [("red", &[second, first.clone()][..]), ("blue", &[first][..])]);
}
