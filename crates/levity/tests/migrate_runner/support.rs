//! A database of its own and a directory of migrations for each test.

use std::{fs, path::Path};

use levity::{
    Config,
    migrate::{Applied, History, MigrateError, MigrateOptions, Migrator, Progress},
};
use levity_local::TestDatabase;
use tempfile::TempDir;
use tokio_postgres::Client;

pub(crate) struct Project {
    pub(crate) config: Config,
    pub(crate) options: MigrateOptions,
    directory: TempDir,
    database: TestDatabase,
}

impl Project {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::empty().await.unwrap();
        let config = Config::from_url(database.url()).unwrap();
        let directory = tempfile::tempdir().unwrap();
        Self { config, options: MigrateOptions::default(), directory, database }
    }

    /// A project with a line of migrations, each the child of the one before.
    pub(crate) async fn with(files: &[&str]) -> Self {
        let project = Self::new().await;
        let names = ["a", "b", "c", "d"];
        for (index, sql) in files.iter().enumerate() {
            let parents = if index == 0 { &[][..] } else { &names[index - 1..index] };
            project.write(names[index], parents, sql);
        }
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes migration `<timestamp>_<id>`.
    pub(crate) fn write(&self, id: &str, parents: &[&str], sql: &str) {
        let directory = self.path().join(tag(id));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("migration.sql"), sql).unwrap();
        let parents: Vec<_> = parents.iter().map(|parent| format!("{parent:?}")).collect();
        let head = format!("{{\"version\":1,\"id\":\"{id}\",\"parents\":[{}]}}\n", parents.join(","));
        fs::write(directory.join("snapshot.jsonl"), head).unwrap();
    }

    pub(crate) fn delete(&self, id: &str) {
        fs::remove_dir_all(self.path().join(tag(id))).unwrap();
    }

    pub(crate) fn migrator(&self) -> Migrator {
        let history = History::read(self.path()).unwrap();
        Migrator::new("shop", history).with_options(self.options.clone())
    }

    pub(crate) async fn run(&self) -> Result<Applied, MigrateError> {
        self.migrator().run(&self.config, &mut |_| ()).await
    }

    /// Runs, and returns what was reported as well.
    pub(crate) async fn watch(&self) -> (Result<Applied, MigrateError>, Vec<Progress>) {
        let mut seen = Vec::new();
        let result = self.migrator().run(&self.config, &mut |progress| seen.push(progress)).await;
        (result, seen)
    }

    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    pub(crate) fn database(&self) -> &str {
        self.database.name()
    }

    pub(crate) async fn client(&self) -> Client {
        self.config.connect().await.unwrap()
    }

    /// The first column of all rows, as text.
    pub(crate) async fn query(&self, sql: &str) -> Vec<String> {
        let messages = self.client().await.simple_query(sql).await.unwrap();
        messages
            .into_iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
                _ => None,
            })
            .collect()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.client().await.batch_execute(sql).await.unwrap();
    }

    /// Whether nobody has an advisory lock in this database.
    pub(crate) async fn is_unlocked(&self) -> bool {
        let sql = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                   WHERE d.datname = current_database() AND l.locktype = 'advisory'";
        self.query(sql).await == ["0"]
    }

    /// A role that exists for this test alone, named after its database.
    pub(crate) async fn role(&self, name: &str, attributes: &str) -> String {
        let role = format!("{}_{name}", self.database.name());
        self.execute(&format!("DROP ROLE IF EXISTS \"{role}\"; CREATE ROLE \"{role}\" {attributes}")).await;
        role
    }

    pub(crate) async fn drop_role(&self, role: &str) {
        self.execute(&format!("DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\"")).await;
    }
}

pub(crate) fn tag(id: &str) -> String {
    format!("20260101000000_{id}")
}

/// The stages on record: migration, stage, whether it is applied.
pub(crate) const STAGES: &str = "SELECT migration_id || stage || CASE WHEN applied_at IS NULL THEN ' started' ELSE '' END \
     FROM levity.history WHERE project = 'shop' ORDER BY 1";

pub(crate) fn statement(result: Result<Applied, MigrateError>) -> levity::migrate::StatementError {
    match result.unwrap_err() {
        MigrateError::Statement(error) => *error,
        error => panic!("{error}"),
    }
}
