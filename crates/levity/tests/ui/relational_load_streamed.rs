include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Workflow>().with(Workflow::executions()).stream().await;
}

fn main() {}
