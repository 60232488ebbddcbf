use std::{fs, path::Path};

use super::*;

fn write(directory: &Path, tag: &str, id: &str, parents: &[&str]) {
    let path = directory.join(tag);
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join(MIGRATION_FILE), format!("SELECT '{id}';\r\n")).unwrap();
    let parents = serde_json::to_string(parents).unwrap();
    let head = format!("{{\"version\":1,\"id\":\"{id}\",\"parents\":{parents}}}\n{{\"never\":\"read\n");
    fs::write(path.join(SNAPSHOT_FILE), head).unwrap();
}

fn tags(history: &History) -> Vec<&str> {
    history.migrations().iter().map(|migration| migration.tag.name()).collect()
}

fn error(directory: &Path) -> String {
    let error = History::read(directory).unwrap_err();
    let source = std::error::Error::source(&error).map(|source| format!("\n{source}")).unwrap_or_default();
    format!("{error}{source}").replace(directory.to_str().unwrap(), "<migrations>")
}

#[test]
fn order_comes_from_the_parents() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    write(path, "20260301000000_first", "a", &[]);
    write(path, "20260101000000_second", "b", &["a"]);
    write(path, "20250101000000_right", "c", &["b"]);
    write(path, "20250102000000_left", "d", &["b"]);
    let history = History::read(path).unwrap();
    assert_eq!(tags(&history), ["first", "second", "right", "left"]);
    insta::assert_snapshot!(history.head().unwrap_err(), @"the history has diverged: migrations `20250101000000_right` and `20250102000000_left` were made without knowing each other; pick one of them that no database has applied, delete its directory, and generate it again on top of the other");

    write(path, "20240101000000_merge", "e", &["c", "d"]);
    let history = History::read(path).unwrap();
    assert_eq!(tags(&history), ["first", "second", "right", "left", "merge"]);
    assert_eq!(history.head().unwrap().unwrap().id, "e");
    assert_eq!(history.get("b").unwrap().file, MigrationFile::parse("SELECT 'b';").unwrap());
}

#[test]
fn line_endings_do_not_change_the_checksum() {
    let head = r#"{"version":1,"id":"a","parents":[]}"#;
    let checksum = |sql| {
        let embedded = EmbeddedMigration { tag: "20260101000000_a", sql, snapshot_head: head };
        History::embedded(&[embedded]).unwrap().migrations()[0].checksum.clone()
    };
    assert_eq!(checksum("SELECT 1;\n"), checksum("SELECT 1;\r\n"));
    assert_ne!(checksum("SELECT 1;\n"), checksum("SELECT 2;\n"));
    assert_eq!(checksum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn what_is_no_migration_is_ignored() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("README.md"), "").unwrap();
    fs::create_dir_all(path.join(".cache/x")).unwrap();
    fs::create_dir_all(path.join("notes")).unwrap();
    let history = History::read(path).unwrap();
    assert!(history.migrations().is_empty() && history.head().unwrap().is_none());
}

#[test]
fn what_is_wrong_is_named() {
    type Case = (&'static str, fn(&Path));
    let cases: [Case; 10] = [
        ("no directory", |path| fs::remove_dir(path).unwrap()),
        ("missing file", |path| {
            write(path, "20260101000000_a", "a", &[]);
            fs::remove_file(path.join("20260101000000_a/migration.sql")).unwrap();
        }),
        ("stray file", |path| fs::write(path.join("0001_init.sql"), "").unwrap()),
        ("name", |path| write(path, "2026_a", "a", &[])),
        ("format", |path| {
            write(path, "20260101000000_a", "a", &[]);
            fs::write(path.join("20260101000000_a/migration.sql"), "\n--> stop").unwrap();
        }),
        ("unknown field", |path| {
            write(path, "20260101000000_a", "a", &[]);
            let head = r#"{"version":1,"id":"a","parents":[],"more":1}"#;
            fs::write(path.join("20260101000000_a/snapshot.jsonl"), head).unwrap();
        }),
        ("newer version", |path| {
            write(path, "20260101000000_a", "a", &[]);
            let head = r#"{"version":2,"id":"a","more":1}"#;
            fs::write(path.join("20260101000000_a/snapshot.jsonl"), head).unwrap();
        }),
        ("duplicate", |path| {
            write(path, "20260101000000_a", "a", &[]);
            write(path, "20260101000000_b", "a", &[]);
        }),
        ("missing parent", |path| write(path, "20260101000000_a", "a", &["z"])),
        ("cycle", |path| {
            write(path, "20260101000000_a", "a", &["b"]);
            write(path, "20260101000000_b", "b", &["a"]);
            write(path, "20260101000000_c", "c", &[]);
        }),
    ];
    let errors: Vec<String> = cases
        .iter()
        .map(|(name, prepare)| {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("migrations");
            fs::create_dir(&path).unwrap();
            prepare(&path);
            format!("{name}: {}", error(&path))
        })
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}
