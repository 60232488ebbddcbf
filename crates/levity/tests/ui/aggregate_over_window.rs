include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Workflow>().columns(levity::sum(Workflow::id).distinct().over(levity::window())).all().await;
    let _ = db.select::<Workflow>().columns(levity::count_all().distinct()).all().await;
}

fn main() {}
