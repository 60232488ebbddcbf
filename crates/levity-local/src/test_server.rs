//! The server that tests make their databases on.

use std::{
    collections::BTreeMap,
    env,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use crate::{Event, LocalError, Workspace, keeper::Keeper, url};

/// Every keeper of this process that is in use, by the URL it was made with.
static KEEPERS: Mutex<Vec<(String, Weak<Keeper>)>> = Mutex::new(Vec::new());
/// The servers of [`TestServer::of_major`] by version and that of [`TestServer::shared`], kept for the whole process.
static SHARED: Mutex<BTreeMap<Option<u32>, TestServer>> = Mutex::new(BTreeMap::new());

/// A server on which databases are made and dropped freely, under names of their own.
///
/// This process holds one connection to it for as long as the value or one of its databases lives; that
/// connection is how other processes know that the databases are in use.
#[derive(Debug, Clone)]
pub struct TestServer {
    keeper: Arc<Keeper>,
}

/// [`TestServer::shared`] for tests, which have nobody to report to.
pub fn test_server() -> Result<TestServer, LocalError> {
    TestServer::shared(&|_| ())
}

impl TestServer {
    /// The server for the tests of this process: the one that `LEVITY_TEST_URL` names, else the private one
    /// of the workspace that cargo is running.
    ///
    /// Blocks until the server runs, which takes a second or two the first time, and longer when PostgreSQL
    /// has to be fetched. Later calls return at once.
    pub fn shared(events: &dyn Fn(&Event)) -> Result<Self, LocalError> {
        Self::kept(None, || match env::var("LEVITY_TEST_URL").ok().filter(|url| !url.is_empty()) {
            Some(url) => Self::connect(&url, "`LEVITY_TEST_URL`"),
            None => Self::private(&Workspace::current()?, events),
        })
    }

    /// The private server of one major version, 15 to 18, in the workspace that cargo is running: for a test that is
    /// about versions, which can have several of them in one process.
    ///
    /// `LEVITY_PG_BIN` counts where it names this version. Else the version is searched for on this machine, and its
    /// [package](crate#packages) is fetched when it is not found; 15 has none. Blocks like [`shared`](Self::shared).
    pub fn of_major(major: u32, events: &dyn Fn(&Event)) -> Result<Self, LocalError> {
        Self::kept(Some(major), || Self::start(&Workspace::current()?, Some(major), events))
    }

    fn kept(
        major: Option<u32>,
        start: impl FnOnce() -> Result<Self, LocalError>,
    ) -> Result<Self, LocalError> {
        // One thread starts it, the others wait here. After a panic or an error the next one tries again.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.get(&major).filter(|server| !server.keeper.is_lost()) {
            return Ok(server.clone());
        }
        let server = start()?;
        shared.insert(major, server.clone());
        Ok(server)
    }

    /// The server that a URL names, for databases of this process. What it contains already is not touched,
    /// apart from leftovers of killed processes that used it in the same way.
    ///
    /// The URL has to lead to the server itself, not to a pooler, with a role that may create databases.
    pub fn at(url: &str) -> Result<Self, LocalError> {
        Self::connect(url, "the URL for temporary databases")
    }

    /// The private test server of a workspace, which all its test processes share. It is started by whoever
    /// needs it first, never syncs its files, and stops by itself some minutes after its last user has gone.
    pub fn private(workspace: &Workspace, events: &dyn Fn(&Event)) -> Result<Self, LocalError> {
        Self::start(workspace, None, events)
    }

    fn start(workspace: &Workspace, major: Option<u32>, events: &dyn Fn(&Event)) -> Result<Self, LocalError> {
        loop {
            let (server, _lock) = workspace.start_for_tests(major, events)?;
            let url = server.url("postgres");
            let config = url::parse(&url, "the private server's URL")?;
            if let Some(keeper) = Keeper::start(&config, &url, true)? {
                return Ok(Self { keeper: Arc::new(keeper) });
            }
            // It was just being stopped, by its watchdog or by command.
            workspace.wait_until_test_server_is_gone(&server)?;
        }
    }

    fn connect(url: &str, variable: &'static str) -> Result<Self, LocalError> {
        let mut keepers = KEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
        keepers.retain(|(_, keeper)| keeper.strong_count() > 0);
        if let Some(keeper) =
            keepers.iter().find(|(known, _)| known == url).and_then(|(_, keeper)| keeper.upgrade())
            && !keeper.is_lost()
        {
            return Ok(Self { keeper });
        }
        let config = url::parse(url, variable)?;
        let keeper =
            Keeper::start(&config, url, false)?.expect("only a private server can be on its way down");
        let keeper = Arc::new(keeper);
        keepers.push((url.to_owned(), Arc::downgrade(&keeper)));
        Ok(Self { keeper })
    }

    /// The URL of a database on this server, which may not exist yet.
    pub fn url(&self, database: &str) -> String {
        self.keeper.url(database)
    }

    pub(crate) fn keeper(&self) -> &Arc<Keeper> {
        &self.keeper
    }
}
