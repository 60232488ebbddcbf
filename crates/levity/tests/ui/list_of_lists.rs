use levity::{PgNewtype, Table};

#[derive(Table)]
#[table(name = "boards")]
pub struct Board {
    #[column(primary_key)]
    pub id: i64,
    pub cells: Vec<Vec<i32>>,
}

#[derive(Debug, PgNewtype)]
pub struct Tags(Vec<String>);

#[derive(Table)]
#[table(name = "notes")]
pub struct Note {
    #[column(primary_key)]
    pub id: i64,
    pub tags: Vec<Tags>,
}

fn main() {}
