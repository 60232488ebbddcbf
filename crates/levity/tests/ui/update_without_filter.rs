include!("tables.in");

async fn wrong(db: &levity::Database) {
    let _ = db.update::<Workflow>().set(Workflow::name, "x").execute().await;
    let _ = db.delete::<Workflow>().execute().await;
}

fn main() {}
