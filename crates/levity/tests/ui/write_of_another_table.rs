include!("tables.in");

use levity::{coalesce, eq};

async fn wrong(db: &levity::Database, new: NewWorkflow) {
    let _ = db.update::<Workflow>().set(Execution::note, "x");
    let _ = db.update::<Workflow>().set(Workflow::name, coalesce(Execution::note, ""));
    let _ = db.delete::<Workflow>().filter(eq(Execution::id, 1));
    let _ = db.insert(new).on_conflict(Execution::id).do_nothing();
}

fn main() {}
