//! Committed migrations, from their SQL.

use levity::migrate::{EmbeddedMigration, History};

/// A migration per text, each after the one before it.
pub(crate) fn history(migrations: &[&str]) -> History {
    let id = |number: usize| format!("{number:032x}");
    let embedded: Vec<EmbeddedMigration> = (migrations.iter().enumerate())
        .map(|(number, sql)| {
            let parents = if number == 0 { String::new() } else { format!(r#""{}""#, id(number - 1)) };
            let head = format!(r#"{{"version":1,"id":"{}","parents":[{parents}]}}"#, id(number));
            let tag = format!("{}_migration_{number}", 20_260_101_000_000 + number);
            EmbeddedMigration { tag: tag.leak(), sql: sql.to_string().leak(), snapshot_head: head.leak() }
        })
        .collect();
    History::embedded(&embedded).unwrap()
}
