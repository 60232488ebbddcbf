use levity::View;

#[derive(View)]
#[view(name = "a", color = "red", sql = "SELECT 1 AS id")]
pub struct UnknownOption {
    pub id: i32,
}

#[derive(View)]
pub struct WithoutQuery {
    pub id: i32,
}

#[derive(View)]
#[view(sql = "SELECT 1 AS id")]
#[index(id)]
pub struct IndexOfPlainView {
    pub id: i32,
}

#[derive(View)]
#[view(sql = "SELECT 1 AS id", materialized)]
#[index(missing)]
pub struct IndexOfMissingColumn {
    pub id: i32,
}

#[derive(View)]
#[view(sql = "SELECT 1 AS id", materialized, security_barrier)]
pub struct MaterializedWithOptions {
    pub id: i32,
}

#[derive(View)]
#[view(sql = "SELECT 1 AS id", check_option = global)]
pub struct UnknownCheckOption {
    pub id: i32,
}

#[derive(View)]
#[view(sql = "SELECT 1 AS id")]
pub struct KeyOfView {
    #[column(name = "id", primary_key)]
    pub number: i32,
}

#[derive(View)]
#[view(sql = "SELECT 1 AS id")]
pub struct Tuple(i32);

#[derive(View)]
#[view(sql = 1)]
pub struct QueryOfAnotherType {
    pub id: i32,
}

fn main() {}
