use std::{
    fs,
    os::unix::fs::symlink,
    process::{Command, Stdio},
};

use crate::support::{UserWorkspace, answer, failure, finish};

/// A start with a packaged PostgreSQL, cached in the workspace.
fn packaged(here: &UserWorkspace, package: &str) -> Command {
    let mut command = here.command("start");
    command.env("LEVITY_PG_BIN", package).env("XDG_CACHE_HOME", here.path.join("cache"));
    command.env_remove("LEVITY_NO_DOWNLOAD");
    command
}

/// The names in the cache of packages, in order.
fn cache(here: &UserWorkspace) -> Vec<String> {
    let entries = fs::read_dir(here.path.join("cache/levity")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn unknown_package_is_refused_and_the_known_ones_are_named() {
    let here = UserWorkspace::new();
    let error = failure(packaged(&here, "packaged-14"));
    assert!(
        error.contains(
            "`LEVITY_PG_BIN` is `packaged-14`, which cannot be used: \
             the packages are `packaged-18`, `packaged-17`, `packaged-16`; set it to"
        ),
        "{error}"
    );
}

#[test]
fn download_can_be_switched_off() {
    let here = UserWorkspace::new();
    for (package, major) in [("packaged", 18), ("packaged-16", 16)] {
        let mut start = packaged(&here, package);
        start.env("LEVITY_NO_DOWNLOAD", "1");
        let error = failure(start);
        let expected = format!(
            "found no PostgreSQL {major} on this machine: downloads are switched off by `LEVITY_NO_DOWNLOAD`; \
             install it with "
        );
        assert!(error.contains(&expected), "{error}");
    }
    assert!(!here.path.join("cache").exists());
}

#[test]
fn machine_without_pip_is_told_how_to_install_postgresql() {
    let here = UserWorkspace::new();
    let programs = here.path.join("programs");
    fs::create_dir(&programs).unwrap();
    let id = ["/usr/bin/id", "/bin/id"].into_iter().find(|id| fs::exists(id).unwrap()).unwrap();
    symlink(id, programs.join("id")).unwrap();
    let mut start = packaged(&here, "packaged");
    start.env("PATH", programs);
    let error = failure(start);
    assert!(error.contains("there is no pip to download it with; install it with "), "{error}");
}

#[test]
fn package_with_another_checksum_is_refused_and_deleted() {
    let here = UserWorkspace::new();
    let index = here.path.join("index");
    fs::create_dir(&index).unwrap();
    // Made for one version of Python, which need not be the one that runs here.
    let wheel = "import sys, zipfile\n\
        wheel = zipfile.ZipFile(sys.argv[1] + '/pgserver-0.1.4-cp312-none-any.whl', 'w')\n\
        info = 'pgserver-0.1.4.dist-info/'\n\
        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: pgserver\\nVersion: 0.1.4\\n')\n\
        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: cp312-none-any\\n')\n\
        wheel.writestr(info + 'RECORD', '')\n\
        wheel.writestr('pgserver/pginstall/bin/postgres', '#!/bin/sh\\necho something else')\n\
        wheel.close()\n";
    let mut python = Command::new("python3");
    assert!(python.args(["-c", wheel]).arg(&index).status().unwrap().success());

    let mut start = packaged(&here, "packaged-16");
    start.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &index);
    let error = failure(start);
    assert!(error.contains("the downloaded `pgserver==0.1.4` is not the known one (sha256 "), "{error}");
    assert_eq!(cache(&here), ["postgresql-16.2.lock"]);
}

#[test]
#[ignore = "transfers 41 MB"]
fn processes_that_need_a_package_at_once_share_it() {
    let here = UserWorkspace::new();
    for major in [16, 17, 18] {
        let package = format!("packaged-{major}");
        let children = [(); 3].map(|()| packaged(&here, &package).stdin(Stdio::null()).spawn().unwrap());
        let urls = children.map(finish);
        let socket = format!("socket-{major}");
        assert!(urls.iter().all(|url| url.contains(&socket) && *url == urls[0]), "{urls:?}");
        let mut again = packaged(&here, &package);
        again.env("LEVITY_NO_DOWNLOAD", "1");
        assert_eq!(answer(again), urls[0]);
    }
    let packages = ["postgresql-16.2", "postgresql-17.10.0", "postgresql-18.6.3"];
    let expected: Vec<_> =
        packages.iter().flat_map(|package| [(*package).to_owned(), format!("{package}.lock")]).collect();
    assert_eq!(cache(&here), expected);
}
