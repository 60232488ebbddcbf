include!("tables.in");

use levity::coalesce;

async fn wrong(db: &levity::Database) {
    let _ = db.update::<Workflow>().from::<Execution>().set(Workflow::name, Execution::note);
    let _ = db.update::<Workflow>().from::<Execution>().set(Workflow::name, coalesce(Execution::note, ""));
}

fn main() {}
