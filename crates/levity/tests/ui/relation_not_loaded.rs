include!("tables.in");

async fn wrong(db: &levity::Database) {
    let workflow = db.select::<Workflow>().one().await.unwrap();
    let _ = workflow.executions.len();
    let execution = db.select::<Workflow>().with(Workflow::executions()).one().await.unwrap();
    let _ = execution.executions[0].workflow.id;
}

fn main() {}
