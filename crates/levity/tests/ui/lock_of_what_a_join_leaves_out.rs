include!("tables.in");

use levity::{eq, for_update};

async fn example(db: levity::Database) {
    let joined = db.select::<Workflow>().left_join::<Execution>().on(eq(Execution::workflow_id, Workflow::id));
    let _ = joined.lock(for_update().of::<Execution>()).all().await;
}

fn main() {}
