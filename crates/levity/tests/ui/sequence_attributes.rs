use levity::Sequence;

#[derive(Sequence)]
#[sequence(begin = 3)]
pub struct Unknown;

#[derive(Sequence)]
#[sequence(start = 99999999999999999999)]
pub struct Large;

#[derive(Sequence)]
pub struct Field(i64);

#[derive(Sequence)]
#[sequence(owned_by = number)]
pub struct Owned;

fn main() {}
