include!("tables.in");

fn stream<E, T, S: levity::Single>(_: levity::Select<E, T, S>) {}

fn wrong(db: &levity::Database) {
    stream(db.select::<Workflow>());
    stream(db.select::<Workflow>().with(Workflow::executions()));
}

fn main() {}
