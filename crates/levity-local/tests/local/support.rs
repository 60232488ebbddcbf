//! Workspaces, programs and queries of these tests.

use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use levity_local::{LocalError, Server, TestDatabase, TestServer, Workspace};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls, Row};

/// A workspace in a temporary directory. Its servers are stopped with it.
pub(crate) struct TestWorkspace {
    pub(crate) path: PathBuf,
    pub(crate) workspace: Workspace,
    _directory: TempDir,
}

impl TestWorkspace {
    pub(crate) fn new() -> Self {
        Self::named("workspace")
    }

    pub(crate) fn named(name: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        fs::create_dir_all(&path).unwrap();
        let workspace = Workspace::new(&path).unwrap();
        Self { path, workspace, _directory: directory }
    }

    pub(crate) fn start(&self) -> Server {
        self.workspace.start(&|_| ()).unwrap()
    }
}

impl Drop for TestWorkspace {
    fn drop(&mut self) {
        let _ = self.workspace.remove(&|_| ());
    }
}

/// A workspace of an ordinary user: the caller, or `nobody` when the caller is root.
pub(crate) struct UserWorkspace {
    pub(crate) path: PathBuf,
    executable: PathBuf,
    _directory: TempDir,
}

impl UserWorkspace {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("workspace");
        fs::create_dir(&path).unwrap();
        let mut executable = env::current_exe().unwrap();
        if is_root() {
            // Below root's home, the executable of this process is out of the user's reach. A process of its
            // own copies it, because a file that is open for writing in any child of this one cannot be run.
            let copy = directory.path().join("tests");
            assert!(Command::new("cp").arg(executable).arg(&copy).status().unwrap().success());
            executable = copy;
            fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
            chown(&path, Some(Self::user()), Some(Self::user())).unwrap();
        }
        Self { path, executable, _directory: directory }
    }

    pub(crate) fn user() -> u32 {
        if is_root() { 65534 } else { rustix::process::geteuid().as_raw() }
    }

    pub(crate) fn command(&self, action: &str) -> Command {
        let mut command = command_of(&self.executable, action, &self.path);
        if is_root() {
            // What root has fetched is for everybody, and the user has no cache to fetch it into again.
            let binaries = Workspace::new(&self.path).unwrap().binaries(&|_| ()).unwrap();
            command.env("LEVITY_PG_BIN", binaries.directory());
            command.uid(Self::user()).gid(Self::user());
        }
        command.current_dir("/");
        command
    }
}

impl Drop for UserWorkspace {
    fn drop(&mut self) {
        let _ = fs::set_permissions(&self.path, fs::Permissions::from_mode(0o755));
        let _ = self.command("remove").output();
    }
}

/// Where the servers of a workspace have their data.
pub(crate) fn state(workspace: &Path) -> PathBuf {
    if is_root() { short(workspace, 0) } else { workspace.join(".levity") }
}

/// The directory of a workspace and a user below the system's temporary directory.
pub(crate) fn short(workspace: &Path, user: u32) -> PathBuf {
    use sha2::{Digest, Sha256};
    let path = fs::canonicalize(workspace).unwrap();
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let number = u64::from_be_bytes(digest[..8].try_into().unwrap());
    PathBuf::from(format!("/var/tmp/levity-{user}-{number:016x}"))
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub(crate) async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

pub(crate) async fn query(url: &str, statement: &str) -> Vec<Row> {
    connect(url).await.unwrap().query(statement, &[]).await.unwrap()
}

/// One text value.
pub(crate) async fn text(url: &str, statement: &str) -> String {
    query(url, statement).await[0].get(0)
}

/// This program again, in a process of its own, to do one thing with a workspace: see [`program`].
pub(crate) fn command(action: &str, workspace: &Path) -> Command {
    command_of(&env::current_exe().unwrap(), action, workspace)
}

pub(crate) fn command_of(executable: &Path, action: &str, workspace: &Path) -> Command {
    let mut command = Command::new(executable);
    command.args(["--exact", "support::program", "--nocapture"]);
    command.env("LEVITY_LOCAL_ACTION", action).env("LEVITY_LOCAL_WORKSPACE", workspace);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What [`command`] runs; does nothing on its own. Answers with a line on standard output; errors go to
/// standard error.
#[test]
#[expect(clippy::print_stdout, reason = "the answer to another process")]
fn program() {
    let answer = |text: &str| println!("{ANSWER}{text}");
    let Some(workspace) = env::var_os("LEVITY_LOCAL_WORKSPACE") else { return };
    let workspace = Workspace::new(workspace);
    let workspace = workspace.unwrap_or_else(|error| panic!("{}", report(&error)));
    let url = |server: &Server| server.url("postgres");
    let result = match env::var("LEVITY_LOCAL_ACTION").unwrap().as_str() {
        "start" => workspace.start(&|_| ()).map(|server| answer(&url(&server))),
        "existing" => {
            workspace.existing(&|_| ()).map(|server| answer(&format!("{:?}", server.as_ref().map(url))))
        }
        "remove" => workspace.remove(&|_| ()),
        "stop" => workspace.stop(&|_| ()).map(|stopped| answer(&stopped.to_string())),
        "shared" => TestServer::shared(&|_| ()).and_then(|server| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let database = runtime.block_on(server.empty())?;
            answer(database.url());
            Ok(())
        }),
        // A database of each version, all of them at once.
        action if action.starts_with("versions ") => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (mut databases, mut versions) = (Vec::new(), Vec::new());
                for major in action.split(' ').skip(1) {
                    databases.push(TestDatabase::of_major(major.parse().unwrap()).await?);
                }
                for database in &databases {
                    let number = text(database.url(), "SHOW server_version_num").await;
                    versions.push((number.parse::<u32>().unwrap() / 10_000).to_string());
                }
                answer(&versions.join(" "));
                Ok(())
            })
        }
        // A temporary database for as long as standard input is open.
        "database" => TestServer::private(&workspace, &|_| ()).and_then(|server| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let database = runtime.block_on(server.empty())?;
            answer(database.url());
            io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
            Ok(())
        }),
        other => panic!("unknown action {other}"),
    };
    result.unwrap_or_else(|error| panic!("{}", report(&error)));
}

const ANSWER: &str = "answer: ";

/// The answer of a [`command`] that must succeed.
pub(crate) fn answer(mut command: Command) -> String {
    finish(command.spawn().unwrap())
}

pub(crate) fn finish(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    find_answer(&mut &output.stdout[..])
}

/// What a [`command`] that must fail says.
pub(crate) fn failure(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A process that has a temporary database, and the database's URL.
pub(crate) fn spawn_user(workspace: &Path) -> (Child, String) {
    let mut child = command("database", workspace).spawn().unwrap();
    let url = find_answer(&mut BufReader::new(child.stdout.as_mut().unwrap()));
    (child, url)
}

fn find_answer(output: &mut dyn BufRead) -> String {
    let mut lines = output.lines().map(Result::unwrap);
    lines.find_map(|line| Some(line.split_once(ANSWER)?.1.to_owned())).expect("an answer")
}

/// An error and its causes, one a line.
pub(crate) fn report(error: &LocalError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}\n{error}");
        cause = error.source();
    }
    text
}

/// The number of a running server's main process.
pub(crate) fn postmaster(data: &Path) -> rustix::process::Pid {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    rustix::process::Pid::from_raw(text.lines().next().unwrap().parse().unwrap()).unwrap()
}
