use levity::{Table, schema};

#[derive(Table)]
struct Line {
    text: String,
}

schema! { Line }

async fn wrong(db: &levity::Database) {
    let _ = db.find::<Line>(1);
    let _ = db.delete::<Line>().key(1);
}

fn main() {}
