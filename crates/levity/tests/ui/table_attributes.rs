use levity::Table;

#[derive(Table)]
#[table(name = "things", color = "red")]
#[index(missing)]
pub struct Thing {
    #[column(primary_key, primary_key)]
    pub id: i64,
    #[column(references(Other::id))]
    pub other: i64,
}

#[derive(Table)]
#[table(name = "others", has_many(things = Thing::other))]
pub struct Other {
    #[column(primary_key, identity, default = 1)]
    pub id: i64,
    pub things: String,
}

#[derive(Table)]
pub struct Tuple(i64);

#[derive(Table)]
pub struct Empty {}

#[derive(Table)]
pub struct Taken {
    #[column(sql_type = "bigserial")]
    pub build: i64,
}

fn main() {}
