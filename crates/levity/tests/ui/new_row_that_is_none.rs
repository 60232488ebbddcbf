include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.insert(Workflow { id: 1, name: "a row".to_owned() }).execute().await;
    let _ = db.insert(NewWorkflow::builder().name("not built")).execute().await;
}

fn main() {}
