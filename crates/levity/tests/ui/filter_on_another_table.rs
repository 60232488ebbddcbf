include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Workflow>().filter(levity::eq(Execution::id, 1)).all().await;
}

fn main() {}
