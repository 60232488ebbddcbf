//! What keeps data from being deleted. Every test proves that not a row was lost.

use insta::assert_snapshot;

use crate::support::{Ended, Toy, on_the_server, url_of};

/// Runs a command that must refuse, and looks at the rows.
async fn refused(toy: &Toy, arguments: &[&str]) -> Ended {
    let ended = toy.run(arguments).exits_with(3);
    assert_eq!(toy.rows().await, 4, "{arguments:?}");
    let status = toy.run(&["status", "--json"]).succeeds().json();
    assert_eq!(status["applied"].as_array().unwrap().len(), 1);
    ended
}

#[tokio::test]
async fn production_variable_refuses() {
    let mut toy = Toy::seeded().await;
    for (variable, value) in [("NODE_ENV", "production"), ("APP_ENV", " Production ")] {
        toy.set(variable, value);
        for command in [&["reset", "--yes"][..], &["nuke", "--yes"], &["push", "--yes"], &["setup"]] {
            let ended = refused(&toy, command).await;
            assert!(ended.stderr.contains(&format!("`{variable}` is `production`")), "{}", ended.stderr);
        }
        refused(&toy, &["mark", "disposable", "--yes"]).await;
        toy.unset(variable);
    }
    toy.run(&["reset", "--yes"]).succeeds();
}

#[tokio::test]
async fn database_without_a_mark_refuses_whatever_the_variables_say() {
    let mut toy = Toy::seeded().await;
    toy.execute("DELETE FROM levity.marker").await;
    toy.set("NODE_ENV", "development");
    toy.set("APP_ENV", "test");
    assert_snapshot!("reset_unmarked", refused(&toy, &["reset", "--yes"]).await);
    assert_snapshot!("nuke_unmarked", refused(&toy, &["nuke", "--yes"]).await);
}

#[tokio::test]
async fn database_that_is_marked_as_production_refuses() {
    let toy = Toy::seeded().await;
    toy.run(&["mark", "production"]).succeeds();
    for command in ["reset", "nuke", "push"] {
        let ended = refused(&toy, &[command, "--yes"]).await;
        assert!(ended.stderr.contains("marked as production"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn copy_of_a_disposable_database_refuses() {
    let mut toy = Toy::seeded().await;
    let copy = format!("{}_copy", toy.database_name());
    on_the_server(&format!("CREATE DATABASE {copy} TEMPLATE {}", toy.database_name())).await;
    toy.set("DATABASE_URL", &url_of(&copy));
    for command in ["reset", "nuke"] {
        let ended = refused(&toy, &[command, "--yes"]).await;
        assert!(ended.stderr.contains("the mark of another one"), "{}", ended.stderr);
    }
    on_the_server(&format!("DROP DATABASE {copy} WITH (FORCE)")).await;
}

#[tokio::test]
async fn word_in_the_url_refuses_nuke() {
    let mut toy = Toy::seeded().await;
    let url = toy.url().to_owned();
    for (word, parameter) in
        [("prod", "PrOduct"), (".com", "a%2Ecom"), ("rds.amazonaws", "x.rds.amazonaws.y")]
    {
        toy.set("DATABASE_URL", &format!("{url}?application_name={parameter}"));
        let ended = refused(&toy, &["nuke", "--yes"]).await;
        assert!(ended.stderr.contains(&format!("contains `{word}`")), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn without_a_terminal_the_flag_is_named() {
    let toy = Toy::seeded().await;
    assert_snapshot!("reset_without_terminal", refused(&toy, &["reset"]).await);
    assert_snapshot!("nuke_without_terminal", refused(&toy, &["nuke"]).await);
    toy.run(&["mark", "production"]).succeeds();
    let ended = refused(&toy, &["mark", "disposable"]).await;
    assert!(ended.stderr.contains("add `--yes`"), "{}", ended.stderr);
}

#[tokio::test]
async fn foreign_key_of_others_refuses() {
    let toy = Toy::seeded().await;
    toy.execute(
        "CREATE TABLE invoices (project_id bigint REFERENCES projects); INSERT INTO invoices VALUES (1)",
    )
    .await;
    for command in ["reset", "nuke"] {
        let ended = refused(&toy, &[command, "--yes"]).await;
        assert!(
            ended.stderr.contains("foreign key `invoices_project_id_fkey` of table `invoices`"),
            "{}",
            ended.stderr
        );
    }
    let invoices = toy.client().await.query("SELECT FROM invoices", &[]).await.unwrap();
    assert_eq!(invoices.len(), 1);
}

#[tokio::test]
async fn view_and_column_of_others_refuse_nuke() {
    let toy = Toy::seeded().await;
    toy.execute("CREATE VIEW open_tasks AS SELECT * FROM tasks; CREATE TABLE log (status task_status)").await;
    let ended = refused(&toy, &["nuke", "--yes"]).await;
    assert!(ended.stderr.contains("view open_tasks depends on table tasks"), "{}", ended.stderr);
    toy.execute("DROP VIEW open_tasks").await;
    let ended = refused(&toy, &["nuke", "--yes"]).await;
    assert!(
        ended.stderr.contains("column status of table log depends on type task_status"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn child_table_of_others_refuses() {
    let toy = Toy::seeded().await;
    toy.execute("CREATE TABLE archive () INHERITS (projects)").await;
    for command in ["reset", "nuke"] {
        let ended = refused(&toy, &[command, "--yes"]).await;
        assert!(ended.stderr.contains("table `archive`, which inherits from `projects`"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn migration_whose_files_are_gone_refuses() {
    let toy = Toy::seeded().await;
    let migration = toy.migration("init");
    let elsewhere = toy.path().join("elsewhere");
    std::fs::rename(&migration, &elsewhere).unwrap();
    for command in ["reset", "nuke"] {
        let ended = toy.run(&[command, "--yes"]).exits_with(3);
        assert!(ended.stderr.contains("restore its directory from version control"), "{}", ended.stderr);
    }
    assert_eq!(toy.rows().await, 4);
}

#[tokio::test]
async fn a_schema_that_makes_no_sense_is_refused_by_every_command_that_uses_it_with_its_place() {
    let mut toy = Toy::seeded().await;
    toy.set("TOY", "wrong");
    for command in [
        &["setup"][..],
        &["generate"],
        &["generate", "--check"],
        &["migrate"],
        &["status"],
        &["push", "--yes"],
        &["reset", "--yes"],
        &["nuke", "--yes"],
        &["seed"],
        &["mark", "disposable", "--yes"],
        &["verify"],
    ] {
        let ended = toy.run(command).exits_with(1);
        let problem = "table `tasks` has two columns `title` (crates/levity-cli/tests/toy/schema.rs:";
        assert!(ended.stderr.contains(problem), "{command:?}: {}", ended.stderr);
    }
    toy.run(&["url"]).exits_with(0);
    toy.unset("TOY");
    assert_eq!(toy.rows().await, 4);
}
