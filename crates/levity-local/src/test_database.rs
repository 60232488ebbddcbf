//! Databases that live as long as a value.

use std::sync::Arc;

use crate::{
    LocalError, TestServer,
    keeper::Keeper,
    session::{connect, execute_unconnected},
    test_server, url,
};

/// A database of its own for one test or one piece of work, dropped with this value.
///
/// Dropping it closes every connection that is still open to it, also when a test panics, and blocks until
/// the server is done. What a killed process leaves behind is dropped by the next process that makes
/// databases on that server.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
    keeper: Arc<Keeper>,
}

impl TestDatabase {
    /// An empty database on the server of [`test_server`], which blocks while it is started.
    pub async fn empty() -> Result<Self, LocalError> {
        test_server()?.empty().await
    }

    /// An empty database on the server that `url` names; see [`TestServer::at`].
    pub async fn on(url: &str) -> Result<Self, LocalError> {
        TestServer::at(url)?.empty().await
    }

    /// An empty database on the server of one major version, 15 to 18; see [`TestServer::of_major`].
    pub async fn of_major(major: u32) -> Result<Self, LocalError> {
        TestServer::of_major(major, &|_| ())?.empty().await
    }

    /// Its URL, in the form that the server's was given in.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl TestServer {
    /// A new database without anything in it.
    pub async fn empty(&self) -> Result<TestDatabase, LocalError> {
        // `template0`, because somebody may have put things into `template1`.
        self.create("template0").await
    }

    /// A new copy of a template.
    pub(crate) async fn create(&self, template: &str) -> Result<TestDatabase, LocalError> {
        let keeper = Arc::clone(self.keeper());
        let name = keeper.next_name();
        // Without fsync, copying files is two to three times as fast as writing everything to the log (20 ms
        // instead of 50 for 9 MB). With fsync it is slower (120 ms, 90 ms), and its checkpoints trouble the
        // server's other users.
        let strategy = if keeper.is_private() { "FILE_COPY" } else { "WAL_LOG" };
        let statement =
            format!("CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY {strategy}");
        let work = {
            let keeper = Arc::clone(&keeper);
            async move {
                let client = connect(keeper.config(), "create a database").await?;
                let result = execute_unconnected(&client, &statement).await;
                result.map_err(|source| LocalError::Statement {
                    action: "create a database".to_owned(),
                    server: url::describe(keeper.config()),
                    source,
                })?;
                Ok(TestDatabase { url: keeper.url(&name), name, keeper })
            }
        };
        keeper.run(work).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.keeper.drop_database(&self.name);
    }
}
