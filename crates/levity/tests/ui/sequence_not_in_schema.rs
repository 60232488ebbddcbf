use levity::{Sequence, Table, schema};

#[derive(Sequence)]
pub struct Numbers;

pub struct Counter;

impl Counter {
    fn next() -> i64 {
        1
    }
}

#[derive(Table)]
pub struct Invoice {
    #[column(primary_key, default = Numbers::next())]
    pub id: i64,
    #[column(default = Counter::next())]
    pub count: i64,
}

schema! { Invoice }

fn main() {}
