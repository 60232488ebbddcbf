//! Migrations that are part of the binary.

use std::path::Path;

use levity::migrate::History;

#[test]
fn embedded_migrations_are_those_of_the_directory() {
    let embedded = levity::embed_migrations!("tests/migrations");
    assert!(embedded.iter().all(|migration| migration.snapshot_head.lines().count() == 1));
    let embedded = History::embedded(embedded).unwrap();
    let read = History::read(Path::new("tests/migrations")).unwrap();
    let place = |history: &History| -> Vec<_> {
        let migrations = history.migrations().iter();
        migrations
            .map(|migration| (migration.tag.clone(), migration.id.clone(), migration.checksum.clone()))
            .collect()
    };
    assert_eq!(place(&embedded), place(&read));
    assert_eq!(embedded.head().unwrap().unwrap().id, "b0a2");
}
