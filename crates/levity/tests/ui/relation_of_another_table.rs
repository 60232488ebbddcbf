include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Workflow>().with(Execution::workflow()).all().await;
}

fn main() {}
