include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Workflow>().filter(levity::like(Workflow::id, "1%")).all().await;
    let _ = db.select::<Workflow>().filter(Workflow::name.eq(1)).all().await;
}

fn main() {}
