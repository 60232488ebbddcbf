use std::{env, iter, process::Command};

use crate::support::{TestWorkspace, answer, command, failure};

/// A process that has a database of each of these versions at once. It answers with what their servers say that
/// they are.
fn versions(here: &TestWorkspace, majors: &str) -> Command {
    let mut command = command(&format!("versions {majors}"), &here.path);
    command.env("CARGO_MANIFEST_DIR", &here.path);
    command
}

#[test]
fn version_that_is_asked_for_is_found_beside_the_configured_one() {
    let here = TestWorkspace::new();
    let installed = here.workspace.binaries(&|_| ()).unwrap();
    let major = installed.major().to_string();
    let path = env::var_os("PATH").unwrap();
    let path = iter::once(installed.directory().to_owned()).chain(env::split_paths(&path));

    let mut asked = versions(&here, &major);
    asked.env("PATH", env::join_paths(path).unwrap()).env("LEVITY_NO_DOWNLOAD", "1");
    asked.env("LEVITY_PG_BIN", if major == "17" { "packaged-16" } else { "packaged-17" });
    assert_eq!(answer(asked), major);
}

#[test]
fn version_that_is_not_supported_is_refused() {
    let here = TestWorkspace::new();
    let error = failure(versions(&here, "14"));
    assert!(error.contains("PostgreSQL 14 is not supported; ask for 15 to 18"), "{error}");
}

#[test]
#[ignore = "transfers 27 MB, once for the user"]
fn one_process_has_servers_of_every_version() {
    let here = TestWorkspace::new();
    let mut all = versions(&here, "15 16 17 18");
    all.env_remove("LEVITY_NO_DOWNLOAD");
    assert_eq!(answer(all), "15 16 17 18");
}
