//! Servers, and ways to a server, on which no migration may run.

use std::{fs, path::Path, sync::Arc};

use levity::{Config, migrate::MigrateError};
use levity_local::Workspace;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixListener, UnixStream},
    sync::Mutex,
};
use tokio_postgres::config::Host;

use crate::support::Project;

#[tokio::test]
async fn a_standby_is_refused_and_can_be_looked_at() {
    let project = Project::with(&["CREATE TABLE t ();"]).await;
    let standby = Standby::start();
    let config = Config::from_url(&standby.url).unwrap();
    let error = project.migrator().run(&config, &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, MigrateError::Standby), "{error}");
    assert_eq!(project.migrator().status(&config).await.unwrap().pending.len(), 1);
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused() {
    let project = Project::with(&["CREATE TABLE t ();"]).await;
    let pooler = Pooler::start(project.url());
    let config = Config::from_url(&pooler).unwrap();
    let error = project.migrator().run(&config, &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, MigrateError::Pooler), "{error}");
    assert!(project.is_unlocked().await);
    // To look, one statement is enough.
    assert_eq!(project.migrator().status(&config).await.unwrap().pending.len(), 1);
}

/// A server in recovery; with no primary to follow, it only waits for one.
struct Standby {
    url: String,
    workspace: Workspace,
    data: std::path::PathBuf,
    _directory: tempfile::TempDir,
}

impl Standby {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path()).unwrap();
        let server = workspace.start(&|_| ()).unwrap();
        let data = server.data_directory().to_owned();
        let url = server.url("postgres");
        let standby = Self { url, workspace, data, _directory: directory };
        standby.workspace.stop(&|_| ()).unwrap();
        fs::write(standby.data.join("standby.signal"), "").unwrap();
        standby.workspace.start(&|_| ()).unwrap();
        standby
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        let _ = self.workspace.stop(&|_| ());
        // As root, it is not in the temporary directory.
        let _ = self.data.parent().map(fs::remove_dir_all);
    }
}

/// What PgBouncer does in transaction mode, with one connection to the server: the clients take turns on it.
struct Pooler {
    server: Option<Box<dyn Stream>>,
    /// What the server says after a login.
    greeting: Vec<u8>,
    target: tokio_postgres::Config,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Pooler {
    /// Starts one, and returns the connection string that leads to it. It ends with the test's runtime.
    fn start(url: &str) -> String {
        let target: tokio_postgres::Config = url.parse().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).unwrap();
        let password =
            target.get_password().map(|password| str::from_utf8(password).unwrap()).unwrap_or_default();
        let string = format!(
            "host={} port=5432 user={} password='{password}' dbname={}",
            directory.path().display(),
            target.get_user().unwrap(),
            target.get_dbname().unwrap()
        );
        let pooler = Arc::new(Mutex::new(Self { server: None, greeting: Vec::new(), target }));
        tokio::spawn(async move {
            let _directory = directory;
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, pooler.clone()));
            }
        });
        string
    }

    async fn log_in(&mut self, client: &mut UnixStream, startup: &[u8]) -> std::io::Result<()> {
        if self.server.is_some() {
            client.write_all(&[b'R', 0, 0, 0, 8, 0, 0, 0, 0]).await?;
            return client.write_all(&self.greeting).await;
        }
        let port = self.target.get_ports().first().copied().unwrap_or(5432);
        let server: Box<dyn Stream> = match &self.target.get_hosts()[0] {
            Host::Unix(path) => {
                Box::new(UnixStream::connect(Path::new(path).join(format!(".s.PGSQL.{port}"))).await?)
            }
            Host::Tcp(host) => Box::new(TcpStream::connect((host.as_str(), port)).await?),
        };
        let server = self.server.insert(server);
        server.write_all(startup).await?;
        loop {
            let message = read(server).await?;
            client.write_all(&message).await?;
            match (message[0], message.get(8)) {
                (b'R', Some(0 | 12)) => {}
                (b'R', _) => server.write_all(&read(client).await?).await?,
                _ => self.greeting.extend(&message),
            }
            if message[0] == b'Z' {
                return Ok(());
            }
        }
    }
}

async fn serve(mut client: UnixStream, pooler: Arc<Mutex<Pooler>>) -> std::io::Result<()> {
    let length = client.read_u32().await?;
    let mut startup = length.to_be_bytes().to_vec();
    startup.resize(length as usize, 0);
    client.read_exact(&mut startup[4..]).await?;
    pooler.lock().await.log_in(&mut client, &startup).await?;
    loop {
        let mut message = read(&mut client).await?;
        let mut pooler = pooler.lock().await;
        let server = pooler.server.as_mut().expect("somebody has logged in");
        // One transaction.
        loop {
            if message[0] == b'X' {
                return Ok(());
            }
            server.write_all(&message).await?;
            if matches!(message[0], b'Q' | b'S') {
                let answer = loop {
                    let answer = read(server).await?;
                    client.write_all(&answer).await?;
                    if answer[0] == b'Z' {
                        break answer;
                    }
                };
                if answer[5] == b'I' {
                    break;
                }
            }
            message = read(&mut client).await?;
        }
    }
}

/// Reads one message: its type, its length, its body.
async fn read(stream: &mut (impl AsyncRead + Unpin + ?Sized)) -> std::io::Result<Vec<u8>> {
    let kind = stream.read_u8().await?;
    let length = stream.read_u32().await?;
    let mut message = vec![kind];
    message.extend(length.to_be_bytes());
    message.resize(length as usize + 1, 0);
    stream.read_exact(&mut message[5..]).await?;
    Ok(message)
}
