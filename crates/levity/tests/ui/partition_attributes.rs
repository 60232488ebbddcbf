use levity::Table;

#[derive(Table)]
#[partition_by(range(missing))]
#[partition(name = "j", from = (1, minvalue), to = (2, maxvalue))]
#[partition(name = "k", from = (1, 2), to = 2)]
#[partition(name = "l", values(1))]
pub struct NoColumn {
    #[column(primary_key)]
    pub id: i64,
}

#[derive(Table)]
#[partition_by(list(id))]
#[partition_by(range(id))]
#[partition(name = "a", from = 1)]
#[partition(name = "b", from = (1, 2), to = 3)]
#[partition(name = "c", values())]
#[partition(name = "d", modulus = 4, remainder = 4)]
#[partition(from = 1, to = 2)]
#[partition(name = "e", name = "f", default)]
#[partition(name = "g", default, values(1))]
#[partition(name = "h", above = 3)]
#[partition(name = "i", default)]
#[partition(name = "i", values(1, null))]
pub struct Events {
    #[column(primary_key)]
    pub id: i64,
}

#[derive(Table)]
#[partition_by(columns(id))]
pub struct OtherWord {
    pub id: i64,
}

#[derive(Table)]
#[partition_by(list(id, other))]
pub struct ListOfTwo {
    pub id: i64,
    pub other: i64,
}

#[derive(Table)]
#[partition_by(range(desc(id)))]
pub struct Directed {
    pub id: i64,
}

#[derive(Table)]
#[partition(name = "plain_1", default)]
pub struct Plain {
    pub id: i64,
}

#[derive(Table)]
#[partition_by(hash(id))]
#[partition(name = "rest", default)]
#[partition(name = "one", values(1))]
pub struct Hashed {
    pub id: i64,
}

#[derive(Table)]
#[partition_by(list(id))]
#[partition(name = "unwritten", values(Unwritten))]
pub struct NoLiteral {
    pub id: i64,
}

pub struct Unwritten;

fn main() {}
