use levity::Table;

#[derive(Table)]
pub struct Line {
    #[column(primary_key, identity)]
    pub id: i64,
    pub price: i64,
    #[column(generated = "price * 2")]
    pub total: i64,
}

#[derive(Table)]
pub struct Confused {
    #[column(generated = "1", default = 1)]
    pub a: i64,
    #[column(generated = "1", on_update = now())]
    pub b: i64,
    #[column(identity, generated = "1")]
    pub c: i64,
    #[column(virtual)]
    pub d: i64,
}

fn main() {
    NewLine::builder().price(1).total(2);
    LinePatch::new().total(2);
}
