//! Which files of a workspace's servers are where.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::ErrorKind,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use crate::{Event, LocalError, account::Account};

/// PostgreSQL cuts paths at 1,024 bytes; this leaves room for the longest name below a data directory.
const LONGEST_STATE_PATH: usize = 800;

/// How long a server that stops, or the processes of a killed one, may take to be gone.
const AFTERMATH: Duration = Duration::from_secs(30);

/// How long a wait may be that is not worth an event.
const NOTICEABLE: Duration = Duration::from_millis(300);

/// What a server is for. The two kinds never share data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The developer's database: safe against crashes, stopped by command.
    Development,
    /// Databases of tests: fast, expendable, stops by itself.
    Tests,
}

impl Purpose {
    fn suffix(self) -> &'static str {
        match self {
            Self::Development => "",
            Self::Tests => "-tests",
        }
    }
}

/// The directories of one workspace.
///
/// Data is in the workspace's `.levity`. When the server runs as another account (the caller is root), or
/// when the path is too long for PostgreSQL, it is in the short directory instead: one below the system's
/// persistent temporary directory, named after the user and a hash of the workspace. Sockets are always
/// there, because the address of a socket has about a hundred bytes.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    state: PathBuf,
    short: PathBuf,
    account: Account,
}

impl Layout {
    pub(crate) fn new(workspace: &Path) -> Result<Self, LocalError> {
        let workspace =
            fs::canonicalize(workspace).map_err(LocalError::file("find the workspace", workspace))?;
        let digest = Sha256::digest(workspace.as_os_str().as_bytes());
        let number = u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"));
        let user = rustix::process::geteuid().as_raw();
        let short = Path::new("/var/tmp").join(format!("levity-{user}-{number:016x}"));
        // Data keeps its owner, whatever accounts are added to the system later.
        let account = Account::find(owner_of_data(&short))?;
        let inside = workspace.join(".levity");
        let outside = account.is_other() || inside.as_os_str().len() > LONGEST_STATE_PATH;
        let state = if outside { short.clone() } else { inside };
        Ok(Self { state, short, account })
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    /// Where data directories and the lock are.
    pub(crate) fn state(&self) -> &Path {
        &self.state
    }

    /// The data directory of a major version.
    pub(crate) fn data(&self, purpose: Purpose, major: u32) -> PathBuf {
        self.state.join(format!("postgresql-{major}{}", purpose.suffix()))
    }

    /// The directory of the server's socket.
    pub(crate) fn socket(&self, purpose: Purpose, major: u32) -> PathBuf {
        self.short.join(format!("socket-{major}{}", purpose.suffix()))
    }

    /// Major versions that have a data directory, newest first.
    pub(crate) fn majors(&self, purpose: Purpose) -> Result<Vec<u32>, LocalError> {
        let entries = match fs::read_dir(&self.state) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(LocalError::file("read", &self.state)(error)),
        };
        let mut majors = Vec::new();
        for entry in entries {
            let name = entry.map_err(LocalError::file("read", &self.state))?.file_name();
            let major: Option<u32> = name.to_str().and_then(|name| {
                name.strip_prefix("postgresql-")?.strip_suffix(purpose.suffix())?.parse().ok()
            });
            majors.extend(major);
        }
        majors.sort_unstable_by(|a, b| b.cmp(a));
        Ok(majors)
    }

    /// Creates what is missing of the directories around data and sockets.
    pub(crate) fn prepare(&self) -> Result<(), LocalError> {
        // The account of the server has to pass through, and cannot list or create anything.
        let mode = if self.account.is_other() { 0o711 } else { 0o700 };
        private_directory(&self.short, rustix::process::geteuid().as_raw(), mode)?;
        if self.state != self.short {
            fs::create_dir_all(&self.state).map_err(LocalError::file("create", &self.state))?;
            let ignore = self.state.join(".gitignore");
            if !ignore.exists() {
                fs::write(&ignore, "*\n").map_err(LocalError::file("write", &ignore))?;
            }
        }
        Ok(())
    }

    /// Removes the directories of this workspace.
    pub(crate) fn remove(&self) -> Result<(), LocalError> {
        for directory in [&self.state, &self.short] {
            remove(directory)?;
        }
        Ok(())
    }

    /// Creates an empty directory that belongs to the server's account and that nobody else can enter.
    pub(crate) fn server_directory(&self, path: &Path) -> Result<(), LocalError> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => self.account.own(path)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(LocalError::file("create", path)(error)),
        }
        check_directory(path, self.account.user())
    }

    /// Takes the lock that keeps two processes from starting or stopping servers of one workspace at once. It
    /// is released when the file is dropped, and by the system when the process dies.
    pub(crate) fn lock(&self, events: &dyn Fn(&Event)) -> Result<File, LocalError> {
        let path = self.state.join("lock");
        let file = open_lock(&path)?;
        if !try_lock(&file, &path, NOTICEABLE)? {
            events(&Event::Waiting { lock: path.clone() });
            file.lock().map_err(LocalError::file("lock", path))?;
        }
        Ok(file)
    }
}

/// The user and group that own the data in the directory of root's servers.
fn owner_of_data(short: &Path) -> Option<(u32, u32)> {
    let entries = fs::read_dir(short).ok()?.filter_map(Result::ok);
    let mut data = entries.filter(|entry| entry.file_name().as_bytes().starts_with(b"postgresql-"));
    data.find_map(|entry| {
        entry.metadata().ok().filter(fs::Metadata::is_dir).map(|data| (data.uid(), data.gid()))
    })
}

/// The lock that a running server holds on its data directory, for this process to take and hand to a new
/// server. It outlives the server's main process as long as any of its processes does, and holds across
/// containers, where process numbers mean nothing. `None`: some server still has it.
pub(crate) fn claim(data: &Path) -> Result<Option<File>, LocalError> {
    let path = data.with_extension("lock");
    let file = open_lock(&path)?;
    Ok(try_lock(&file, &path, AFTERMATH)?.then_some(file))
}

/// Tries for some time. A child process that another thread is just starting can hold a copy of a lock for a
/// moment, so even a lock that nobody uses any more may have to be waited for.
fn try_lock(file: &File, path: &Path, patience: Duration) -> Result<bool, LocalError> {
    let deadline = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => return Ok(false),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(error)) => return Err(LocalError::file("lock", path)(error)),
        }
    }
}

fn open_lock(path: &Path) -> Result<File, LocalError> {
    let file = File::options().create(true).truncate(false).read(true).write(true).open(path);
    file.map_err(LocalError::file("open", path))
}

/// Removes a directory that may not be there.
pub(crate) fn remove(directory: &Path) -> Result<(), LocalError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(LocalError::file("remove", directory)(error))
        }
        _ => Ok(()),
    }
}

/// Everybody may create names below the system's temporary directory, so an existing directory is used only
/// if it is ours.
fn private_directory(path: &Path, owner: u32, mode: u32) -> Result<(), LocalError> {
    match DirBuilder::new().mode(mode).create(path) {
        Ok(()) => {
            // The mode of a new directory is cut by the umask.
            fs::set_permissions(path, fs::Permissions::from_mode(mode))
                .map_err(LocalError::file("set the permissions of", path))?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(LocalError::file("create", path)(error)),
    }
    check_directory(path, owner)
}

fn check_directory(path: &Path, owner: u32) -> Result<(), LocalError> {
    let metadata = fs::symlink_metadata(path).map_err(LocalError::file("read", path))?;
    let reason = if !metadata.is_dir() {
        "it is not a directory; remove it".to_owned()
    } else if metadata.uid() != owner {
        format!("it belongs to user id {} instead of {owner}; remove it", metadata.uid())
    } else if metadata.mode() & 0o022 != 0 {
        "other users can write to it; remove it, or take that permission away".to_owned()
    } else {
        return Ok(());
    };
    Err(LocalError::Directory { path: path.to_owned(), reason })
}
