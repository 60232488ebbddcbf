include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Execution>().inner_join::<Workflow>().all().await;
}

fn main() {}
