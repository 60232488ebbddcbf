use levity::{Table, schema};

#[derive(Table)]
#[table(has_many(tags = Tag::id through BookTag(book_id)))]
struct OneKey {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
#[table(has_many(tags = Tag::id through Tag(id, id)))]
struct NoLink {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
#[table(has_many(tags = Tag::id through BookTag((book_id, tag_id), tag_id)))]
struct KeyOfTwo {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
#[table(has_many(tags = Tag::id via BookTag(book_id, tag_id)))]
struct OtherWord {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
#[table(has_many(
    tags = Tag::id through BookTag(book_id, tag_id),
    names = Tag::name through BookTag(book_id, tag_id),
    nothing = Tag::id through BookTag(book, tag_id),
))]
struct Book {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Table)]
struct BookTag {
    #[column(references(Book::id, relation = of))]
    book_id: i64,
    #[column(references(Tag::id))]
    tag_id: i64,
}

schema! { Book, Tag, BookTag }

fn main() {}
