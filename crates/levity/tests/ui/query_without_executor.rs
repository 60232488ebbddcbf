include!("tables.in");

async fn example() {
    let _ = levity::select::<Workflow>().all().await;
}

async fn of_either(db: &impl levity::Executor) {
    let _ = levity::select::<Workflow>().on_executor(db);
}

fn main() {}
