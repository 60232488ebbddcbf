include!("tables.in");

#[derive(levity::View)]
#[view(name = "noted", sql = "SELECT id, note FROM executions WHERE note IS NOT NULL")]
pub struct Noted {
    pub id: i64,
    pub note: Option<String>,
}

mod listed {
    use super::Noted;
    levity::schema! { Noted }
}

async fn wrong(db: &levity::Database) {
    let _ = db.update::<Noted>();
    let _ = db.delete::<Noted>();
    let _ = db.insert_from((Noted::id,), db.select::<Execution>().columns((Execution::id,)));
    let _ = db.insert(NewNoted::builder().id(1).build());
    let _ = db.refresh::<Noted>();
}

fn main() {}
