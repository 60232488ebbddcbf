include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.update::<Workflow>().set_null(Workflow::name).all_rows().execute().await;
    let _ = WorkflowPatch::new().name(None);
}

fn main() {}
