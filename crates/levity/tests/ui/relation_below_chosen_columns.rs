include!("tables.in");

fn main() {
    let _ = Workflow::executions().columns(Execution::note).with(Execution::workflow());
}
