//! A pooler in front of a server of a test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use levity::Config;
use tempfile::TempDir;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{bounded, cluster::Cluster, command, directory, own};

/// In transaction mode, without any help for prepared statements, and with fewer connections to the server than it has
/// clients.
pub(crate) struct PgBouncer {
    directory: TempDir,
    process: Child,
}

/// How many connections to the server it has.
pub(crate) const SERVERS: usize = 2;

impl PgBouncer {
    pub(crate) async fn start(cluster: &Cluster) -> Self {
        let program = program();
        let version = Command::new(&program).arg("--version").output().unwrap().stdout;
        let version = String::from_utf8(version).unwrap();
        let minor: u32 = version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap();
        // Before, it could not help at all, and refuses the setting.
        let prepared = if minor >= 21 { "max_prepared_statements = 0\n" } else { "" };
        let directory = directory();
        let path = directory.path().to_str().unwrap();
        let text = format!(
            "[databases]\n* = host={} user=postgres\n[pgbouncer]\nlisten_addr =\nlisten_port = 5432\n\
             unix_socket_dir = {path}\nauth_type = any\nadmin_users = postgres\npool_mode = transaction\n\
             default_pool_size = {SERVERS}\nlogfile = {path}/log\n{prepared}",
            cluster.host(),
        );
        fs::write(directory.path().join("pgbouncer.ini"), text).unwrap();
        own(&directory.path().join("pgbouncer.ini"));
        let process = command(&program, directory.path()).args(["-q", "pgbouncer.ini"]).spawn().unwrap();
        let pooler = Self { directory, process };
        bounded(async {
            while pooler.config("").connect().await.is_err() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        pooler
    }

    /// What a program is configured with that knows of the pooler.
    pub(crate) fn config(&self, parameters: &str) -> Config {
        let host = self.directory.path().to_str().unwrap();
        let text = format!("host={host} user=postgres dbname=postgres pgbouncer=true {parameters}");
        Config::from_url(&text).unwrap()
    }

    /// How many requests clients have made so far, by the pooler's own count.
    pub(crate) async fn requests(&self) -> u64 {
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.directory.path()).user("postgres").dbname("pgbouncer");
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let answer = client.simple_query("SHOW STATS_TOTALS").await.unwrap();
        let rows = answer.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) if row.get("database") == Some("postgres") => {
                row.get("query_count").map(|count| count.parse::<u64>().unwrap())
            }
            _ => None,
        });
        rows.sum()
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<_> = std::env::split_paths(&path).collect();
    directories.push(Path::new("/usr/sbin").to_owned());
    let found = directories.iter().map(|directory| directory.join("pgbouncer")).find(|file| file.is_file());
    found.expect("PgBouncer is missing: `apt-get install pgbouncer`, or `brew install pgbouncer`")
}
