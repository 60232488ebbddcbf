include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Workflow>().with(Workflow::executions()).with(Workflow::executions()).all().await;
}

fn main() {}
