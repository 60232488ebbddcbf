//! No rule about a hazard is folklore: each is proved on a real server. Cases are data, in `tests/hazards`.
//!
//! A case has the sections of the acceptance cases, and for each of its hazards something that shows it:
//!
//! - `table-rewrite` and `scan-under-lock` are seen in the stage that has them: the lock on the table that the hazard names,
//!   its file, the scans of the session. The section `--- stages` says what each stage did to the tables that were there.
//! - `--- breaks-running-code`: for each such hazard a line with a statement that code has prepared before. While the migration
//!   goes on, or after it, its outcome is another one.
//! - `--- data-loss`: for each such hazard a line with a query whose result is another one afterwards.
//! - `--- fails-on-existing-rows`: for each such hazard a line with a statement that adds a row at which the migration stops.
//! - `--- breaks-replication`: for each such hazard a line with a statement that a publisher runs. It stops the subscriber that
//!   was migrated first, or fails once the publisher is migrated, too.
//!
//! Every kind of hazard of every kind of step that the acceptance cases announce has to be proved here.

#[path = "acceptance/case.rs"]
mod case;
#[path = "acceptance/hints.rs"]
mod hints;
#[path = "support/observe.rs"]
mod observe;
#[path = "hazards/proof.rs"]
mod proof;
#[path = "hazards/replication.rs"]
mod replication;
#[path = "hazards/scene.rs"]
mod scene;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use case::Case;
use proof::Proof;
use replication::Replication;
use tokio::task::JoinSet;

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// The cases of each file of a directory.
fn cases(name: &str) -> Vec<(PathBuf, Vec<Case>)> {
    let entries = std::fs::read_dir(directory(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "txt")).collect();
    files.sort();
    let read = |path: PathBuf| {
        let cases = case::parse(&std::fs::read_to_string(&path).unwrap());
        (path, cases)
    };
    files.into_iter().map(read).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hazard_is_what_the_server_makes_of_it() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let replication = Arc::new(Replication::start().await);
    let files = cases("hazards");
    let mut pending = files.iter().flat_map(|(_, cases)| cases).cloned().enumerate();
    let mut running = JoinSet::new();
    let mut proofs: BTreeMap<usize, Proof> = BTreeMap::new();
    loop {
        while running.len() < 4
            && let Some((index, case)) = pending.next()
        {
            let replication = Arc::clone(&replication);
            running.spawn(async move { (index, proof::prove(&case, &replication).await) });
        }
        let Some(finished) = running.join_next().await else { break };
        proofs.extend([finished.unwrap()]);
    }

    let mut problems = Vec::new();
    let mut proofs = proofs.into_values();
    for (path, cases) in files {
        let mut actual = Vec::new();
        for case in cases {
            let Proof { expectations, problems: found } = proofs.next().unwrap();
            problems.extend(found.iter().map(|problem| format!("{}: {problem}", case.name)));
            let updated = case.with_expectations(&expectations);
            if !update && updated != case {
                let (expected, actual) = (case.expectations(), updated.expectations());
                problems.push(format!("{}: expected\n{expected}\nbut got\n{actual}", case.name));
            }
            actual.push(updated);
        }
        if update {
            std::fs::write(&path, case::render(&actual)).unwrap();
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// The kinds of hazards with the kinds of their steps: ``data-loss: drop column``.
fn announced(cases: &[(PathBuf, Vec<Case>)]) -> BTreeSet<String> {
    let lines = cases.iter().flat_map(|(_, cases)| cases).flat_map(|case| case.section("hazards").lines());
    lines.map(|line| line.split('`').next().unwrap().trim().to_owned()).collect()
}

#[test]
fn every_hazard_that_is_announced_is_proved() {
    let (known, proved) = (announced(&cases("cases")), announced(&cases("hazards")));
    let missing: Vec<&String> = known.difference(&proved).collect();
    assert!(missing.is_empty(), "no case in `tests/hazards` proves {missing:#?}");
}
