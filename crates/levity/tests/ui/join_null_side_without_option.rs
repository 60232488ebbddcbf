include!("tables.in");

#[derive(levity::FromRow)]
struct Named {
    id: i64,
    workflow: String,
}

async fn example(db: levity::Database) {
    let _ = db
        .select::<Execution>()
        .left_join::<Workflow>()
        .on(levity::eq(Execution::workflow_id, Workflow::id))
        .columns(NamedColumns { id: Execution::id, workflow: Workflow::name })
        .all()
        .await;
}

fn main() {}
