use levity::PgDomain;

#[derive(Debug, PgDomain)]
#[domain(length = 3, name = "a", name = "b")]
pub struct Email(String);

#[derive(Debug, PgDomain)]
#[domain(check = "value > 0", check(name = "small", "value < 9"))]
pub struct Size(i32);

#[derive(Debug, PgDomain)]
pub struct Point(f64, f64);

#[derive(Debug, PgDomain)]
#[domain(default = "seven")]
pub struct Number(i32);

fn main() {}
