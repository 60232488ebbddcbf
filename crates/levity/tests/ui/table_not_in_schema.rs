include!("tables.in");

#[derive(Table)]
#[table(name = "forgotten")]
pub struct Forgotten {
    #[column(primary_key, identity)]
    pub id: i64,
}

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Forgotten>().all().await;
    let _ = levity::select::<Forgotten>();
}

fn main() {}
