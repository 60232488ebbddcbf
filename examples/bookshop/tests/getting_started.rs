//! The README's tutorial, followed word by word: its files are written, its commands are run, and what they print has to be
//! what stands there. `README=overwrite cargo test --test getting_started` writes down what they print.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use levity_local::Workspace;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "## From an empty directory\n";

/// What this repository's own build has, so that nothing is compiled twice. It is outside of what the tutorial writes.
const PROFILE: &str = "\
[profile.dev]
debug = \"line-tables-only\"

[profile.dev.package.\"*\"]
debug = false
";

/// Where the reader is.
struct Reader {
    directory: PathBuf,
    target: PathBuf,
    printed: String,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Also where the test has failed half way.
        remove_server(&self.directory);
    }
}

/// Stops the server that the commands have started, and removes its data, which can be outside of the directory.
fn remove_server(directory: &Path) {
    if let Ok(workspace) = Workspace::new(directory) {
        let _ = workspace.remove(&|_| ());
    }
}

impl Reader {
    /// Begins in an empty directory. It is the same each time, so that later runs find what is compiled.
    fn new() -> Self {
        let temporary = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let directory = temporary.join("getting-started");
        // What is left of a run that was killed.
        remove_server(&directory.join("shop"));
        match fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{error}"),
            _ => fs::create_dir_all(directory.join(".cargo")).unwrap(),
        }
        fs::write(directory.join(".cargo/config.toml"), PROFILE).unwrap();
        let target = temporary.parent().unwrap().to_owned();
        Self { directory, target, printed: String::new() }
    }

    fn write(&self, path: &str, text: &str) {
        // The reader's clone is beside the project; this one is where it is.
        let text = text.replace("\"../../levity/", "\"../levity/");
        let clone = concat!("\"", env!("CARGO_MANIFEST_DIR"), "/../../");
        fs::write(self.directory.join(path), text.replace("\"../levity/", clone)).unwrap();
        let lock = self.directory.join("Cargo.lock");
        if path == "Cargo.toml" && !lock.exists() {
            fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"), lock).unwrap();
        }
    }

    /// Changes a file as a `diff` says.
    fn change(&self, path: &str, diff: &str) {
        let lines = |skipped: char| -> String {
            let kept = diff.split_inclusive('\n').filter(|line| !line.starts_with(skipped));
            kept.map(|line| line.get(1..).unwrap_or_default()).collect()
        };
        let (before, after) = (lines('+'), lines('-'));
        let text = fs::read_to_string(self.directory.join(path)).unwrap();
        assert_eq!(text.matches(&before).count(), 1, "`{path}` does not have once:\n{before}");
        self.write(path, &text.replace(&before, &after));
    }

    fn run(&mut self, commands: &str) {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("getting-started.pwd");
        let output = self.command(&format!("{commands}\npwd > '{}'", place.display())).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{commands}{}\n{errors}", output.status);
        self.printed = String::from_utf8(output.stdout).unwrap();
        self.directory = fs::read_to_string(place).unwrap().trim_end().into();
    }

    fn command(&self, commands: &str) -> Command {
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", commands]).current_dir(&self.directory);
        bash.env("CARGO_TARGET_DIR", &self.target).env("CARGO_NET_OFFLINE", "true");
        // What Cargo tells this test about its own package would make it build others again.
        let own = |name: &str| {
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "OUT_DIR"].iter().any(|own| name.starts_with(own))
        };
        for (name, _) in env::vars().filter(|(name, _)| own(name)) {
            bash.env_remove(name);
        }
        for variable in ["CI", "DATABASE_URL", "NODE_ENV", "APP_ENV", "LEVITY_SCRATCH_URL"] {
            bash.env_remove(variable);
        }
        bash
    }
}

/// The same without what differs each time: the times in the names of migrations.
fn comparable(text: &str) -> String {
    let is_time = |word: &str| word.len() == 14 && word.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.split_inclusive(|character: char| !character.is_ascii_digit());
    parts
        .map(|part| match part.char_indices().next_back() {
            Some((end, _)) if is_time(&part[..end]) => format!("<time>{}", &part[end..]),
            _ => part.to_owned(),
        })
        .collect()
}

#[test]
fn the_tutorial_is_true() {
    let readme = fs::read_to_string(README).unwrap();
    let (before, tutorial) = readme.split_once(BEGIN).expect("the README has the tutorial");
    let mut reader = Reader::new();
    let mut actual = format!("{before}{BEGIN}");
    // Text, the language of a block, the block, text, …
    let (mut text, mut rest) = ("", tutorial);
    while let Some((prose, block)) = rest.split_once("```") {
        let (language, block) = block.split_once('\n').unwrap();
        let (block, after) = block.split_once("```").expect("a block has an end");
        text = if prose.trim().is_empty() { text } else { prose };
        // The file that a block is about is the last thing named in the paragraph before it.
        let path = text.trim_end().rsplit("\n\n").next().and_then(|paragraph| paragraph.rsplit('`').nth(1));
        let path = path.unwrap_or_default();
        let mut shown = block;
        match language {
            "sh" => reader.run(block),
            "text" | "sql" => shown = &reader.printed,
            "diff" => reader.change(path, block),
            _ => reader.write(path, block),
        }
        actual.extend([prose, "```", language, "\n", shown, "```"]);
        rest = after;
    }
    actual += rest;
    if env::var_os("README").is_some_and(|mode| mode == "overwrite") {
        fs::write(README, &actual).unwrap();
        return;
    }
    let (expected, actual) = (comparable(&readme), comparable(&actual));
    for (expected, actual) in expected.lines().zip(actual.lines()) {
        assert_eq!(expected, actual, "the README shows the first, and its commands print the second");
    }
    assert_eq!(expected, actual);
}
