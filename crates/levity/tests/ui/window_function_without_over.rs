include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Workflow>().columns((Workflow::id, levity::row_number())).all().await;
}

fn main() {}
