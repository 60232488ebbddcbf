//! Every kind of change, applied to a real server: cases are data, in `tests/cases`.
//!
//! A case is `=== <what happens>` followed by sections:
//!
//! - `--- setup`: what no schema holds and both need, such as an extension
//! - `--- since`: the first version of PostgreSQL that has what the case is about; older servers pass it over
//! - `--- previous`, `--- next`: the DDL of the two schemas
//! - `--- rows`: statements that fill the tables before the migration
//! - `--- others`, `--- left-alone`: what others make beside the previous schema, and what the project then leaves alone
//! - `--- hints`: lines of `rename <old>=<new>`, `drop <name>`, `map <value>=<value>`, `using <column>=<expression>`
//! - `--- holds`: a query that must return one `true` after the migration
//! - `--- sql`, `--- hazards`: what is expected of the migration
//! - `--- error`: the message, when there is no plan
//! - `--- refused`: the server's message, when the rows do not fit
//!
//! For every case the plan is applied stage by stage; the result must equal a database made from the next DDL, and so
//! must a database that is built from nothing; a second difference must be empty; a table is rewritten if and only if a
//! hazard announces it; and unless one announces a data loss, no table may have lost a row. No stage may keep reads or
//! writes waiting that a hazard does not announce: right before it commits, `pg_locks` must show no lock that they wait for,
//! unless the stage has neither read nor written a row of a table that was there, and gives up waiting for its locks. With
//! `UPDATE_CASES=1` the expected sections are written anew.

#[path = "acceptance/case.rs"]
mod case;
#[path = "acceptance/hints.rs"]
mod hints;
#[path = "support/observe.rs"]
mod observe;
#[path = "acceptance/run.rs"]
mod run;

use std::path::Path;

/// Runs the cases of one file, a few at a time.
async fn run_file(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let cases = case::parse(&text);
    let update = std::env::var_os("UPDATE_CASES").is_some();

    let mut pending = cases.iter().cloned().enumerate();
    let mut running = tokio::task::JoinSet::new();
    let mut outcomes: Vec<Option<run::Outcome>> = cases.iter().map(|_| None).collect();
    loop {
        while running.len() < 4
            && let Some((index, case)) = pending.next()
        {
            running.spawn(async move { (index, run::run(&case).await) });
        }
        let Some(finished) = running.join_next().await else { break };
        let (index, outcome) = finished.unwrap();
        outcomes[index] = Some(outcome);
    }

    let mut problems = Vec::new();
    let mut actual = Vec::new();
    for (case, outcome) in cases.into_iter().zip(outcomes) {
        let outcome = outcome.unwrap();
        let updated = case.with_expectations(&outcome.expectations);
        problems.extend(outcome.problems.iter().map(|problem| format!("{}: {problem}", case.name)));
        let (expected, got) = (case.expectations(), updated.expectations());
        let is_same = match outcome.major {
            ..16 => expected == got,
            // Since then, the query of a view is printed without the table of a column where there is only one.
            16.. => without_tables(&expected) == without_tables(&got),
        };
        if !update && !is_same {
            problems.push(format!("{}: expected\n{expected}\nbut got\n{got}", case.name));
        }
        actual.push(updated);
    }
    if update {
        std::fs::write(&path, case::render(&actual)).unwrap();
    }
    assert!(problems.is_empty(), "{name}:\n{}", problems.join("\n\n"));
}

/// `users.name` as `name`, in quotes or not.
fn without_tables(sql: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut parts = sql.split_inclusive('.').peekable();
    let mut output = String::new();
    while let Some(part) = parts.next() {
        let is_before_name = parts.peek().is_some_and(|next| next.starts_with(|c| is_part(c) || c == '"'));
        output.push_str(match part.strip_suffix('.').filter(|_| is_before_name) {
            Some(before) => match before.strip_suffix('"').and_then(|before| before.rfind('"')) {
                Some(quote) => &before[..quote],
                None => before.trim_end_matches(is_part),
            },
            None => part,
        });
    }
    output
}

macro_rules! case_files {
    ($($name:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                run_file(concat!(stringify!($name), ".txt")).await;
            }
        )*

        #[test]
        fn every_file_of_cases_is_run() {
            let known = [$(concat!(stringify!($name), ".txt")),*];
            let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
            for entry in std::fs::read_dir(directory).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                assert!(known.contains(&name.as_str()), "{name} is not listed");
            }
        }
    };
}

case_files! { tables columns column_types generated virtual_columns collations comments table_options casts identity enums keys foreign_keys checks indexes index_options key_options foreign_key_options exclusions renames namespaces extensions domains sequences together views materialized_views views_and_types partitions }
