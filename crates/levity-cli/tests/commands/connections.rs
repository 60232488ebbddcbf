//! Databases that cannot be reached, and what leads to those that can.

use insta::assert_snapshot;

use crate::support::Toy;

fn toy(url: &str) -> Toy {
    let mut toy = Toy::new();
    toy.set("DATABASE_URL", url);
    toy.run(&["generate", "--unverified"]).succeeds();
    toy
}

#[test]
fn malformed_and_empty_urls_are_errors_that_name_the_variable() {
    for (name, url) in [
        ("empty_url", ""),
        ("other_scheme", "mysql://u:s3cret@h/app"),
        ("malformed_url", "postgres://u:s3cret%zz@h/app"),
    ] {
        let ended = toy(url).run(&["migrate"]).exits_with(1);
        assert!(
            ended.stderr.contains("DATABASE_URL") && !ended.stderr.contains("s3cret"),
            "{}",
            ended.stderr
        );
        assert_snapshot!(name, ended);
    }
}

#[test]
fn server_that_is_not_there_is_an_error_without_the_password() {
    let ended = toy("postgres://ann:s3cret@127.0.0.1:1/app").run(&["migrate"]);
    assert_snapshot!("unreachable", ended);
}

#[tokio::test]
async fn database_that_is_not_there_is_an_error_that_names_setup() {
    let mut toy = Toy::with_database().await;
    toy.run(&["generate", "--unverified"]).succeeds();
    toy.set("DATABASE_URL", &format!("{}_missing", toy.url()));
    let ended = toy.run(&["migrate"]).exits_with(1);
    assert!(ended.stderr.contains("(SQLSTATE 3D000); create it (`cargo db setup` does)"), "{}", ended.stderr);
}

#[test]
fn under_a_production_variable_no_private_server_is_used() {
    let mut toy = Toy::new();
    toy.run(&["generate", "--unverified"]).succeeds();
    toy.set("NODE_ENV", "production");
    for command in ["migrate", "status", "seed", "url", "psql"] {
        let ended = toy.run(&[command]).exits_with(1);
        assert!(ended.stderr.contains("where no private server is used"), "{}", ended.stderr);
    }
    toy.set("TOY", "priority");
    let ended = toy.run(&["generate"]).exits_with(1);
    assert!(
        ended.stderr.contains("LEVITY_SCRATCH_URL") && ended.stderr.contains("--unverified"),
        "{}",
        ended.stderr
    );
    assert_eq!(toy.migrations().len(), 1);
    assert!(!toy.path().join(".levity").exists());
}

#[test]
fn url_is_masked_unless_it_is_asked_for() {
    let toy = toy("postgres://ann:s3cret@localhost:1/app?sslmode=disable");
    let masked = toy.run(&["url"]).succeeds();
    assert_eq!(masked.stdout, "postgres://ann:***@localhost:1/app?sslmode=disable\n");
    assert!(!masked.stderr.contains("s3cret"));
    let revealed = toy.run(&["url", "--reveal"]).succeeds();
    assert_eq!(revealed.stdout, "postgres://ann:s3cret@localhost:1/app?sslmode=disable\n");
}

#[test]
fn psql_gets_the_password_in_its_environment_and_not_in_its_arguments() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let mut toy = toy(r"host=/run/a\'b port=1 user=ann password='s3 cret' dbname=app");
    let programs = toy.path().join("programs");
    fs::create_dir(&programs).unwrap();
    let psql = programs.join("psql");
    fs::write(&psql, "#!/bin/sh\necho \"$PGPASSWORD, $PGOPTIONS\"\nprintf '%s\\n' \"$@\"\n").unwrap();
    fs::set_permissions(&psql, fs::Permissions::from_mode(0o755)).unwrap();
    toy.set("PATH", &format!("{}:/usr/bin:/bin", programs.display()));
    toy.set("PGOPTIONS", "-c role=other");
    let ended = toy.run(&["psql", "--", "-c", "select 1"]).succeeds();
    assert_snapshot!("psql", ended.stdout);
}
