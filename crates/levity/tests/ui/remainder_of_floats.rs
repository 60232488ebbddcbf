include!("tables.in");

async fn example(db: levity::Database) {
    let _ = db.select::<Workflow>().columns(levity::value(2.5_f64) % 2.0).all().await;
    let _ = levity::modulo(levity::value(2.5_f64), 2.0);
}

fn main() {}
