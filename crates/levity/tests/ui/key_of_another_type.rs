use levity::Table;

#[derive(Table)]
#[table(name = "parents")]
pub struct Parent {
    #[column(primary_key, identity)]
    pub id: i64,
}

#[derive(Table)]
#[table(name = "children")]
pub struct Child {
    #[column(references(Parent::id))]
    pub parent_id: String,
}

fn main() {}
