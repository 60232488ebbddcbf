include!("tables.in");

use levity::{eq, excluded};

async fn wrong(db: &levity::Database) {
    let _ = db.select::<Workflow>().filter(eq(Workflow::name, excluded(Workflow::name)));
    let _ = db.update::<Workflow>().set(Workflow::name, excluded(Workflow::name));
}

fn main() {}
