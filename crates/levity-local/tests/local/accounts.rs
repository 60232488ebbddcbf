use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use levity_local::{LocalError, TestServer, Workspace};

use crate::support::{
    TestWorkspace, UserWorkspace, answer, failure, is_root, postmaster, query, short, state,
};

#[test]
fn server_runs_as_an_unprivileged_user_who_owns_its_data() {
    let here = TestWorkspace::new();
    let data = here.start().data_directory().to_owned();
    let process = fs::metadata(format!("/proc/{}", postmaster(&data).as_raw_nonzero())).unwrap();
    let owner = fs::metadata(&data).unwrap();
    assert_eq!(owner.uid(), process.uid());
    assert_eq!(owner.mode() & 0o077, 0);
    assert_ne!(process.uid(), 0);
    assert_eq!(data.parent().unwrap(), state(&here.path));
    // Root leaves nothing in the workspace that its owner could not remove.
    assert_eq!(here.path.join(".levity").exists(), !is_root());
}

#[test]
fn ordinary_user_has_everything_in_the_workspace() {
    let here = UserWorkspace::new();
    let url = answer(here.command("start"));
    assert!(url.contains(&format!("levity-{}-", UserWorkspace::user())), "{url}");
    assert!(fs::read_dir(here.path.join(".levity")).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        path.join("PG_VERSION").exists() && path.join("postmaster.pid").exists()
    }));
    assert_eq!(fs::read_to_string(here.path.join(".levity/.gitignore")).unwrap(), "*\n");
    assert_eq!(answer(here.command("existing")), format!("Some({url:?})"));
    assert_eq!(answer(here.command("stop")), "true");
    assert_eq!(answer(here.command("stop")), "false");
}

#[test]
fn data_keeps_its_owner() {
    let here = TestWorkspace::new();
    if is_root() {
        // As if the data had been made when this account was the only one.
        let state = state(&here.path);
        fs::create_dir(&state).unwrap();
        fs::create_dir(state.join("postgresql-14")).unwrap();
        std::os::unix::fs::chown(state.join("postgresql-14"), Some(65534), Some(65534)).unwrap();
    }
    let workspace = Workspace::new(&here.path).unwrap();
    TestServer::private(&workspace, &|_| ()).unwrap();
    let data = fs::read_dir(state(&here.path)).unwrap().map(|entry| entry.unwrap().path());
    for directory in data.filter(|path| path.join("PG_VERSION").exists()) {
        assert_eq!(fs::metadata(directory).unwrap().uid(), UserWorkspace::user());
    }
}

#[tokio::test]
async fn other_roles_need_their_password() {
    let here = TestWorkspace::new();
    let server = TestServer::private(&here.workspace, &|_| ()).unwrap();
    let url = server.url("postgres");
    query(&url, "CREATE ROLE guest LOGIN PASSWORD 'welcome'").await;
    query(&url.replace("postgres@", "guest:welcome@"), "SELECT 1").await;
    let wrong = crate::support::connect(&url.replace("postgres@", "guest:wrong@")).await;
    assert!(wrong.is_err());
}

#[test]
fn directory_that_somebody_else_prepared_is_refused() {
    let here = TestWorkspace::new();
    let user = rustix::process::geteuid().as_raw();
    let short = short(&here.path, user);

    fs::write(&short, "").unwrap();
    let error = here.workspace.start(&|_| ()).unwrap_err();
    assert!(matches!(&error, LocalError::Directory { path, .. } if *path == short), "{error}");
    fs::remove_file(&short).unwrap();

    fs::create_dir(&short).unwrap();
    fs::set_permissions(&short, fs::Permissions::from_mode(0o777)).unwrap();
    let error = here.workspace.start(&|_| ()).unwrap_err();
    assert!(error.to_string().contains("other users can write to it"), "{error}");
    if is_root() {
        fs::set_permissions(&short, fs::Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::chown(&short, Some(65534), None).unwrap();
        let error = here.workspace.start(&|_| ()).unwrap_err();
        assert!(error.to_string().contains("belongs to user id 65534 instead of 0"), "{error}");
    }
    fs::remove_dir_all(&short).unwrap();
}

#[test]
fn workspace_that_does_not_exist_is_named() {
    let error = Workspace::new("/nonexistent/workspace").unwrap_err();
    assert_eq!(error.to_string(), "could not find the workspace `/nonexistent/workspace`");
}

#[test]
fn workspace_that_cannot_be_written_is_named_and_left_alone() {
    let here = UserWorkspace::new();
    fs::set_permissions(&here.path, fs::Permissions::from_mode(0o555)).unwrap();
    let error = failure(here.command("start"));
    assert!(error.contains("could not create") && error.contains("/.levity`"), "{error}");
    assert!(error.contains("Permission denied"), "{error}");
    assert_eq!(answer(here.command("existing")), "None");
    assert_eq!(answer(here.command("stop")), "false");
}
