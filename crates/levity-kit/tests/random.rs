//! Random pairs of schemas with rows in them: whatever the difference is, its plan must lead from one to the other and
//! lose nothing that it has not announced.
//!
//! For each pair, the previous schema is built and filled, the plan applied stage by stage, and what the server then has is
//! compared with the next schema built from nothing. A second difference must be empty. A plan may stop at the rows only if a
//! hazard says so; otherwise every table keeps its rows, and every column that the plan does not touch keeps its values. What
//! keeps readers or writers waiting for as long as there are rows has been announced, table by table.
//!
//! `LEVITY_RANDOM_PAIRS` is how many pairs are tried, `LEVITY_RANDOM_SEED` the first seed, and `LEVITY_RANDOM_MAJORS` on which
//! versions of PostgreSQL (`15,16,17,18`; without it, on the one of all tests). A pair that fails is made smaller
//! as long as it fails in the same way; the report names its seed and what is left of it.

#[path = "random/chance.rs"]
mod chance;
#[path = "random/edit.rs"]
mod edit;
#[path = "support/observe.rs"]
mod observe;
#[path = "random/pair.rs"]
mod pair;
#[path = "random/partition.rs"]
mod partition;
#[path = "random/rows.rs"]
mod rows;
#[path = "random/schema.rs"]
mod schema;
#[path = "random/shrink.rs"]
mod shrink;
#[path = "random/view.rs"]
mod view;

use std::{
    env,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use levity::Config;
use levity_local::{TestServer, test_server};
use pair::Pair;

/// How many databases are worked on at once.
const WORKERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_leads_from_any_schema_to_any_other() {
    let number = |name: &str, default| env::var(name).map_or(default, |value| value.parse().unwrap());
    let (first, pairs): (u64, u64) = (number("LEVITY_RANDOM_SEED", 1), number("LEVITY_RANDOM_PAIRS", 100));
    let majors = env::var("LEVITY_RANDOM_MAJORS").unwrap_or_default();
    let mut majors: Vec<Option<u32>> =
        majors.split_terminator(',').map(|m| Some(m.parse().unwrap())).collect();
    if majors.is_empty() {
        majors.push(None);
    }
    for major in majors {
        let server = major.map_or_else(test_server, |major| TestServer::of_major(major, &|_| ())).unwrap();
        let outcomes = try_pairs(&server, first..first + pairs).await;
        assert!(outcomes.failures.is_empty(), "on {major:?}: {}", outcomes.failures.join("\n\n"));
        // Most plans must get to their end, or the test shows nothing.
        assert!(outcomes.applied * 2 > pairs, "{} applied, {} stopped", outcomes.applied, outcomes.stopped);
    }
}

async fn try_pairs(server: &TestServer, seeds: Range<u64>) -> Outcomes {
    let next = Arc::new(AtomicU64::new(seeds.start));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        let (server, next, end) = (server.clone(), Arc::clone(&next), seeds.end);
        workers.spawn(async move {
            let database = server.empty().await.unwrap();
            let config = Config::from_url(database.url()).unwrap();
            let client = config.connect().await.unwrap();
            client.batch_execute("SET TimeZone = 'UTC'").await.unwrap();
            let mut outcomes = Outcomes::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= end || outcomes.failures.len() == 3 {
                    return outcomes;
                }
                let pair = Pair::of(seed);
                match pair.try_out(&config, &client).await {
                    Ok(pair::Outcome::Applied) => outcomes.applied += 1,
                    Ok(pair::Outcome::Stopped) => outcomes.stopped += 1,
                    Ok(pair::Outcome::Nothing) => {}
                    Err(problem) => {
                        outcomes.failures.push(shrink::report(&config, &client, seed, pair, problem).await);
                    }
                }
            }
        });
    }
    let mut outcomes = Outcomes::default();
    while let Some(worker) = workers.join_next().await {
        let worker = worker.unwrap();
        outcomes.applied += worker.applied;
        outcomes.stopped += worker.stopped;
        outcomes.failures.extend(worker.failures);
    }
    outcomes
}

#[derive(Default)]
struct Outcomes {
    applied: u64,
    /// At rows that a hazard had announced.
    stopped: u64,
    failures: Vec<String>,
}
