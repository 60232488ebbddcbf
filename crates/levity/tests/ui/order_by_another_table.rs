include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Workflow>().order_by(levity::desc(Execution::id)).all().await;
}

fn main() {}
