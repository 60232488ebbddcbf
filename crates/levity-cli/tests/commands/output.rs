//! Help, JSON, colours, pipes.

use std::{fs, process::Stdio};

use insta::assert_snapshot;

use crate::support::Toy;

const COMMANDS: [&str; 13] = [
    "setup", "generate", "verify", "migrate", "status", "push", "reset", "nuke", "seed", "mark", "url",
    "psql", "stop",
];

#[test]
fn help_of_each_command_says_whether_it_is_safe_in_production_and_gives_an_example() {
    let toy = Toy::new();
    assert_snapshot!("help", toy.run(&["--help"]));
    for command in COMMANDS {
        let help = toy.run(&[command, "--help"]).succeeds().stdout;
        assert!(help.contains("Safe in production: "), "{help}");
        assert!(help.contains("Example") && help.contains(&format!("cargo db {command}")), "{help}");
    }
}

#[test]
fn wrong_command_line_exits_with_2() {
    let toy = Toy::new();
    toy.run(&["unknown"]).exits_with(2);
    toy.run(&["generate", "--rename", "tasks"]).exits_with(2);
    // Cargo would echo it, password included.
    toy.run(&["migrate", "--url", "postgres://u@h/d"]).exits_with(2);
    let json = toy.run(&["unknown", "--json"]).exits_with(2).json();
    assert_eq!(json["error"]["exit_code"], 2);
}

#[test]
fn wrong_command_line_is_explained_in_json_too() {
    let mut toy = Toy::new();
    toy.set("CLICOLOR_FORCE", "1");
    let json = toy.run(&["push", "--yes", "--wrong", "--json"]).exits_with(2).json();
    let message = json["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("unexpected argument '--wrong' found\n"), "{message}");
    assert!(message.contains("Usage: cargo db push [OPTIONS]"), "{message}");
    assert!(!message.contains('\x1b'), "{message}");
}

#[test]
fn wrong_command_line_is_answered_with_the_whole_usage() {
    let toy = Toy::new();
    let ended = toy.run(&["generate", "--check", "--name", "x"]).exits_with(2);
    assert!(ended.stderr.contains("\nUsage: cargo db generate [OPTIONS]\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn state_is_a_word_for_programs() {
    let mut toy = Toy::seeded().await;
    let state = |toy: &Toy, code| toy.run(&["status", "--json"]).exits_with(code).json()["state"].clone();
    assert_eq!(state(&toy, 0), "current");
    toy.set("TOY", "priority");
    assert_eq!(state(&toy, 4), "changed");
    toy.run(&["generate", "--unverified", "--name", "more"]).succeeds();
    assert_eq!(state(&toy, 4), "pending");
    fs::write(toy.migration("init").join("migration.sql"), "SELECT 1;\n").unwrap();
    assert_eq!(state(&toy, 1), "problem");
}

#[tokio::test]
async fn failures_of_each_command_are_json() {
    let toy = Toy::new();
    let message = |toy: &Toy, arguments: &[&str], code| {
        let ended = toy.run(&[arguments, &["--json"]].concat()).exits_with(code);
        let error = ended.json()["error"].clone();
        assert_eq!(error["exit_code"], code, "{arguments:?}");
        error["message"].as_str().unwrap().to_owned()
    };
    for arguments in [&["mark", "disposable", "--yes"][..], &["psql"], &["url"], &["migrate"]] {
        let said = message(&toy, arguments, 1);
        assert!(said.contains("there is no"), "{arguments:?}: {said}");
    }

    let mut toy = Toy::seeded().await;
    toy.run(&["mark", "production"]).succeeds();
    assert!(message(&toy, &["mark", "disposable"], 3).contains("add `--yes`"));
    toy.set("PATH", "");
    toy.set("APP_ENV", "production");
    assert!(message(&toy, &["psql"], 1).contains("found no `psql`"));

    fs::write(toy.path().join("psql"), "not a program").unwrap();
    let path = toy.path().display().to_string();
    toy.set("PATH", &path);
    assert!(message(&toy, &["psql"], 1).contains("cannot run `"));

    toy.set("CARGO_MANIFEST_DIR", "nowhere");
    assert!(message(&toy, &["stop"], 1).contains("nowhere"));
    toy.set("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    assert!(message(&toy, &["mark", "production"], 1).contains("127.0.0.1:1"));
}

#[tokio::test]
async fn json_is_one_document_on_stdout() {
    let mut toy = Toy::with_database().await;
    let generated = toy.run(&["generate", "--json"]).succeeds().json();
    assert_eq!(generated["written"]["verified"], true);
    assert_eq!(generated["changes"][1], "create table `projects`");
    let plan = toy.run(&["migrate", "--dry-run", "--json"]).succeeds().json();
    assert_eq!(plan["plan"][0]["stage"], 1);
    let setup = toy.run(&["setup", "--json"]).succeeds().json();
    assert_eq!(setup["target"]["database"], "<database>");
    assert_eq!(setup["seeds"][0]["created"], 4);
    assert_eq!(setup["showcase"]["nodes"][0]["label"], "project garden");
    assert_eq!(toy.run(&["migrate", "--json"]).succeeds().json()["applied"], serde_json::json!([]));
    assert_eq!(toy.run(&["seed", "--json"]).succeeds().json()["seeds"][0]["unchanged"], 2);
    assert_eq!(toy.run(&["mark", "disposable", "--yes", "--json"]).succeeds().json()["changed"], true);
    assert_eq!(toy.run(&["push", "--json"]).succeeds().json()["changes"], serde_json::json!([]));
    assert_eq!(toy.run(&["reset", "--yes", "--json"]).succeeds().json()["deleted"][0]["rows"], 2);
    assert_eq!(toy.run(&["nuke", "--yes", "--json"]).succeeds().json()["forgotten_stages"], 1);
    assert_eq!(toy.run(&["status", "--json"]).exits_with(4).json()["pending"][0]["stages"], 1);
    assert_eq!(toy.run(&["stop", "--json"]).succeeds().json()["stopped"], false);
    toy.set("TOY", "priority");
    let check = toy.run(&["generate", "--check", "--json"]).exits_with(4).json();
    assert_eq!(check["changes"][0], "add column `tasks.priority`");
    toy.set("NODE_ENV", "production");
    let refused = toy.run(&["nuke", "--yes", "--json"]).exits_with(3);
    assert_eq!(refused.json()["error"]["exit_code"], 3);
}

#[tokio::test]
async fn colours_are_for_terminals_and_for_who_asks() {
    let mut toy = Toy::seeded().await;
    let plain = |toy: &Toy| {
        let ended = toy.run(&["setup"]).succeeds();
        !ended.stdout.contains('\x1b') && !ended.stderr.contains('\x1b')
    };
    assert!(plain(&toy));
    toy.set("CLICOLOR_FORCE", "1");
    assert!(!plain(&toy));
    toy.set("NO_COLOR", "1");
    toy.unset("CLICOLOR_FORCE");
    assert!(plain(&toy));
}

#[tokio::test]
async fn tree_is_ascii_where_the_locale_is() {
    let mut toy = Toy::seeded().await;
    toy.set("LANG", "C");
    let ended = toy.run(&["setup"]).succeeds();
    assert!(ended.stdout.contains("`- task  open") && ended.stdout.is_ascii(), "{}", ended.stdout);
}

#[tokio::test]
async fn reader_that_goes_away_is_no_failure() {
    let toy = Toy::seeded().await;
    for command in [&["status"][..], &["--help"], &["setup", "--json"]] {
        let mut child = toy.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(!String::from_utf8(output.stderr).unwrap().contains("panicked"));
    }
}
