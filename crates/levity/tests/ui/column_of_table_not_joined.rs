include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Execution>().columns((Execution::id, Workflow::name)).all().await;
}

fn main() {}
