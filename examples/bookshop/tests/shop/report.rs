use std::process::Command;

use crate::support::TestDatabase;

#[levity::database_test]
async fn the_report_is_that_of_the_readme(db: TestDatabase) {
    let mut report = Command::new(env!("CARGO_BIN_EXE_bookshop"));
    let output = report.env("DATABASE_URL", db.url()).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let readme = include_str!("../../README.md");
    assert!(
        readme.contains(&format!("```text\n{printed}```")),
        "the README shows something else than:\n{printed}"
    );
}

#[levity::database_test]
async fn a_report_without_migrations_says_what_to_do(_: TestDatabase) {
    let empty = levity_local::TestDatabase::empty().await.unwrap();
    let mut report = Command::new(env!("CARGO_BIN_EXE_bookshop"));
    let output = report.env("DATABASE_URL", empty.url()).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(errors.contains("cargo db migrate"), "{errors}");
}
