use levity::sql;

fn main() {
    let text = "select 1".to_owned();
    let _ = sql!(text);
    let _ = sql!("select {}");
    let _ = sql!("select 1", 2);
    let _ = sql!("select {a b}");
    let _ = sql!("select '$1', $1");
}
