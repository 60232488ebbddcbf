//! The proof that a migration leads where it should: PostgreSQL runs it and is asked for the result.

use std::{collections::BTreeSet, fmt};

use levity::{
    Config,
    migrate::file::{MigrationFile, Stage},
    schema::Schema,
};
use tokio_postgres::Client;

use crate::{
    diff::{DiffError, RenameHints, diff},
    introspect::{IntrospectError, Introspected, introspect},
    plan::plan,
    scratch::{ScratchError, with_scratch},
    snapshot::object_lines,
};

/// Why a migration is not proved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// There is no scratch database to prove it on.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The result could not be read.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// A schema could not be created from nothing.
    #[error(transparent)]
    Diff(#[from] DiffError),
    /// The server refused a statement.
    #[error(
        "the server refused {purpose}\n{statement}\nthe proof starts from an empty database: what custom SQL created \
         (extensions, functions, domains) is unknown to it; if the statement needs that, `generate --unverified` writes \
         the migration without proof"
    )]
    Statement {
        /// What the statement was to do.
        purpose: Purpose,
        /// Its text.
        statement: String,
        /// Why.
        source: tokio_postgres::Error,
    },
    /// The migration leads to another schema than the one that was written in Rust.
    #[error("the migration does not lead to the schema. {}", Differences { missing, unexpected })]
    Difference {
        /// Objects of the schema that the migrated database lacks, as lines of a snapshot.
        missing: Vec<String>,
        /// Objects of the migrated database that the schema does not have.
        unexpected: Vec<String>,
    },
}

/// What a statement of a proof was to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Build the schema before the migration.
    Parent,
    /// Migrate.
    Migration,
    /// Build the schema after the migration from nothing.
    Target,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parent => "a statement that builds the schema before the migration",
            Self::Migration => "a statement of the migration",
            Self::Target => "a statement that builds the schema after the migration",
        })
    }
}

/// Applies a migration to a scratch database with the previous schema, stage by stage as the runner does, and compares
/// the result with a scratch database that is built straight from the next schema.
///
/// `server` is any database of a server on which the role may create databases. Both scratch databases have unique
/// names and are dropped again, also after a failure.
pub async fn prove(
    server: &Config,
    previous: &Schema,
    next: &Schema,
    file: &MigrationFile,
) -> Result<(), ProveError> {
    let namespaces = namespaces([previous, next]);
    let migrated = with_scratch(server, async |client| {
        build(client, previous, Purpose::Parent).await?;
        run(client, &file.stages, Purpose::Migration).await?;
        Ok::<_, ProveError>(introspect(client, &namespaces).await?)
    });
    // Both are waited for, also when one fails: a database whose work is abandoned half way would stay behind.
    let (migrated, target) = tokio::join!(migrated, built(server, next, &namespaces));
    compare(&migrated?, &target?)
}

/// The schema as a server holds it when it is built from nothing, with expressions as the server prints them. What
/// [`push`](crate::push) compares a database with.
pub async fn build_and_introspect(server: &Config, schema: &Schema) -> Result<Introspected, ProveError> {
    built(server, schema, &namespaces([schema])).await
}

async fn built(server: &Config, schema: &Schema, namespaces: &[&str]) -> Result<Introspected, ProveError> {
    with_scratch(server, async |client| {
        build(client, schema, Purpose::Target).await?;
        Ok(introspect(client, namespaces).await?)
    })
    .await
}

async fn build(client: &Client, schema: &Schema, purpose: Purpose) -> Result<(), ProveError> {
    let steps = diff(&Schema::default(), schema, &RenameHints::default())?;
    run(client, &plan(&steps), purpose).await
}

async fn run(client: &Client, stages: &[Stage], purpose: Purpose) -> Result<(), ProveError> {
    let execute = async |sql: &str| {
        let failed = |source| ProveError::Statement { purpose, statement: sql.to_owned(), source };
        client.batch_execute(sql).await.map_err(failed)
    };
    for stage in stages {
        if stage.options.transaction {
            execute("BEGIN").await?;
        }
        for statement in &stage.statements {
            execute(statement).await?;
        }
        if stage.options.transaction {
            execute("COMMIT").await?;
        }
    }
    Ok(())
}

/// The namespaces of the schemas, always with the default one.
pub(crate) fn namespaces<'a>(schemas: impl IntoIterator<Item = &'a Schema>) -> Vec<&'a str> {
    let mut names = BTreeSet::from(["public"]);
    for schema in schemas {
        names.extend(schema.namespaces());
    }
    names.into_iter().collect()
}

/// Compares object by object. The order of a table's columns does not count: an added one is always the last.
fn compare(migrated: &Introspected, target: &Introspected) -> Result<(), ProveError> {
    let lines = |introspected: &Introspected| -> BTreeSet<String> {
        let others =
            introspected.unsupported.iter().map(|object| format!("{} `{}`", object.kind, object.name));
        object_lines(&introspected.schema).into_iter().chain(others).collect()
    };
    let (migrated, target) = (lines(migrated), lines(target));
    let missing: Vec<String> = target.difference(&migrated).cloned().collect();
    let unexpected: Vec<String> = migrated.difference(&target).cloned().collect();
    if missing.is_empty() && unexpected.is_empty() {
        return Ok(());
    }
    Err(ProveError::Difference { missing, unexpected })
}

struct Differences<'a> {
    missing: &'a [String],
    unexpected: &'a [String],
}

impl fmt::Display for Differences<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("A database that is migrated differs from a new one:")?;
        for line in self.missing {
            write!(f, "\n  only in the new one: {line}")?;
        }
        for line in self.unexpected {
            write!(f, "\n  only in the migrated one: {line}")?;
        }
        Ok(())
    }
}
