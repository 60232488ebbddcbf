include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Workflow>().filter(true).all().await;
    let _ = db.select::<Workflow>().filter(Workflow::id).all().await;
    let _ = db.select::<Workflow>().order_by("id").all().await;
}

fn main() {}
