//! Creating a data directory and starting the server in it.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use crate::{
    Binaries, LocalError,
    layout::{Layout, Purpose, remove},
};

const LOG: &str = "server.log";
/// A log that has grown beyond this is set aside at the next start.
const LONGEST_LOG: u64 = 10_000_000;

/// Makes the data directory. It appears under its name when it is complete, so an interrupted attempt leaves
/// nothing that looks like data.
pub(crate) fn initialise(layout: &Layout, purpose: Purpose, binaries: &Binaries) -> Result<(), LocalError> {
    let data = layout.data(purpose, binaries.major);
    let mut unfinished = data.clone().into_os_string();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    remove(&unfinished)?;
    layout.server_directory(&unfinished)?;

    let mut command = layout.account().command(&binaries.program("initdb"), &unfinished);
    command.args(["-D", ".", "-U", "postgres", "--encoding=UTF8", "--no-instructions"]);
    // The files that a start passes are what counts; these rules hold when somebody starts the server by hand.
    command.args(["--auth-local=peer", "--auth-host=reject"]);
    command.args(locale(binaries.major));
    if purpose == Purpose::Tests {
        command.arg("--no-sync");
    }
    let output = command.output().map_err(|source| LocalError::Spawn {
        program: binaries.program("initdb").display().to_string(),
        source,
    })?;
    if !output.status.success() {
        remove(&unfinished)?;
        let text = String::from_utf8_lossy(&output.stderr);
        let directory = data;
        return Err(LocalError::Program { program: "initdb", directory, output: last_lines(&text) });
    }
    fs::rename(&unfinished, &data).map_err(LocalError::file("create", &data))?;
    File::open(layout.state())
        .and_then(|state| state.sync_all())
        .map_err(LocalError::file("save", layout.state()))
}

/// Text sorts by code point and case conversion knows Unicode, on every machine alike, where the version
/// allows that.
fn locale(major: u32) -> &'static [&'static str] {
    if major >= 17 {
        &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    } else if cfg!(target_os = "linux") {
        &["--locale=C.UTF-8"]
    } else {
        &["--locale=C"]
    }
}

/// Starts the server and waits until it accepts connections. It keeps `claim` open for as long as it runs.
pub(crate) fn start(
    layout: &Layout,
    purpose: Purpose,
    binaries: &Binaries,
    claim: File,
) -> Result<(), LocalError> {
    let data = layout.data(purpose, binaries.major);
    let socket = layout.socket(purpose, binaries.major);
    layout.server_directory(&socket)?;
    let options = options(layout, purpose, &socket)?;
    let log = data.join(LOG);
    if fs::metadata(&log).is_ok_and(|metadata| metadata.len() > LONGEST_LOG) {
        fs::rename(&log, data.join("server.log.old")).map_err(LocalError::file("rename", &log))?;
    }
    let before = fs::metadata(&log).map_or(0, |metadata| metadata.len());
    // The shell moves the claim away from standard input, which `pg_ctl` closes, to where the server inherits
    // it. `pg_ctl` gives the server a session of its own, so that no terminal's Ctrl-C reaches it. It
    // composes a shell command from its arguments; the data directory, which may have any name, is therefore
    // passed in the environment.
    let output = layout
        .account()
        .command(Path::new("/bin/sh"), &data)
        .stdin(claim)
        .env("PGDATA", ".")
        .args(["-c", "exec 9<&0 </dev/null; exec \"$@\"", "sh"])
        .arg(binaries.program("pg_ctl"))
        .args(["start", "--silent", "--wait", "--timeout=60", "-l", LOG, "-o"])
        .arg(&options)
        .output()
        .map_err(|source| LocalError::Spawn { program: "/bin/sh".to_owned(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let mut text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.push_str(&read_from(&log, before));
    Err(LocalError::Start { major: binaries.major, directory: data, log: last_lines(&text) })
}

/// Settings of the server, as options for the shell that `pg_ctl` uses. What they do not name is left to the
/// data directory's `postgresql.conf`.
fn options(layout: &Layout, purpose: Purpose, socket: &Path) -> Result<OsString, LocalError> {
    let rules = layout.state().join("pg_hba.conf");
    let names = layout.state().join("pg_ident.conf");
    // The kernel tells the server who connects: the two accounts that own it come in as the superuser,
    // without a secret that could leak or get lost. Roles that somebody creates come in with the password
    // they were given.
    write(&rules, "local all postgres peer map=levity\nlocal all all scram-sha-256\n")?;
    let account = layout.account();
    write(
        &names,
        &format!("levity \"{}\" postgres\nlevity \"{}\" postgres\n", account.name, account.client),
    )?;

    let mut options = OsString::new();
    let mut set = |name: &str, value: &[u8]| {
        let mut quoted = format!("-c {name}='").into_bytes();
        for byte in value {
            quoted.extend_from_slice(if *byte == b'\'' { br"'\''" } else { std::slice::from_ref(byte) });
        }
        quoted.extend_from_slice(b"' ");
        options.push(OsString::from_vec(quoted));
    };
    set("listen_addresses", b"");
    set("port", b"5432");
    set("unix_socket_directories", socket.as_os_str().as_bytes());
    set("hba_file", rules.as_os_str().as_bytes());
    set("ident_file", names.as_os_str().as_bytes());
    let settings: &[(&str, &str)] = match purpose {
        Purpose::Development => &[("fsync", "on")],
        Purpose::Tests => &[
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("checkpoint_timeout", "1h"),
            ("shared_buffers", "64MB"),
            ("max_connections", "500"),
            ("max_locks_per_transaction", "256"),
            ("timezone", "UTC"),
        ],
    };
    for (name, value) in settings {
        set(name, value.as_bytes());
    }
    Ok(options)
}

fn write(path: &Path, text: &str) -> Result<(), LocalError> {
    fs::write(path, text).map_err(LocalError::file("write", path))
}

fn read_from(path: &Path, offset: u64) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut file) = File::open(path)
        && file.seek(SeekFrom::Start(offset)).is_ok()
    {
        // What can be read is shown; the failure itself is reported either way.
        let _ = file.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The end of a program's output on one line.
fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(8)..].join("; ")
}
