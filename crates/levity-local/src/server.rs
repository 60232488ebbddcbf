//! The servers of a workspace: starting, adopting, stopping.

use std::{
    env,
    fs::File,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use crate::{
    Binaries, Event, LocalError,
    binaries::{self, Choice},
    cluster,
    layout::{Layout, Purpose, claim, remove},
    postmaster::Postmaster,
    url,
};

/// A directory that has private servers of its own: one for development, one for tests, for each major
/// version of PostgreSQL.
///
/// Every method blocks, a start for a second or more; call them from asynchronous code where that does no harm.
#[derive(Debug, Clone)]
pub struct Workspace {
    layout: Layout,
}

/// A running server for development. Dropping this value does not stop it.
#[derive(Debug, Clone)]
pub struct Server {
    data: PathBuf,
    socket: PathBuf,
    major: u32,
}

impl Workspace {
    /// The workspace at `path`, which has to exist. Nothing is created before a start.
    pub fn new(path: impl AsRef<Path>) -> Result<Self, LocalError> {
        Ok(Self { layout: Layout::new(path.as_ref())? })
    }

    /// The workspace that `path` is in: the nearest directory above it that has a `Cargo.lock`, else `path`
    /// itself.
    pub fn containing(path: impl AsRef<Path>) -> Result<Self, LocalError> {
        let path = path.as_ref();
        let path = path.canonicalize().map_err(LocalError::file("find", path))?;
        Self::new(path.ancestors().find(|directory| directory.join("Cargo.lock").is_file()).unwrap_or(&path))
    }

    /// The workspace of the package that cargo is running, else of the current directory.
    pub fn current() -> Result<Self, LocalError> {
        match env::var_os("CARGO_MANIFEST_DIR") {
            Some(directory) => Self::containing(PathBuf::from(directory)),
            None => Self::containing(env::current_dir().map_err(LocalError::file("find", "."))?),
        }
    }

    /// The development server: the running one, else started, in a data directory that is created when there
    /// is none.
    ///
    /// An existing data directory decides the version. `LEVITY_PG_BIN` decides over it; each version has its
    /// own data.
    pub fn start(&self, events: &dyn Fn(&Event)) -> Result<Server, LocalError> {
        self.layout.prepare()?;
        let _lock = self.layout.lock(events)?;
        match self.running()? {
            Some(server) => Ok(server),
            None => self.up(Purpose::Development, &self.binaries(events)?, events),
        }
    }

    /// The programs that [`start`](Self::start) would use; they are fetched when there are none.
    pub fn binaries(&self, events: &dyn Fn(&Event)) -> Result<Binaries, LocalError> {
        let majors = self.layout.majors(Purpose::Development)?;
        let fits = |binaries: &Binaries| majors.is_empty() || majors.contains(&binaries.major);
        let found = binaries::find(self.layout.account(), &fits, events)?;
        match (found.candidates.iter().find(|binaries| fits(binaries)), majors.first()) {
            (Some(binaries), _) => Ok(binaries.clone()),
            (None, Some(&major)) if !found.configured => {
                let found: Vec<_> =
                    found.candidates.iter().map(|binaries| binaries.major.to_string()).collect();
                let directory = self.layout.data(Purpose::Development, major);
                Err(LocalError::NoBinariesForData { directory, major, found: found.join(", ") })
            }
            (None, _) => Ok(found.candidates.into_iter().next().expect("a search finds something or fails")),
        }
    }

    /// The development server if it is running. Starts nothing, creates nothing.
    pub fn running(&self) -> Result<Option<Server>, LocalError> {
        for major in self.majors()? {
            if let Some(server) = self.adopt(Purpose::Development, major)? {
                return Ok(Some(server));
            }
        }
        Ok(None)
    }

    /// The development server if one was ever created here, started when it is not running. Creates no data.
    pub fn existing(&self, events: &dyn Fn(&Event)) -> Result<Option<Server>, LocalError> {
        if self.majors()?.is_empty() { Ok(None) } else { self.start(events).map(Some) }
    }

    /// Stops the development server and says whether there was one. Its connections are closed, its data is
    /// kept.
    pub fn stop(&self, events: &dyn Fn(&Event)) -> Result<bool, LocalError> {
        self.down(Purpose::Development, events)
    }

    /// Stops the test server and says whether there was one. Tests that use it at the moment fail.
    pub fn stop_test_server(&self, events: &dyn Fn(&Event)) -> Result<bool, LocalError> {
        self.down(Purpose::Tests, events)
    }

    /// Stops both servers and deletes the directories that this crate made for the workspace: `.levity` with
    /// **the development data**, and what is below the system's temporary directory.
    pub fn remove(&self, events: &dyn Fn(&Event)) -> Result<(), LocalError> {
        self.down(Purpose::Development, events)?;
        self.down(Purpose::Tests, events)?;
        self.layout.remove()
    }

    /// The test server of a version, or of the preferred one: the running one, else started, and the lock that keeps
    /// it from being stopped meanwhile.
    pub(crate) fn start_for_tests(
        &self,
        major: Option<u32>,
        events: &dyn Fn(&Event),
    ) -> Result<(Server, File), LocalError> {
        self.layout.prepare()?;
        let lock = self.layout.lock(events)?;
        let account = self.layout.account();
        let binaries = match major {
            Some(major) => binaries::find_major(account, major, events)?,
            None => binaries::find(account, &|_| true, events)?.candidates.swap_remove(0),
        };
        let server = self.up(Purpose::Tests, &binaries, events)?;
        Ok((server, lock))
    }

    /// Waits for the end of a server that is stopping.
    pub(crate) fn wait_until_test_server_is_gone(&self, server: &Server) -> Result<(), LocalError> {
        let data = self.layout.data(Purpose::Tests, server.major);
        Postmaster::find(&data)?.map_or(Ok(()), |postmaster| postmaster.wait_until_gone())
    }

    /// The versions that have development data here, newest first; of these only the one that `LEVITY_PG_BIN`
    /// asks for.
    fn majors(&self) -> Result<Vec<u32>, LocalError> {
        let mut majors = self.layout.majors(Purpose::Development)?;
        if !majors.is_empty()
            && let Some(choice) = Choice::read(self.layout.account())?
        {
            majors.retain(|major| *major == choice.major());
        }
        Ok(majors)
    }

    /// Adopts or starts, holding the lock.
    fn up(
        &self,
        purpose: Purpose,
        binaries: &Binaries,
        events: &dyn Fn(&Event),
    ) -> Result<Server, LocalError> {
        let major = binaries.major;
        if let Some(server) = self.adopt(purpose, major)? {
            return Ok(server);
        }
        let data = self.layout.data(purpose, major);
        let socket = self.layout.socket(purpose, major);
        Postmaster::end_orphan(&socket)?;
        let claim = claim(&data)?.ok_or_else(|| LocalError::InUse { directory: data.clone() })?;
        if purpose == Purpose::Tests && data.join("postmaster.pid").exists() {
            // It was killed, and it does not sync its files: whatever it had is not worth the doubt.
            remove(&data)?;
        }
        if !data.exists() {
            events(&Event::Initialising { major, directory: data.clone() });
            cluster::initialise(&self.layout, purpose, binaries)?;
        }
        events(&Event::Starting { major, directory: data.clone() });
        Postmaster::clear_stale(&data, &socket)?;
        cluster::start(&self.layout, purpose, binaries, claim)?;
        Ok(Server { data, socket, major })
    }

    fn adopt(&self, purpose: Purpose, major: u32) -> Result<Option<Server>, LocalError> {
        let data = self.layout.data(purpose, major);
        let Some(postmaster) = Postmaster::find(&data)? else { return Ok(None) };
        Ok(postmaster.wait_until_ready()?.map(|socket| Server { data, socket, major }))
    }

    fn down(&self, purpose: Purpose, events: &dyn Fn(&Event)) -> Result<bool, LocalError> {
        let majors = self.layout.majors(purpose)?;
        if majors.is_empty() {
            return Ok(false);
        }
        let _lock = self.layout.lock(events)?;
        let mut stopped = false;
        for major in majors {
            if let Some(postmaster) = Postmaster::find(&self.layout.data(purpose, major))? {
                postmaster.stop()?;
                stopped = true;
            }
        }
        Ok(stopped)
    }
}

impl Server {
    /// The URL of a database on this server, which may not exist yet. It holds no secret: the server knows
    /// its owner by the account that connects.
    pub fn url(&self, database: &str) -> String {
        let host = url::encode(self.socket.as_os_str().as_bytes());
        format!("postgresql://postgres@{host}/{}", url::encode(database.as_bytes()))
    }

    /// Major version of PostgreSQL.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Where the data is.
    pub fn data_directory(&self) -> &Path {
        &self.data
    }
}
