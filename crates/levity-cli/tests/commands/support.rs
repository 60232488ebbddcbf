use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use levity::Config;
use levity_local::{TestDatabase, Workspace, test_server};
use tempfile::TempDir;
use tokio_postgres::Client;

/// A project in a directory of its own, and the environment of its commands.
pub(crate) struct Toy {
    directory: TempDir,
    database: Option<TestDatabase>,
    variables: BTreeMap<String, String>,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Toy {
    /// A project without a database.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // What makes it a workspace.
        fs::write(directory.path().join("Cargo.lock"), "").unwrap();
        let mut variables = BTreeMap::from([("LANG".to_owned(), "C.UTF-8".to_owned())]);
        for name in ["PATH", "HOME", "LEVITY_PG_BIN", "LEVITY_NO_DOWNLOAD"] {
            variables.extend(std::env::var(name).ok().map(|value| (name.to_owned(), value)));
        }
        Self { directory, database: None, variables }
    }

    /// A project whose `DATABASE_URL` is an empty database.
    pub(crate) async fn with_database() -> Self {
        let mut toy = Self::new();
        let server = test_server().unwrap();
        let database = server.empty().await.unwrap();
        toy.set("DATABASE_URL", database.url());
        toy.set("LEVITY_SCRATCH_URL", &server.url("postgres"));
        toy.database = Some(database);
        toy
    }

    /// A project with its first migration, and a database that is marked as disposable, migrated and seeded.
    pub(crate) async fn seeded() -> Self {
        let toy = Self::with_database().await;
        toy.run(&["generate", "--unverified"]).succeeds();
        toy.run(&["setup"]).succeeds();
        toy.run(&["mark", "disposable", "--yes"]).succeeds();
        toy
    }

    pub(crate) fn set(&mut self, variable: &str, value: &str) {
        self.variables.insert(variable.to_owned(), value.to_owned());
    }

    pub(crate) fn unset(&mut self, variable: &str) {
        self.variables.remove(variable);
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The names of the migrations' directories.
    pub(crate) fn migrations(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path().join("migrations")) else { return Vec::new() };
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The directory of the migration of this name.
    pub(crate) fn migration(&self, name: &str) -> PathBuf {
        let suffix = format!("_{name}");
        let tag = self.migrations().into_iter().find(|tag| tag.ends_with(&suffix));
        self.path().join("migrations").join(tag.unwrap())
    }

    /// Writes a migration whose hazards are accepted, whatever they are.
    #[track_caller]
    pub(crate) fn generate(&self, arguments: &[&str]) {
        let refused = self.run(&[&["generate", "--json"], arguments].concat()).exits_with(3).json();
        let mut kinds: Vec<&str> = refused["error"]["hazards"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hazard| hazard["kind"].as_str().unwrap())
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        let accept = format!("{}=for the test", kinds.join(","));
        self.run(&[&["generate", "--accept", &accept], arguments].concat()).succeeds();
    }

    /// The SQL of the migration of this name.
    pub(crate) fn sql(&self, name: &str) -> String {
        fs::read_to_string(self.migration(name).join("migration.sql")).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toy"));
        command.args(arguments).current_dir(self.path()).env_clear().envs(&self.variables);
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| self.normalise(&String::from_utf8(bytes).unwrap());
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs SQL in the database of the project.
    pub(crate) async fn execute(&self, sql: &str) {
        self.client().await.batch_execute(sql).await.unwrap();
    }

    /// A connection to the database of the project.
    pub(crate) async fn client(&self) -> Client {
        Config::from_url(&self.variables["DATABASE_URL"]).unwrap().connect().await.unwrap()
    }

    pub(crate) fn url(&self) -> &str {
        &self.variables["DATABASE_URL"]
    }

    /// The rows of all tables of the project.
    pub(crate) async fn rows(&self) -> i64 {
        let sql = "SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM tasks)";
        self.client().await.query_one(sql, &[]).await.unwrap().get(0)
    }

    pub(crate) fn database_name(&self) -> &str {
        self.database.as_ref().unwrap().name()
    }

    /// Replaces what differs from run to run.
    fn normalise(&self, text: &str) -> String {
        let mut text = text.replace(&*self.path().to_string_lossy(), "<directory>");
        // Each system has numbers of its own.
        for number in [" (os error 111)", " (os error 61)"] {
            text = text.replace(number, "");
        }
        if let Some(database) = &self.database {
            let target = Config::from_url(database.url()).unwrap().target();
            let user = format!("as user `{}`", target.user.unwrap_or_default());
            text = text.replace(database.name(), "<database>").replace(&target.server, "<server>");
            text = text.replace(&user, "as user `<user>`");
        }
        let digits = |c: char| c.is_ascii_digit();
        let mut normalised = String::new();
        while let Some(start) = text.find(digits) {
            let end = text[start..].find(|c| !digits(c)).map_or(text.len(), |length| start + length);
            normalised.push_str(&text[..start]);
            // The timestamp of a migration.
            normalised.push_str(if end - start == 14 { "<time>" } else { &text[start..end] });
            text.drain(..end);
        }
        normalised + &text
    }
}

/// The URL of another database of the server for tests.
pub(crate) fn url_of(database: &str) -> String {
    test_server().unwrap().url(database)
}

/// Runs a statement about databases on the server for tests.
pub(crate) async fn on_the_server(sql: &str) {
    let maintenance = Config::from_url(&url_of("postgres")).unwrap().connect().await.unwrap();
    maintenance.batch_execute(sql).await.unwrap();
}

/// Removes a private server, data included.
impl Drop for Toy {
    fn drop(&mut self) {
        let Ok(workspace) = Workspace::new(self.path()) else { return };
        if let Ok(Some(server)) = workspace.running() {
            let state = server.data_directory().parent().unwrap().to_owned();
            let _ = workspace.stop(&|_| ());
            let _ = fs::remove_dir_all(state);
        }
    }
}

/// For snapshots.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr } = self;
        write!(f, "exit code: {}", code.unwrap_or(-1))?;
        for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
            if !text.is_empty() {
                write!(f, "\n----- {name} -----\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}

impl Ended {
    #[track_caller]
    pub(crate) fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.exits_with(0)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}", self.stdout))
    }
}
