//! The running server of a data directory, as its `postmaster.pid` tells.

use std::{
    fs,
    io::{self, ErrorKind, Read, Write},
    os::unix::{fs::MetadataExt, net::UnixStream},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process},
};

use crate::LocalError;

/// How long a server may take to come up after a crash, or to stop.
const PATIENCE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// The main process of a running server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Postmaster {
    data: PathBuf,
    pid: Pid,
    socket_directory: Option<PathBuf>,
    ready: bool,
}

impl Postmaster {
    /// The server that runs in `data`, if one does. A `postmaster.pid` that a killed server left behind is no
    /// server.
    pub(crate) fn find(data: &Path) -> Result<Option<Self>, LocalError> {
        let path = data.join("postmaster.pid");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(LocalError::file("read", path)(error)),
        };
        let mut lines = text.lines();
        let pid = lines.next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
        let Some(pid) = pid.filter(|pid| serves(*pid, data)) else { return Ok(None) };
        // Lines: process, data directory, start time, port, socket directory, listen address, shared memory,
        // status.
        let socket_directory = lines.nth(3).filter(|line| !line.is_empty()).map(PathBuf::from);
        let ready = lines.nth(2).is_some_and(|line| line.trim_end() == "ready");
        Ok(Some(Self { data: data.to_owned(), pid, socket_directory, ready }))
    }

    /// Removes what a server that is gone left behind. The numbers in these files may belong to some other
    /// program of the same user by now: PostgreSQL cannot tell and would refuse to start.
    pub(crate) fn clear_stale(data: &Path, socket: &Path) -> Result<(), LocalError> {
        let files = [data.join("postmaster.pid"), socket.join(SOCKET), socket.join(format!("{SOCKET}.lock"))];
        for path in files {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(LocalError::file("remove", path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Ends a server that still has the socket after its data directory was removed. It would notice within a
    /// minute, and until then no other could have the socket.
    pub(crate) fn end_orphan(socket: &Path) -> Result<(), LocalError> {
        let path = socket.join(format!("{SOCKET}.lock"));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(LocalError::file("read", path)(error)),
        };
        let Some(pid) = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw)
        else {
            return Ok(());
        };
        let deadline = Instant::now() + PATIENCE;
        while is_orphan(pid) && Instant::now() < deadline {
            // Not being allowed to means that the number belongs to somebody else.
            if kill_process(pid, Signal::QUIT).is_err() {
                break;
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// Waits until the server accepts connections and gives the directory of its socket. `None`: it went away
    /// instead.
    pub(crate) fn wait_until_ready(mut self) -> Result<Option<PathBuf>, LocalError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if self.ready
                && let Some(directory) = &self.socket_directory
                && answers(&directory.join(SOCKET)).is_ok()
            {
                return Ok(Some(directory.clone()));
            }
            if Instant::now() > deadline {
                return Err(self.unresponsive("does not accept connections; end it and try again"));
            }
            thread::sleep(POLL);
            match Self::find(&self.data)? {
                Some(postmaster) => self = postmaster,
                None => return Ok(None),
            }
        }
    }

    /// Asks the server to close its connections and stop, and waits until it has.
    pub(crate) fn stop(&self) -> Result<(), LocalError> {
        match kill_process(self.pid, Signal::INT) {
            Ok(()) | Err(Errno::SRCH) => self.wait_until_gone(),
            Err(_) => Err(self.unresponsive("belongs to another user, who has to stop it")),
        }
    }

    /// Waits for the end of a server that is stopping.
    pub(crate) fn wait_until_gone(&self) -> Result<(), LocalError> {
        let deadline = Instant::now() + PATIENCE;
        while Self::find(&self.data)?.is_some_and(|now| now.pid == self.pid) {
            if Instant::now() > deadline {
                return Err(self.unresponsive("does not stop; end it and try again"));
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    fn unresponsive(&self, problem: &'static str) -> LocalError {
        LocalError::Unresponsive { directory: self.data.clone(), pid: self.pid(), problem }
    }
}

/// Name of the socket of a server on the default port.
pub(crate) const SOCKET: &str = ".s.PGSQL.5432";

/// Asks the server whether it speaks TLS, which it says before it knows who asks. A socket that accepts is
/// not enough: that of a server which was killed just now still does.
fn answers(socket: &Path) -> io::Result<()> {
    const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(&TLS_REQUEST)?;
    stream.read_exact(&mut [0])
}

/// Whether `pid` is a process whose working directory is `data`, as that of every server process is. Numbers
/// are used again, for example after a reboot, so being alive is not enough.
fn serves(pid: Pid, data: &Path) -> bool {
    if !Path::new("/proc/self").exists() {
        // Without a process file system, the program has to do.
        return is_postgres(pid);
    }
    // A zombie has no working directory any more.
    let cwd = format!("/proc/{}/cwd", pid.as_raw_nonzero());
    match (fs::metadata(cwd), fs::metadata(data)) {
        (Ok(cwd), Ok(data)) => (cwd.dev(), cwd.ino()) == (data.dev(), data.ino()),
        _ => false,
    }
}

/// Whether `pid` is a server whose data directory is gone.
fn is_orphan(pid: Pid) -> bool {
    if !Path::new("/proc/self").exists() {
        return is_postgres(pid);
    }
    let link = |name| fs::read_link(format!("/proc/{}/{name}", pid.as_raw_nonzero())).unwrap_or_default();
    let (program, directory) = (link("exe"), link("cwd"));
    program.to_string_lossy().contains("/postgres") && directory.to_string_lossy().ends_with(" (deleted)")
}

/// Whether `pid` is a living process that runs PostgreSQL's server.
fn is_postgres(pid: Pid) -> bool {
    let output = Command::new("ps").args(["-o", "comm=", "-p", &pid.as_raw_nonzero().to_string()]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim_end().ends_with("postgres"))
}
