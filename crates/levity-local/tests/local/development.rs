use std::{fs, thread};

use levity_local::{Event, TestServer};
use rustix::process::{Signal, kill_process};

use crate::support::{
    TestWorkspace, answer, command, failure, finish, postmaster, query, short, state, text,
};

#[tokio::test]
async fn data_outlives_the_server() {
    let here = TestWorkspace::new();
    assert!(here.workspace.running().unwrap().is_none());
    assert!(here.workspace.existing(&|_| ()).unwrap().is_none());

    let server = here.start();
    query(&server.url("postgres"), "CREATE TABLE kept AS SELECT 1").await;
    assert_eq!(text(&server.url("postgres"), "SHOW fsync").await, "on");
    assert_eq!(text(&server.url("postgres"), "SHOW listen_addresses").await, "");
    assert_eq!(text(&server.url("postgres"), "SHOW server_encoding").await, "UTF8");
    assert_eq!(here.workspace.running().unwrap().unwrap().url("x"), server.url("x"));

    assert!(here.workspace.stop(&|_| ()).unwrap());
    assert!(!here.workspace.stop(&|_| ()).unwrap());
    assert!(here.workspace.running().unwrap().is_none());
    let server = here.workspace.existing(&|_| ()).unwrap().unwrap();
    query(&server.url("postgres"), "SELECT FROM kept").await;
}

#[test]
fn start_reports_what_it_does_and_adopts_silently() {
    let here = TestWorkspace::new();
    let events = std::sync::Mutex::new(Vec::new());
    let record = |event: &Event| events.lock().unwrap().push(event.clone());
    let server = here.workspace.start(&record).unwrap();
    let (major, directory) = (server.major(), server.data_directory().to_owned());
    let expected =
        [Event::Initialising { major, directory: directory.clone() }, Event::Starting { major, directory }];
    assert_eq!(*events.lock().unwrap(), expected);

    here.workspace.start(&record).unwrap();
    assert_eq!(events.lock().unwrap().len(), expected.len());
}

#[tokio::test]
async fn killed_server_is_started_again_with_its_data() {
    let here = TestWorkspace::new();
    let server = here.start();
    query(&server.url("postgres"), "CREATE TABLE kept AS SELECT 1").await;
    kill_process(postmaster(server.data_directory()), Signal::KILL).unwrap();
    let server = here.start();
    query(&server.url("postgres"), "SELECT FROM kept").await;
}

#[test]
fn process_number_that_belongs_to_another_program_is_no_server() {
    let here = TestWorkspace::new();
    let server = here.start();
    let data = server.data_directory().to_owned();
    let file = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    here.workspace.stop(&|_| ()).unwrap();

    // The number of a living process: this one.
    let (_, rest) = file.split_once('\n').unwrap();
    fs::write(data.join("postmaster.pid"), format!("{}\n{rest}", std::process::id())).unwrap();
    assert!(here.workspace.running().unwrap().is_none());
    here.start();
}

#[tokio::test]
async fn threads_and_processes_that_start_at_once_share_one_server() {
    let here = TestWorkspace::new();
    let children = [(); 3].map(|()| command("start", &here.path).spawn().unwrap());
    let urls: Vec<String> = thread::scope(|scope| {
        let threads = [(); 3].map(|()| scope.spawn(|| here.start().url("postgres")));
        threads.map(|thread| thread.join().unwrap()).into()
    });
    for child in children {
        assert_eq!(finish(child), urls[0]);
    }
    assert!(urls.iter().all(|url| *url == urls[0]));
    query(&urls[0], "SELECT 1").await;
}

#[test]
fn server_outlives_the_process_that_started_it_and_keeps_no_pipe_open() {
    let here = TestWorkspace::new();
    // `output` returns when every process that inherited the pipes has closed them.
    let url = answer(command("start", &here.path));
    assert_eq!(here.workspace.running().unwrap().unwrap().url("postgres"), url);
}

#[test]
fn data_of_another_version_is_never_touched() {
    let here = TestWorkspace::new();
    let binaries = here.workspace.binaries(&|_| ()).unwrap();
    here.start();
    here.workspace.stop(&|_| ()).unwrap();
    let data = state(&here.path).join(format!("postgresql-{}", binaries.major()));
    let other = state(&here.path).join("postgresql-14");
    fs::rename(&data, &other).unwrap();

    let mut start = command("start", &here.path);
    start.env_remove("LEVITY_PG_BIN");
    let error = failure(start);
    assert!(
        error.contains("postgresql-14` was made by PostgreSQL 14, and the versions found here are"),
        "{error}"
    );
    assert!(!data.exists());

    // Whoever chooses a version gets data for it, beside the other.
    let mut start = command("start", &here.path);
    start.env("LEVITY_PG_BIN", binaries.directory());
    answer(start);
    assert!(data.join("PG_VERSION").exists() && other.join("PG_VERSION").exists());
}

#[test]
fn unusable_binaries_that_were_asked_for_are_named() {
    let here = TestWorkspace::new();
    let mut start = command("start", &here.path);
    start.env("LEVITY_PG_BIN", "/nonexistent/bin");
    let error = failure(start);
    assert!(error.contains("`LEVITY_PG_BIN` is `/nonexistent/bin`, which cannot be used"), "{error}");
}

#[tokio::test]
async fn client_settings_of_the_environment_are_ignored() {
    let here = TestWorkspace::new();
    let mut start = command("start", &here.path);
    let variables =
        ["PGHOST", "PGPORT", "PGDATA", "PGUSER", "PGOPTIONS", "PGDATABASE", "PGTZ", "LC_ALL", "TZ"];
    start.envs(variables.map(|name| (name, "/nonexistent")));
    let url = answer(start);
    assert_eq!(text(&url, "SHOW port").await, "5432");
}

#[tokio::test]
async fn any_name_of_a_workspace_will_do() {
    let long = vec!["long name of a directory ".repeat(8); 3].join("/");
    let endless = vec!["endless".repeat(30); 6].join("/");
    for name in ["with space, 'quotes\", $HOME; `ls` & ünïcödé 中", &long, &endless] {
        let here = TestWorkspace::named(name);
        let server = here.start();
        query(&server.url("postgres"), "SELECT 1").await;
        let socket = text(&server.url("postgres"), "SHOW unix_socket_directories").await;
        assert!(socket.len() + "/.s.PGSQL.5432".len() < 103, "{socket}");
        here.workspace.stop(&|_| ()).unwrap();
        here.workspace.existing(&|_| ()).unwrap().unwrap();
    }
}

#[tokio::test]
async fn removed_data_of_a_running_server_are_made_anew() {
    let here = TestWorkspace::new();
    let server = here.start();
    query(&server.url("postgres"), "CREATE TABLE gone AS SELECT 1").await;
    fs::remove_dir_all(server.data_directory()).unwrap();
    let server = here.start();
    assert_eq!(
        query(&server.url("postgres"), "SELECT FROM pg_tables WHERE tablename = 'gone'").await.len(),
        0
    );
}

#[test]
fn interrupted_initialisation_leaves_nothing_that_looks_like_data() {
    let here = TestWorkspace::new();
    let major = here.start().major();
    here.workspace.stop(&|_| ()).unwrap();
    let data = state(&here.path).join(format!("postgresql-{major}"));
    let unfinished = state(&here.path).join(format!("postgresql-{major}.unfinished"));
    fs::rename(&data, &unfinished).unwrap();
    fs::remove_file(unfinished.join("global/pg_control")).unwrap();

    assert!(here.workspace.existing(&|_| ()).unwrap().is_none());
    here.start();
    assert!(!unfinished.exists());
}

#[test]
fn failed_start_quotes_the_log_and_keeps_the_data() {
    let here = TestWorkspace::new();
    let data = here.start().data_directory().to_owned();
    here.workspace.stop(&|_| ()).unwrap();
    let configuration = fs::read_to_string(data.join("postgresql.conf")).unwrap();
    fs::write(data.join("postgresql.conf"), "work_mem = 'much'\n").unwrap();
    let error = here.workspace.start(&|_| ()).unwrap_err().to_string();
    assert!(error.contains("work_mem"), "{error}");
    fs::write(data.join("postgresql.conf"), configuration).unwrap();
    here.start();
}

#[test]
fn removing_leaves_nothing() {
    let here = TestWorkspace::new();
    here.start();
    TestServer::private(&here.workspace, &|_| ()).unwrap();
    here.workspace.remove(&|_| ()).unwrap();
    assert!(!state(&here.path).exists());
    assert!(!short(&here.path, rustix::process::geteuid().as_raw()).exists());
    assert!(here.workspace.existing(&|_| ()).unwrap().is_none());
}
