include!("tables.in");

async fn example(db: levity::Database) {
    let executions = levity::select::<Execution>().filter(levity::eq(Execution::workflow_id, Workflow::id));
    let _ = db.select::<Workflow>().filter(levity::exists(executions)).all().await;
}

fn main() {}
