include!("tables.in");

async fn wrong(db: &levity::Database) {
    let workflow = Execution::workflow().filter(levity::eq(Workflow::name, "x"));
    let _ = db.select::<Execution>().with(workflow).all().await;
}

fn main() {}
