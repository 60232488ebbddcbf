//! The account that the server's programs run as.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::Command,
};

use crate::LocalError;

/// Variables that reach PostgreSQL's programs. `PG*` is not among them, so that nobody's client settings leak
/// in.
const INHERITED: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];

/// An unprivileged account: the caller's own, or, because PostgreSQL refuses root, another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// Name of the account that runs the server.
    pub(crate) name: String,
    /// Name of the account that runs this process.
    pub(crate) client: String,
    /// Set when the two differ: user and group to become.
    switch: Option<(u32, u32)>,
}

impl Account {
    /// The caller. When the caller is root: the owner of the data, if there are any, else the first of
    /// `postgres`, `_postgres`, `nobody` and the accounts of `/etc/passwd`.
    pub(crate) fn find(owner: Option<(u32, u32)>) -> Result<Self, LocalError> {
        let client = id(&["-un"])?.ok_or(LocalError::NoAccount)?;
        if !rustix::process::geteuid().is_root() {
            return Ok(Self { name: client.clone(), client, switch: None });
        }
        if let Some((user @ 1.., group)) = owner
            && let Some(name) = id(&["-un", &user.to_string()])?
        {
            return Ok(Self { name, client, switch: Some((user, group)) });
        }
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let listed = known.lines().filter_map(|line| line.split(':').next());
        for name in ["postgres", "_postgres", "nobody"].into_iter().chain(listed) {
            let numbers = (number(&["-u", name])?, number(&["-g", name])?);
            if let (Some(user @ 1..), Some(group)) = numbers {
                return Ok(Self { name: name.to_owned(), client, switch: Some((user, group)) });
            }
        }
        Err(LocalError::NoAccount)
    }

    /// Whether this process is root and the server is not.
    pub(crate) fn is_other(&self) -> bool {
        self.switch.is_some()
    }

    /// A program that will run as this account, in `directory`, with a clean environment.
    pub(crate) fn command(&self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory).env_clear().env("LC_ALL", "C");
        command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        if let Some((user, group)) = self.switch {
            // The standard library drops root's supplementary groups when it changes the user.
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes this account the owner of `path`.
    pub(crate) fn own(&self, path: &Path) -> Result<(), LocalError> {
        let Some((user, group)) = self.switch else { return Ok(()) };
        chown(path, Some(user), Some(group)).map_err(LocalError::file("change the owner of", path))
    }

    /// The user id that owns what this account owns.
    pub(crate) fn user(&self) -> u32 {
        self.switch.map_or_else(|| rustix::process::geteuid().as_raw(), |(user, _)| user)
    }
}

fn number(arguments: &[&str]) -> Result<Option<u32>, LocalError> {
    Ok(id(arguments)?.and_then(|text| text.parse().ok()))
}

/// Asks `id`, which also knows accounts that are not in `/etc/passwd`. `None`: there is no such account.
fn id(arguments: &[&str]) -> Result<Option<String>, LocalError> {
    let output = Command::new("id")
        .args(arguments)
        .output()
        .map_err(|source| LocalError::Spawn { program: "id".to_owned(), source })?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((output.status.success() && !text.is_empty()).then_some(text))
}
