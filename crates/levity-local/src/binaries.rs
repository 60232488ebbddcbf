//! Where PostgreSQL's programs are.

use std::{
    collections::BTreeSet,
    env,
    fmt::Display,
    fs, iter,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Event, LocalError,
    account::Account,
    wheel::{Failure, Release},
};

/// Major versions that this crate starts.
const SUPPORTED: std::ops::RangeInclusive<u32> = 15..=18;

/// A directory that holds `postgres`, `initdb` and `pg_ctl` of one supported version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    pub(crate) directory: PathBuf,
    pub(crate) major: u32,
}

/// What a search found.
pub(crate) struct Found {
    /// Never empty; the first is the one to prefer.
    pub(crate) candidates: Vec<Binaries>,
    /// Whether somebody chose them with `LEVITY_PG_BIN`.
    pub(crate) configured: bool,
}

impl Binaries {
    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Major version: 15 to 18.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The interactive client, if it is installed with the server.
    pub fn psql(&self) -> Option<PathBuf> {
        Some(self.directory.join("psql")).filter(|path| path.is_file())
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Looks at `directory`; says in words why it cannot be used. The programs are tried as the account that
    /// will run them, which may be unable to reach what the caller can.
    pub(crate) fn probe(directory: &Path, account: &Account) -> Result<Self, String> {
        let postgres = directory.join("postgres");
        let postgres =
            fs::canonicalize(&postgres).map_err(|error| format!("`{}`: {error}", postgres.display()))?;
        // Distributions link single programs into `/usr/bin`; the programs of one version are together where
        // the link leads.
        let directory = postgres.parent().ok_or("`postgres` has no directory")?.to_owned();
        if let Some(missing) = ["initdb", "pg_ctl"].iter().find(|name| !directory.join(name).is_file()) {
            return Err(format!("`{}` has no `{missing}`", directory.display()));
        }
        // Of the programs, `initdb` needs the most libraries.
        version(&directory.join("initdb"), account)?;
        let text = version(&postgres, account)?;
        match parse_major(&text) {
            Some(major) if SUPPORTED.contains(&major) => Ok(Self { directory, major }),
            Some(major) => Err(format!("`{}` is PostgreSQL {major}", directory.display())),
            None => Err(format!("`{}` says that it is `{}`", postgres.display(), text.trim())),
        }
    }
}

fn version(program: &Path, account: &Account) -> Result<String, String> {
    let problem = |problem: &dyn Display| {
        format!("`{}` does not run as user `{}`: {problem}", program.display(), account.name)
    };
    let output = account
        .command(program, Path::new("/"))
        .arg("--version")
        .output()
        .map_err(|error| problem(&error))?;
    if !output.status.success() {
        return Err(problem(&String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What `LEVITY_PG_BIN` asks for.
pub(crate) enum Choice {
    /// `packaged`, `packaged-16`: a packaged version, also where another is installed.
    Packaged(&'static Release),
    /// The version in a directory.
    Installed(Binaries),
}

impl Choice {
    /// `None` when the variable is not set.
    pub(crate) fn read(account: &Account) -> Result<Option<Self>, LocalError> {
        let Some(value) = env::var_os("LEVITY_PG_BIN").filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let choice = match value.to_str().and_then(Release::named) {
            Some(release) => release.map(Self::Packaged),
            None => Binaries::probe(Path::new(&value), account).map(Self::Installed),
        };
        choice.map(Some).map_err(|reason| LocalError::ConfiguredBinaries { directory: value.into(), reason })
    }

    pub(crate) fn major(&self) -> u32 {
        match self {
            Self::Packaged(release) => release.major,
            Self::Installed(binaries) => binaries.major,
        }
    }

    fn binaries(self, account: &Account, events: &dyn Fn(&Event)) -> Result<Binaries, LocalError> {
        match self {
            Self::Packaged(release) => release
                .install(account, events)
                .map_err(|failure| failure.after(Vec::new(), Some(release.major))),
            Self::Installed(binaries) => Ok(binaries),
        }
    }
}

/// Finds PostgreSQL: what `LEVITY_PG_BIN` asks for and nothing else when it is set; else what a search finds
/// until it is `enough`. When it finds nothing, the newest package is fetched.
pub(crate) fn find(
    account: &Account,
    enough: &dyn Fn(&Binaries) -> bool,
    events: &dyn Fn(&Event),
) -> Result<Found, LocalError> {
    if let Some(choice) = Choice::read(account)? {
        return Ok(Found { candidates: vec![choice.binaries(account, events)?], configured: true });
    }
    let (mut candidates, unusable) = search(account, enough);
    if candidates.is_empty() {
        let fetched = Release::newest().install(account, events);
        candidates.push(fetched.map_err(|failure| failure.after(unusable, None))?);
    }
    Ok(Found { candidates, configured: false })
}

/// Finds one major version: what `LEVITY_PG_BIN` asks for if it is that, else what a search finds, else the
/// package is fetched.
pub(crate) fn find_major(
    account: &Account,
    major: u32,
    events: &dyn Fn(&Event),
) -> Result<Binaries, LocalError> {
    if !SUPPORTED.contains(&major) {
        return Err(LocalError::Unsupported { major });
    }
    if let Some(choice) = Choice::read(account)?
        && choice.major() == major
    {
        return choice.binaries(account, events);
    }
    let fits = |binaries: &Binaries| binaries.major == major;
    let (candidates, unusable) = search(account, &fits);
    if let Some(binaries) = candidates.into_iter().find(fits) {
        return Ok(binaries);
    }
    let fetched = match Release::of_major(major) {
        Some(release) => release.install(account, events),
        None => Err(Failure::Reason("there is no package of it".to_owned())),
    };
    fetched.map_err(|failure| failure.after(unusable, Some(major)))
}

/// Looks in `PATH`, at `pg_config`, in the usual places, newest first, and in the cache of packages, until one
/// is `enough`. Gives what can be used, and in words why the rest cannot.
fn search(account: &Account, enough: &dyn Fn(&Binaries) -> bool) -> (Vec<Binaries>, Vec<String>) {
    let mut seen = BTreeSet::new();
    let path = env::var_os("PATH").unwrap_or_default();
    let (mut candidates, mut unusable) = (Vec::new(), Vec::new());
    let places = env::split_paths(&path)
        .chain(iter::once_with(pg_config).flatten())
        .chain(usual_places())
        .chain(Release::newest().cached(account));
    for directory in places {
        let Ok(postgres) = fs::canonicalize(directory.join("postgres")) else { continue };
        if !seen.insert(postgres) {
            continue;
        }
        match Binaries::probe(&directory, account) {
            Ok(binaries) => {
                let done = enough(&binaries);
                candidates.push(binaries);
                if done {
                    break;
                }
            }
            Err(reason) => unusable.push(reason),
        }
    }
    (candidates, unusable)
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (!text.trim().is_empty()).then(|| PathBuf::from(text.trim()))
}

/// Debian, Fedora and the community's RPMs, Arch, Homebrew on both kinds of Mac, Postgres.app.
fn usual_places() -> impl Iterator<Item = PathBuf> {
    let versioned = [
        ("/usr/lib/postgresql/", "/bin"),
        ("/usr/pgsql-", "/bin"),
        ("/opt/homebrew/opt/postgresql@", "/bin"),
        ("/usr/local/opt/postgresql@", "/bin"),
        ("/home/linuxbrew/.linuxbrew/opt/postgresql@", "/bin"),
        ("/Applications/Postgres.app/Contents/Versions/", "/bin"),
    ];
    let versioned = SUPPORTED.rev().flat_map(move |major| {
        versioned.map(|(before, after)| PathBuf::from(format!("{before}{major}{after}")))
    });
    versioned.chain(["/usr/bin", "/usr/local/pgsql/bin"].map(PathBuf::from))
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `postgres (PostgreSQL) 18beta1`.
fn parse_major(version: &str) -> Option<u32> {
    let rest = version.trim().strip_prefix("postgres (PostgreSQL) ")?;
    let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_major;

    #[test]
    fn major_version_is_read_from_releases_and_previews() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("postgres (PostgreSQL) 9.6.24"), Some(9));
        assert_eq!(parse_major("psql (PostgreSQL) 15.1"), None);
    }
}
