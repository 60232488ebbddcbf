//! The proof that a migration leads where it should: PostgreSQL runs it and is asked for the result.
//!
//! Two databases are compared. One is *migrated*: it has what the committed migrations make, custom SQL included, and then
//! the new one. The other one is *new*: it is built straight from the next schema. They must agree in what the model
//! holds. What the model does not hold (functions, triggers, …) exists only in the migrated one, before the migration and
//! after it: the migration may neither drop nor add anything there.

mod build;
mod error;
mod inventory;
mod partition;
mod replay;
mod view;

use std::collections::BTreeSet;

use levity::{
    Config,
    migrate::{History, file::MigrationFile},
    schema::Schema,
};
use tokio_postgres::Client;

use crate::{
    introspect::{Introspected, Unsupported, introspect},
    scratch::with_scratch,
    snapshot::object_lines,
};
use build::{built, forget_where_extensions_are, run};
pub use error::{ProveError, Purpose};
use inventory::{Inventory, Name};
pub use view::ViewProblem;

/// What a migration comes after.
#[derive(Debug, Clone, Copy)]
pub struct Parent<'a> {
    /// The committed migrations, with one last one or none.
    pub history: &'a History,
    /// The schema of the last one's snapshot.
    pub schema: &'a Schema,
}

/// How what the committed migrations make differs from the snapshot of the last one. Objects that the model can hold are
/// lines of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// What the snapshot has, and a migrated database lacks or has in another form.
    pub missing: Vec<String>,
    /// What a migrated database has, and the snapshot does not know although it could.
    pub unknown: Vec<String>,
    /// What a migrated database has, and no snapshot can hold.
    pub beyond: Vec<Unsupported>,
}

/// What a proof has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// What the committed migrations make, and neither the last snapshot nor the schema knows although they could. The
    /// migration leaves it as it is.
    pub unknown: Vec<String>,
}

/// Applies a migration to a scratch database with the committed ones, stage by stage as the runner does, and compares the
/// result with a scratch database that is built straight from the next schema.
///
/// `server` is any database of a server on which the role may create databases. The scratch databases have unique names
/// and are dropped again, also after a failure. What the committed migrations make is kept for the next proof, as a
/// template of a name that depends on them.
pub async fn prove(
    server: &Config,
    parent: &Parent<'_>,
    next: &Schema,
    file: &MigrationFile,
) -> Result<Proof, ProveError> {
    let namespaces = namespaces([parent.schema, next]);
    let template = replay::template(server, parent.history).await?;
    let migrated = with_scratch(server, &template, async |client| {
        let replayed = found(client, &namespaces, &[parent.schema, next]).await?;
        let migrated = async {
            run(client, &file.stages, Purpose::Migration).await?;
            found(client, &namespaces, &[parent.schema, next]).await
        };
        Ok::<_, ProveError>((replayed, migrated.await))
    });
    // Both are waited for, also when one fails: a database whose work is abandoned half way would stay behind.
    let (migrated, new) = tokio::join!(migrated, built(server, parent, &namespaces, next));
    // Where a view's columns are declared wrongly, the migration can fail of it as well.
    if let Ok(new) = &new {
        view::check(next, &new.introspected.schema)?;
    }
    let ((before, mut replayed), migrated) = migrated?;
    forget_where_extensions_are(&mut replayed, parent.schema);
    let snapshot = async || built(server, parent, &namespaces, parent.schema).await;
    let (after, introspected) = match migrated {
        Err(error @ ProveError::Statement { .. }) => {
            // It may be the history that is wrong, and not the statement.
            if let Ok(snapshot) = snapshot().await {
                drift(&replayed, &snapshot.introspected).refuse_missing()?;
            }
            return Err(error);
        }
        other => other?,
    };
    let new = new?;
    let mut introspected = introspected.without_what_stays(&new.introspected);
    forget_where_extensions_are(&mut introspected, next);
    let (migrated, target) = (lines(&introspected), lines(&new.introspected));
    let missing: BTreeSet<String> = &target - &migrated;
    let mut unexpected: BTreeSet<String> = &migrated - &target;
    let mut lost = before.gone(&after);
    let added = &after.added(&before) - &new.names;
    if missing.is_empty() && unexpected.is_empty() && lost.is_empty() && added.is_empty() {
        return Ok(Proof::default());
    }

    let snapshot = snapshot().await?;
    let drift = drift(&replayed, &snapshot.introspected);
    drift.refuse_missing()?;
    let unknown: BTreeSet<String> = drift.unknown.into_iter().collect();
    let left_alone = &unexpected & &unknown;
    unexpected = &unexpected - &unknown;
    // What the snapshot has is dropped because the schema no longer has it: that was compared above.
    lost = &lost - &snapshot.names;
    if missing.is_empty() && unexpected.is_empty() {
        unexpected.extend(added.iter().map(describe));
    }
    if !missing.is_empty() || !unexpected.is_empty() {
        let (missing, unexpected) = (missing.into_iter().collect(), unexpected.into_iter().collect());
        return Err(ProveError::Difference { missing, unexpected });
    }
    if !lost.is_empty() {
        return Err(ProveError::Lost { objects: lost.iter().map(describe).collect() });
    }
    Ok(Proof { unknown: left_alone.into_iter().collect() })
}

/// Applies the committed migrations to a scratch database, and compares the result with a scratch database that is built
/// straight from the last snapshot: what SQL that a person wrote does to the schema, and no snapshot tells.
pub async fn verify(server: &Config, parent: &Parent<'_>) -> Result<Drift, ProveError> {
    let namespaces = namespaces([parent.schema]);
    let template = replay::template(server, parent.history).await?;
    let replayed =
        with_scratch(server, &template, async |client| found(client, &namespaces, &[parent.schema]).await);
    let (replayed, snapshot) = tokio::join!(replayed, built(server, parent, &namespaces, parent.schema));
    let (_, mut replayed) = replayed?;
    forget_where_extensions_are(&mut replayed, parent.schema);
    Ok(drift(&replayed, &snapshot?.introspected))
}

/// The schema as a server holds it when it is built from nothing, with expressions as the server prints them. What
/// [`push`](crate::push) compares a database with. `parent` may hold what the schema needs and does not make.
pub async fn build_and_introspect(
    server: &Config,
    parent: &Parent<'_>,
    schema: &Schema,
) -> Result<Introspected, ProveError> {
    let found = built(server, parent, &namespaces([schema]), schema).await?.introspected;
    view::check(schema, &found.schema)?;
    Ok(found)
}

/// What a database holds; partitions that none of the schemas declares are somebody else's.
async fn found(
    client: &Client,
    namespaces: &[&str],
    known: &[&Schema],
) -> Result<(Inventory, Introspected), ProveError> {
    let (inventory, mut introspected) =
        (Inventory::read(client).await?, introspect(client, namespaces).await?);
    partition::leave_to_others(&mut introspected, known);
    Ok((inventory, introspected))
}

/// Compares what the committed migrations make with the last snapshot.
fn drift(replayed: &Introspected, snapshot: &Introspected) -> Drift {
    let (found, promised) = (lines(replayed), lines(snapshot));
    let beyond = replayed.unsupported.iter().filter(|object| !snapshot.unsupported.contains(object));
    Drift {
        missing: promised.difference(&found).cloned().collect(),
        unknown: found.difference(&promised).cloned().collect(),
        beyond: beyond.cloned().collect(),
    }
}

impl Drift {
    fn refuse_missing(&self) -> Result<(), ProveError> {
        if self.missing.is_empty() {
            return Ok(());
        }
        Err(ProveError::History { missing: self.missing.clone(), unexpected: self.unknown.clone() })
    }
}

/// The namespaces of the schemas, always with the default one.
pub(crate) fn namespaces<'a>(schemas: impl IntoIterator<Item = &'a Schema>) -> Vec<&'a str> {
    let mut names = BTreeSet::from(["public"]);
    for schema in schemas {
        names.extend(schema.namespaces());
    }
    names.into_iter().collect()
}

/// Object by object. The order of a table's columns does not count: an added one is always the last.
fn lines(introspected: &Introspected) -> BTreeSet<String> {
    object_lines(&introspected.schema).into_iter().collect()
}

fn describe((kind, name): &Name) -> String {
    format!("{kind} {name}")
}
