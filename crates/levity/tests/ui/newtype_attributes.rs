use levity::PgNewtype;

#[derive(Debug, PgNewtype)]
#[pg_newtype(name = "email", sql_type = "a", sql_type = "b")]
pub struct Email(String);

#[derive(Debug, PgNewtype)]
pub struct Point(f64, f64);

#[derive(Debug, PgNewtype)]
pub struct Id<T>(T);

fn main() {}
