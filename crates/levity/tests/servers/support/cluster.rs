//! A server that belongs to one test.

use std::{ffi::OsStr, fs, path::PathBuf, process::Command};

use levity::Config;
use levity_local::Workspace;
use tempfile::TempDir;

use super::{command, directory, own};

/// Its data directory, its socket and its log are in one temporary directory. It listens on the socket only.
pub(crate) struct Cluster {
    directory: TempDir,
    programs: PathBuf,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        Self::start_with("local all all trust\nlocal replication all trust\n")
    }

    /// With rules for logins of its own.
    pub(crate) fn start_with(rules: &str) -> Self {
        let cluster = Self::new();
        cluster.run("initdb", ["-D", "data", "-U", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        fs::write(cluster.path("data/pg_hba.conf"), rules).unwrap();
        cluster.start_again();
        cluster
    }

    /// A standby that follows this one.
    pub(crate) fn standby(&self) -> Self {
        let standby = Self::new();
        let from = format!("host={} user=postgres", self.host());
        standby.run(
            "pg_basebackup",
            ["-D", "data", "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-d", &from],
        );
        standby.start_again();
        standby
    }

    fn new() -> Self {
        let workspace = Workspace::current().unwrap();
        let programs = workspace.binaries(&|_| ()).unwrap().directory().to_owned();
        Self { directory: directory(), programs }
    }

    pub(crate) fn start_again(&self) {
        let settings = [
            ("listen_addresses", ""),
            ("unix_socket_directories", self.host()),
            ("fsync", "off"),
            ("shared_buffers", "16MB"),
            ("max_connections", "50"),
            ("hot_standby", "on"),
            ("wal_receiver_status_interval", "1"),
        ];
        let options: Vec<_> = settings.iter().map(|(name, value)| format!("-c {name}='{value}'")).collect();
        self.run("pg_ctl", ["start", "-D", "data", "-s", "-w", "-l", "log", "-o", &options.join(" ")]);
    }

    /// Ends the server as a crash does.
    pub(crate) fn stop_immediately(&self) {
        self.run("pg_ctl", ["stop", "-D", "data", "-s", "-m", "immediate"]);
    }

    pub(crate) fn promote(&self) {
        self.run("pg_ctl", ["promote", "-D", "data", "-s", "-w"]);
    }

    /// The directory of its socket.
    pub(crate) fn host(&self) -> &str {
        self.directory.path().to_str().unwrap()
    }

    pub(crate) fn config(&self) -> Config {
        config_of(&[self], "")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        command(&self.programs.join(program), self.directory.path())
    }

    fn run<S: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = S>) {
        own(self.directory.path());
        let output = self.command(program).args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        assert!(output.status.success(), "{program}: {text}{log}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.command("pg_ctl").args(["stop", "-D", "data", "-s", "-m", "immediate"]).output();
    }
}

/// A configuration that names these servers, in this order.
pub(crate) fn config_of(clusters: &[&Cluster], parameters: &str) -> Config {
    let hosts: Vec<_> = clusters.iter().map(|cluster| cluster.host()).collect();
    Config::from_url(&format!("host={} user=postgres dbname=postgres {parameters}", hosts.join(","))).unwrap()
}
