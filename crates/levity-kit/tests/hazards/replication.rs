//! Logical replication between two databases of a server that the tests have for themselves: the one that they share writes
//! no log that could be replicated.

use std::sync::atomic::{AtomicUsize, Ordering};

use levity::{Config, sql::quote_literal};
use levity_kit::generate::Generated;
use levity_local::{Server, Workspace};
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::{
    case::Case,
    scene::{apply, outcome},
};

pub(crate) struct Replication {
    workspace: Workspace,
    server: Server,
    pairs: AtomicUsize,
    _directory: TempDir,
}

impl Replication {
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path()).unwrap();
        let server = workspace.start(&|_| ()).unwrap();
        let client = connect(&server.url("postgres")).await;
        // The server would begin with one subscription every five seconds.
        let settings =
            ["wal_level = logical", "wal_retrieve_retry_interval = '10ms'", "synchronous_commit = off"];
        for setting in settings {
            client.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
        }
        drop(client);
        workspace.stop(&|_| ()).unwrap();
        let server = workspace.start(&|_| ()).unwrap();
        Self { workspace, server, pairs: AtomicUsize::new(0), _directory: directory }
    }

    /// The statements that a subscriber takes although it was migrated first.
    pub(crate) async fn problems(
        &self,
        case: &Case,
        generated: &Generated,
        statements: &[&str],
    ) -> Vec<String> {
        let mut problems = Vec::new();
        for statement in statements {
            let pair = Pair::new(self, case).await;
            apply(&pair.subscriber, &generated.file.stages).await.unwrap();
            let published = outcome(&pair.publisher, statement).await;
            assert!(!published.starts_with("error"), "{}: {published}", case.name);
            let mut stops = pair.stops(1).await;
            if !stops {
                apply(&pair.publisher, &generated.file.stages).await.unwrap();
                stops = outcome(&pair.publisher, statement).await.starts_with("error") || pair.stops(2).await;
            }
            if !stops {
                problems.push(format!("`{statement}` reaches the subscriber"));
            }
            pair.part().await;
        }
        problems
    }
}

impl Drop for Replication {
    fn drop(&mut self) {
        let _ = self.workspace.remove(&|_| ());
    }
}

/// Two databases with the previous schema of a case, of which one follows the other.
struct Pair {
    publisher: Client,
    subscriber: Client,
    name: String,
}

impl Pair {
    async fn new(replication: &Replication, case: &Case) -> Self {
        let number = replication.pairs.fetch_add(1, Ordering::Relaxed);
        let server = connect(&replication.server.url("postgres")).await;
        let mut clients = Vec::new();
        for role in ["publisher", "subscriber"] {
            let name = format!("{role}_{number}");
            server.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
            let client = connect(&replication.server.url(&name)).await;
            client.batch_execute(case.section("previous")).await.unwrap();
            client.batch_execute(case.section("rows")).await.unwrap();
            client.batch_execute("CREATE TABLE marker (number int PRIMARY KEY)").await.unwrap();
            clients.push(client);
        }
        let [publisher, subscriber] = <[Client; 2]>::try_from(clients).ok().unwrap();
        let name = format!("pair_{number}");
        publisher.batch_execute("CREATE PUBLICATION everything FOR ALL TABLES").await.unwrap();
        // On the same server, the subscription would wait for its own transaction to make this.
        let slot = format!("SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')");
        publisher.batch_execute(&slot).await.unwrap();
        let url = replication.server.url(&format!("publisher_{number}"));
        let subscribe = format!(
            "CREATE SUBSCRIPTION {name} CONNECTION {} PUBLICATION everything \
             WITH (create_slot = false, copy_data = false, disable_on_error = true)",
            quote_literal(&url)
        );
        subscriber.batch_execute(&subscribe).await.unwrap();
        Self { publisher, subscriber, name }
    }

    /// Whether the subscriber has stopped before it has got what is published now.
    async fn stops(&self, marker: i32) -> bool {
        self.publisher.execute("INSERT INTO marker VALUES ($1)", &[&marker]).await.unwrap();
        let sql = "SELECT (SELECT subenabled FROM pg_subscription WHERE subname = $1), \
                          EXISTS (SELECT FROM marker WHERE number = $2)";
        loop {
            let row = self.subscriber.query_one(sql, &[&self.name, &marker]).await.unwrap();
            match (row.get(0), row.get(1)) {
                (false, _) => return true,
                (true, true) => return false,
                (true, false) => {}
            }
        }
    }

    /// Makes room for the next pair.
    async fn part(self) {
        self.subscriber.batch_execute(&format!("DROP SUBSCRIPTION {}", self.name)).await.unwrap();
    }
}

async fn connect(url: &str) -> Client {
    Config::from_url(url).unwrap().connect().await.unwrap()
}
