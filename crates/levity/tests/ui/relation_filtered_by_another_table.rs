include!("tables.in");

async fn wrong(db: &levity::Database) {
    let own = Workflow::executions().filter(levity::eq(Workflow::name, "x"));
    let order = Workflow::executions().order_by(Workflow::name);
    let inner = Workflow::executions().some(levity::eq(Workflow::name, "x"));
    let _ = db.select::<Workflow>().filter(inner).with(own.limit(1)).all().await;
    let _ = order;
}

fn main() {}
