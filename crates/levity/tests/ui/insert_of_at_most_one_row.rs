include!("tables.in");

async fn wrong(db: &levity::Database, new: NewWorkflow) {
    let insert = db.insert(new).on_conflict(Workflow::id).do_nothing();
    let _: Workflow = insert.returning().await.unwrap();
}

fn main() {}
