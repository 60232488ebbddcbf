//! The template of a proof: built once, whole or not at all, and not kept for ever.
//!
//! A migration that creates a role fails where it runs a second time: roles belong to the server, not to the database.

#[path = "prove/history.rs"]
mod history;

use std::pin::pin;

use levity::{Config, schema::Schema};
use levity_kit::{
    generate::custom,
    prove::{Parent, ProveError, prove},
};
use levity_local::{TestDatabase, test_server};
use tokio_postgres::Client;

use history::history;

const ORDERS: &str = "CREATE TABLE orders (id bigint);";

/// A role whose templates are its own business.
struct Owner {
    name: String,
    /// A server, as this role sees it.
    server: Config,
    /// The same one, as its superuser.
    client: Client,
    _database: TestDatabase,
}

impl Owner {
    async fn new() -> Self {
        let database = TestDatabase::empty().await.unwrap();
        let client = Config::from_url(database.url()).unwrap().connect().await.unwrap();
        let name = format!("owner_of_{}", database.name());
        client.batch_execute(&format!("CREATE ROLE {name} SUPERUSER LOGIN PASSWORD 'owner'")).await.unwrap();
        let url = test_server().unwrap().url("postgres");
        let separator = if url.contains('?') { '&' } else { '?' };
        let server = Config::from_url(&format!("{url}{separator}user={name}&password=owner")).unwrap();
        Self { name, server, client, _database: database }
    }

    /// A migration that can run once on the server.
    fn once(&self, number: u32) -> String {
        format!("CREATE ROLE {}_{number}; CREATE TABLE number_{number} (id bigint);", self.name)
    }

    async fn prove(&self, migrations: &[&str]) -> Result<(), ProveError> {
        let parent = Parent { history: &history(migrations), schema: &Schema::default() };
        let file = custom(&Schema::default(), "nothing").file;
        prove(&self.server, &parent, &Schema::default(), &file).await.map(drop)
    }

    /// The templates by age, the oldest first.
    async fn templates(&self) -> Vec<(u32, String)> {
        let sql = "SELECT d.oid, datname::text FROM pg_database d JOIN pg_roles r ON r.oid = datdba \
                   WHERE rolname = $1 AND datname LIKE 'levity\\_parent\\_%' ORDER BY d.oid";
        let rows = self.client.query(sql, &[&self.name]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    async fn scratch_databases(&self) -> i64 {
        let sql = "SELECT count(*) FROM pg_database d JOIN pg_roles r ON r.oid = datdba \
                   WHERE rolname = $1 AND datname LIKE 'levity\\_scratch\\_%'";
        self.client.query_one(sql, &[&self.name]).await.unwrap().get(0)
    }

    /// Drops what a test has left on the server.
    async fn drop(self) {
        for (_, template) in self.templates().await {
            self.client.batch_execute(&format!("DROP DATABASE {template}")).await.unwrap();
        }
        let roles = "SELECT rolname::text FROM pg_roles WHERE rolname LIKE $1 || '%'";
        for row in self.client.query(roles, &[&self.name]).await.unwrap() {
            let name: &str = row.get(0);
            self.client.batch_execute(&format!("DROP ROLE {name}")).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_second_proof_does_not_replay_the_history() {
    let owner = Owner::new().await;
    let (first, second) = (owner.once(1), owner.once(2));
    owner.prove(&[ORDERS, &first]).await.unwrap();
    let templates = owner.templates().await;
    assert_eq!(templates.len(), 1);
    owner.prove(&[ORDERS, &first]).await.unwrap();
    assert_eq!(owner.templates().await, templates);

    // A migration more: only that one runs.
    owner.prove(&[ORDERS, &first, &second]).await.unwrap();
    let more = owner.templates().await;
    assert_eq!((more.len(), &more[0]), (2, &templates[0]));

    // Another migration in its place: the whole history runs.
    let error = owner.prove(&[ORDERS, &format!("{first}\nSELECT 1;")]).await.unwrap_err();
    assert!(matches!(error, ProveError::Replay { .. }), "{error}");
    assert_eq!(owner.templates().await, more);
    assert_eq!(owner.scratch_databases().await, 0);
    owner.drop().await;
}

#[tokio::test]
async fn a_history_that_fails_leaves_no_template() {
    let owner = Owner::new().await;
    for _ in 0..2 {
        let error = owner.prove(&[ORDERS, "SELECT 1 / 0"]).await.unwrap_err();
        assert!(matches!(error, ProveError::Replay { .. }), "{error}");
        assert_eq!((owner.templates().await, owner.scratch_databases().await), (Vec::new(), 0));
    }
    owner.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proofs_that_start_at_once_share_one_template() {
    let owner = Owner::new().await;
    let prove = || owner.prove(&[ORDERS, "CREATE TABLE others (id bigint);"]);
    let (a, b, c) = tokio::join!(prove(), prove(), prove());
    for result in [a, b, c] {
        result.unwrap();
    }
    assert_eq!((owner.templates().await.len(), owner.scratch_databases().await), (1, 0));
    owner.drop().await;
}

/// The name is free when the second one asks, and taken when it writes.
#[tokio::test]
async fn a_template_that_another_proof_completes_meanwhile_is_the_template() {
    let owner = Owner::new().await;
    owner.prove(&[ORDERS]).await.unwrap();
    let (_, name) = owner.templates().await.pop().unwrap();
    let other = format!("{}_other", owner.name);
    owner.client.batch_execute(&format!("ALTER DATABASE {name} RENAME TO {other}")).await.unwrap();

    owner.client.batch_execute(&format!("BEGIN; ALTER DATABASE {other} RENAME TO {name}")).await.unwrap();
    let waits = async {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock' \
                       AND query LIKE 'ALTER DATABASE % RENAME %'";
        while owner.client.query_one(waiting, &[&owner.name]).await.unwrap().get::<_, i64>(0) == 0 {
            owner.client.batch_execute("SELECT pg_stat_clear_snapshot()").await.unwrap();
        }
    };
    let migrations = [ORDERS];
    {
        let mut proof = pin!(owner.prove(&migrations));
        tokio::select! {
            result = &mut proof => panic!("the name was not waited for: {result:?}"),
            () = waits => owner.client.batch_execute("COMMIT").await.unwrap(),
        }
        proof.await.unwrap();
    }
    assert_eq!((owner.templates().await.len(), owner.scratch_databases().await), (1, 0));
    owner.drop().await;
}

#[tokio::test]
async fn templates_are_dropped_when_nobody_uses_them() {
    let owner = Owner::new().await;
    let name = |number: u32| format!("levity_parent_{number:032x}");
    for number in 0..11 {
        // The first one a week and a second ago, the others after each other.
        let seconds = if number == 0 { 7 * 24 * 3600 + 1 } else { 100 - number };
        let (name, role) = (name(number), &owner.name);
        owner.client.batch_execute(&format!("CREATE DATABASE {name} OWNER {role}")).await.unwrap();
        let used = format!(
            "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE {name} IS %L', \
             'used ' || extract(epoch FROM now()) - {seconds}); END $$"
        );
        owner.client.batch_execute(&used).await.unwrap();
    }
    owner.prove(&[ORDERS]).await.unwrap();
    let left: Vec<String> = owner.templates().await.into_iter().map(|(_, name)| name).collect();
    assert_eq!((left.len(), &left[..9]), (10, &(2..11).map(name).collect::<Vec<_>>()[..]));
    owner.drop().await;
}
