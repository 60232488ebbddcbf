use levity::Table;

#[derive(Table)]
#[primary_key(id, include(missing))]
#[unique(id, deferrable = sometimes)]
#[index(id, deferrable)]
#[index(id, method = hash, unique)]
#[index(id, nulls_not_distinct)]
#[index(id, method = gin, include(note))]
#[index(desc(id, nulls_first), method = brin)]
#[index(asc(id, sorted))]
#[index(id, method = hnsw)]
#[index(id, with(fillfactor))]
#[exclude(id, during with "&&")]
#[exclude(name = "nothing")]
#[foreign_key((id, other_id) => Other::(id, id), relation = both, on_delete = set_null(note))]
#[foreign_key((id, other_id) => Other::(id, id), relation = both, on_delete = cascade(id))]
#[check(name = "positive", "id > 0", inherited)]
pub struct Thing {
    pub id: i64,
    pub during: levity::types::Range<i64>,
    pub note: String,
    #[column(references(Other::id, match_half))]
    pub other_id: Option<i64>,
}

#[derive(Table)]
pub struct Other {
    #[column(primary_key)]
    pub id: i64,
}

fn main() {}
