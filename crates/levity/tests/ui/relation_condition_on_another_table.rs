include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Execution>().filter(Workflow::executions().is_empty()).all().await;
    let _ = db.select::<Execution>().order_by(Workflow::executions().count()).all().await;
}

fn main() {}
