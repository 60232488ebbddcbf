//! The proof of the hazards of one case.

use levity_kit::{
    generate::Generated,
    hazard::{Hazard, HazardKind},
};

use crate::{
    case::Case,
    observe::{Observer, Seen},
    replication::Replication,
    scene::{Code, Scene, apply, migration, outcome},
};

#[derive(Debug, Default)]
pub(crate) struct Proof {
    pub(crate) expectations: Vec<(&'static str, String)>,
    pub(crate) problems: Vec<String>,
}

pub(crate) async fn prove(case: &Case, replication: &Replication) -> Proof {
    let mut proof = Proof::default();
    let generated = migration(case).await;
    let stages = watch(case, &generated, &mut proof).await;
    for hazard in &generated.hazards {
        if let Some(lock) = &hazard.lock {
            let shows = |seen: &&Seen| {
                seen.tables.get(&lock.table.to_string()).is_some_and(|table| {
                    table.blocks() == Some(lock.mode)
                        && table.rewritten == (hazard.kind == HazardKind::TableRewrite)
                        && (table.rewritten || seen.is_long())
                })
            };
            let is_seen = stages.iter().filter(shows).count() == 1;
            check(is_seen, &format!("no stage shows {}: {}", hazard.kind, hazard.step), &mut proof);
        }
    }
    // The other way round: what is not announced, the server does not do either.
    for (seen, stage) in stages.iter().zip(&generated.file.stages) {
        for table in seen.unannounced(stage, &generated.hazards) {
            check(false, &format!("nothing announces that others wait for `{table}`: {seen}"), &mut proof);
        }
    }
    lost(case, &generated, &mut proof).await;
    stopped(case, &generated, &mut proof).await;
    let statements = statements(case, HazardKind::BreaksReplication, &generated, &mut proof);
    proof.problems.extend(replication.problems(case, &generated, &statements).await);
    let described = generated.hazards.iter().map(describe).collect::<Vec<_>>();
    proof.expectations.push(("hazards", described.join("\n")));
    let lines = (1..).zip(&stages).map(|(number, seen)| format!("{number}: {seen}"));
    proof.expectations.push(("stages", lines.collect::<Vec<_>>().join("\n")));
    proof
}

fn describe(hazard: &Hazard) -> String {
    let lock = hazard.lock.as_ref().map_or_else(String::new, |lock| format!(" ({lock})"));
    format!("{}: {}{lock}", hazard.kind, hazard.step)
}

/// Migrates stage by stage, beside code that goes on.
async fn watch(case: &Case, generated: &Generated, proof: &mut Proof) -> Vec<Seen> {
    let scene = Scene::of(case).await;
    let statements = statements(case, HazardKind::BreaksRunningCode, generated, proof);
    let code = Code::prepare(&scene.config, &statements).await;
    let before = code.run().await;
    let mut broken = vec![false; statements.len()];
    let observer = Observer::new(&scene.config).await.unwrap();
    let mut stages = Vec::new();
    for stage in &generated.file.stages {
        stages.push(observer.apply(stage).await.unwrap());
        for (number, now) in code.run().await.iter().enumerate() {
            broken[number] |= *now != before[number];
        }
    }
    for (statement, broken) in statements.iter().zip(broken) {
        check(broken, &format!("`{statement}` goes on"), proof);
    }
    stages
}

async fn lost(case: &Case, generated: &Generated, proof: &mut Proof) {
    let queries = statements(case, HazardKind::DataLoss, generated, proof);
    if queries.is_empty() {
        return;
    }
    let scene = Scene::of(case).await;
    let mut before = Vec::new();
    for query in &queries {
        before.push(outcome(&scene.client, query).await);
    }
    apply(&scene.client, &generated.file.stages).await.unwrap();
    for (query, before) in queries.iter().zip(before) {
        check(!before.starts_with("error"), &format!("`{query}`: {before}"), proof);
        check(outcome(&scene.client, query).await != before, &format!("`{query}` loses nothing"), proof);
    }
}

async fn stopped(case: &Case, generated: &Generated, proof: &mut Proof) {
    for statement in statements(case, HazardKind::FailsOnExistingRows, generated, proof) {
        let scene = Scene::of(case).await;
        scene.client.batch_execute(statement).await.unwrap();
        let result = apply(&scene.client, &generated.file.stages).await;
        check(result.is_err(), &format!("`{statement}` does not stop the migration"), proof);
    }
}

/// The lines of the section of a kind: as many as there are hazards of it.
fn statements<'a>(
    case: &'a Case,
    kind: HazardKind,
    generated: &Generated,
    proof: &mut Proof,
) -> Vec<&'a str> {
    let lines: Vec<&str> = case.section(kind.name()).lines().collect();
    let hazards = generated.hazards.iter().filter(|hazard| hazard.kind == kind).count();
    let problem = format!("{hazards} hazards of the kind {kind} are to be shown, not {}", lines.len());
    check(lines.len() == hazards, &problem, proof);
    lines
}

fn check(holds: bool, problem: &str, proof: &mut Proof) {
    if !holds {
        proof.problems.push(problem.to_owned());
    }
}
