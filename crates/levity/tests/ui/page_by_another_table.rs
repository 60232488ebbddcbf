include!("tables.in");

async fn example(db: levity::Database) {
    let order = (levity::desc(Workflow::name), levity::asc(Execution::id));
    let _ = db.select::<Execution>().page(order, None).all().await;
}

fn main() {}
