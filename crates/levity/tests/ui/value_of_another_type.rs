include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Workflow>().filter(levity::eq(Workflow::id, "one")).all().await;
    let _ = NewWorkflow::builder().name(1);
}

fn main() {}
