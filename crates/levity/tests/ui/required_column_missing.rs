include!("tables.in");

fn main() {
    let _ = NewWorkflow::builder().build();
}
