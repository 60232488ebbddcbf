//! The driver writes parameters into its debug log; ours say their number there and not their value.

use std::sync::atomic::{AtomicBool, Ordering};

use levity::sql;

use crate::support::database;

const SECRET: &str = "correct horse battery staple";

static LOGGED: AtomicBool = AtomicBool::new(false);
static LEAKED: AtomicBool = AtomicBool::new(false);

struct Watch;

impl log::Log for Watch {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("tokio_postgres")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let text = record.args().to_string();
            LOGGED.fetch_or(text.contains("with parameters: [$1"), Ordering::SeqCst);
            LEAKED.fetch_or(text.contains(SECRET), Ordering::SeqCst);
        }
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn a_value_is_in_no_log() {
    log::set_logger(&Watch).unwrap();
    log::set_max_level(log::LevelFilter::Debug);
    let (_guard, db) = database().await;
    let (stored,) = db.query_as::<(String,)>(sql!("select {SECRET}::text")).one().await.unwrap();
    assert_eq!(stored, SECRET);
    assert!(LOGGED.load(Ordering::SeqCst), "the driver logged the statement");
    assert!(!LEAKED.load(Ordering::SeqCst));
}
