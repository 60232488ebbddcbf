use levity::{Table, schema};

#[derive(Table)]
#[table(has_many(tags = Tag::id through BookTag(book_id, tag_id)))]
struct Book {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
struct Tag {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
struct BookTag {
    book_id: i64,
    tag_id: i64,
}

schema! { Book, Tag }

fn main() {}
