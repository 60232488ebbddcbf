include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Workflow>().columns(levity::array_agg(levity::value(vec![1_i32]))).all().await;
}

fn main() {}
