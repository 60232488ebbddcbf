//! Tables with every kind of relation: several between the same two, to itself, through a link table, by composite keys.

use levity::{Config, Database, Table, schema, sql};
use levity_local::TestDatabase;

#[derive(Debug, Clone, PartialEq, Table)]
#[table(
    name = "authors",
    has_many(
        pupils = Author::mentor_id,
        written = Book::author_id,
        edited = Book::editor_id,
        influences = Author::id through Influence(influenced, influencer),
    )
)]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[column(references(Author::id))]
    pub(crate) mentor_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(
    name = "books",
    has_many(tags = Tag::id through BookTag(book_id, tag_id), tagged = BookTag::book_id),
    has_one(first_tag = Tag::id through FirstTag(book_id, tag_id)),
)]
pub(crate) struct Book {
    #[column(primary_key)]
    pub(crate) id: i64,
    #[column(references(Author::id))]
    pub(crate) author_id: i64,
    #[column(references(Author::id))]
    pub(crate) editor_id: Option<i64>,
    pub(crate) title: String,
    pub(crate) pages: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "tags", has_many(books = Book::id through BookTag(tag_id, book_id)))]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) name: String,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "book_tags")]
pub(crate) struct BookTag {
    #[column(references(Book::id))]
    pub(crate) book_id: i64,
    #[column(references(Tag::id))]
    pub(crate) tag_id: i32,
    pub(crate) weight: i32,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "first_tags")]
pub(crate) struct FirstTag {
    #[column(primary_key, references(Book::id))]
    pub(crate) book_id: i64,
    #[column(references(Tag::id))]
    pub(crate) tag_id: i32,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "influences")]
#[primary_key(influenced, influencer)]
pub(crate) struct Influence {
    #[column(references(Author::id, relation = on))]
    pub(crate) influenced: i64,
    #[column(references(Author::id, relation = by))]
    pub(crate) influencer: i64,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "members", has_many(teams = Team::(tenant, code) through Membership((tenant, member), (tenant, team))))]
#[primary_key(tenant, number)]
pub(crate) struct Member {
    pub(crate) tenant: i32,
    pub(crate) number: i32,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(
    name = "teams",
    has_many(members = Member::(tenant, number) through Membership((tenant, team), (tenant, member)) key(tenant, code)),
)]
#[unique(tenant, code)]
pub(crate) struct Team {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) tenant: i32,
    pub(crate) code: String,
}

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "memberships")]
#[foreign_key((tenant, member) => Member::(tenant, number), relation = of)]
#[foreign_key((tenant, team) => Team::(tenant, code), relation = within)]
pub(crate) struct Membership {
    pub(crate) tenant: i32,
    pub(crate) member: Option<i32>,
    pub(crate) team: Option<String>,
}

schema! { Author, Book, Tag, BookTag, FirstTag, Influence, Member, Team, Membership }

const DDL: &str = "
    CREATE TABLE authors (id bigint PRIMARY KEY, name text NOT NULL, mentor_id bigint REFERENCES authors);
    CREATE TABLE books (
        id bigint PRIMARY KEY,
        author_id bigint NOT NULL REFERENCES authors,
        editor_id bigint REFERENCES authors,
        title text NOT NULL,
        pages int
    );
    CREATE TABLE tags (id int PRIMARY KEY, name text NOT NULL);
    CREATE TABLE book_tags (
        book_id bigint NOT NULL REFERENCES books,
        tag_id int NOT NULL REFERENCES tags,
        weight int NOT NULL
    );
    CREATE TABLE first_tags (book_id bigint PRIMARY KEY REFERENCES books, tag_id int NOT NULL REFERENCES tags);
    CREATE TABLE influences (
        influenced bigint REFERENCES authors,
        influencer bigint REFERENCES authors,
        PRIMARY KEY (influenced, influencer)
    );
    CREATE TABLE members (tenant int, number int, PRIMARY KEY (tenant, number));
    CREATE TABLE teams (id int PRIMARY KEY, tenant int NOT NULL, code text NOT NULL, UNIQUE (tenant, code));
    CREATE TABLE memberships (
        tenant int NOT NULL,
        member int,
        team text,
        FOREIGN KEY (tenant, member) REFERENCES members,
        FOREIGN KEY (tenant, team) REFERENCES teams (tenant, code)
    );
    INSERT INTO authors VALUES (1, 'Ada', NULL), (2, 'Ben', 1), (3, 'Cid', 1), (4, 'Dee', 2);
    INSERT INTO books VALUES
        (1, 1, NULL, 'Dawn', 100),
        (2, 1, 2, 'Noon', NULL),
        (3, 2, 1, 'Dusk', 300),
        (4, 3, 1, 'Night', 50);
    INSERT INTO tags VALUES (1, 'old'), (2, 'long'), (3, 'sad'), (4, 'unused');
    INSERT INTO book_tags VALUES (1, 1, 5), (1, 2, 9), (1, 3, 1), (2, 1, 2), (3, 3, 7), (3, 1, 8);
    INSERT INTO first_tags VALUES (1, 2), (3, 2);
    INSERT INTO influences VALUES (2, 1), (3, 1), (3, 2), (1, 4);
    INSERT INTO members VALUES (1, 1), (1, 2), (2, 1);
    INSERT INTO teams VALUES (1, 1, 'red'), (2, 1, 'blue'), (3, 2, 'red');
    INSERT INTO memberships VALUES (1, 1, 'red'), (1, 1, 'blue'), (1, 2, 'red'), (2, 1, 'red'), (1, NULL, 'red'), (1, 1, NULL);
";

/// A database with these tables and a few rows. Keep the first value: dropping it drops the database.
pub(crate) async fn library() -> (TestDatabase, Database) {
    let test_database = TestDatabase::empty().await.unwrap();
    let db = Database::connect(Config::from_url(test_database.url()).unwrap()).await.unwrap();
    db.client().await.unwrap().batch_execute(DDL).await.unwrap();
    (test_database, db)
}

/// Many more books, each with the tags `old`, `long` and `sad`, and statistics about them.
pub(crate) async fn grow(db: &Database, books: i32) {
    db.execute(sql!(
        "insert into books select n + 100, n % 4 + 1, null, n::text, n from generate_series(1, {}) n",
        books
    ))
    .await
    .unwrap();
    db.execute(sql!("insert into book_tags select b.id, t.id, (b.id * 7 + t.id) % 10 from books b, tags t where b.id > 100 and t.id < 4"))
        .await
        .unwrap();
    for statement in [sql!("create index on books (author_id)"), sql!("create index on book_tags (book_id)")]
    {
        db.execute(statement).await.unwrap();
    }
    db.execute(sql!("analyze")).await.unwrap();
}
