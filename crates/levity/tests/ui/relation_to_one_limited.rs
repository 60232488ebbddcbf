include!("tables.in");

fn main() {
    let _ = Execution::workflow().limit(1);
}
