use levity::Table;

#[derive(Table)]
#[table(comment = "", storage(fillfactor = [70]))]
pub struct Silent {
    pub a: i64,
}

#[derive(Table)]
#[table(storage(fillfactor = 70, fillfactor = 80))]
pub struct Twice {
    #[column(identity(begin = 5))]
    pub a: i64,
    #[column(identity(start = 5, start = 6))]
    pub b: i64,
    #[column(identity(start = 99999999999999999999))]
    pub c: i64,
    #[column(collation("a", "b", "c"))]
    pub d: String,
}

fn main() {}
