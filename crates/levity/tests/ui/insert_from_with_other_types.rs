include!("tables.in");

use levity::select;

async fn wrong(db: &levity::Database) {
    let notes = select::<Execution>().columns(Execution::note);
    let _ = db.insert_from(Workflow::name, notes);
    let numbers = select::<Execution>().columns((Execution::id, Execution::id));
    let _ = db.insert_from((Execution::workflow_id, Execution::note), numbers);
    let fewer = select::<Execution>().columns((Execution::id,));
    let _ = db.insert_from((Execution::workflow_id, Execution::note), fewer);
}

fn main() {}
