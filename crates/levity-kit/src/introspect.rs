//! Reads a schema from a database's catalog.

mod column;
mod constraint;
mod domain;
mod enum_type;
mod extension;
mod index;
mod partition;
mod read;
mod sequence;
mod sql_type;
mod table;
mod view;

use levity::schema::Schema;
use tokio_postgres::Client;

/// The namespace whose objects the model names without one.
const DEFAULT_NAMESPACE: &str = "public";

/// What a database holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspected {
    /// The objects that the model can hold.
    pub schema: Schema,
    /// All others, sorted. They are not part of `schema`, so no plan touches them.
    pub unsupported: Vec<Unsupported>,
}

impl Introspected {
    /// What is comparable with a database that was made for `target` alone: without the extensions and namespaces that
    /// only this one has. No plan drops those.
    #[must_use]
    pub fn without_what_stays(&self, target: &Self) -> Self {
        let (mut rest, target) = (self.clone(), &target.schema);
        rest.schema.declared_namespaces.retain(|name| target.declared_namespaces.contains(name));
        let is_wanted = |name: &str| target.extensions.iter().any(|wanted| wanted.name == name);
        rest.schema.extensions.retain(|extension| is_wanted(&extension.name));
        rest
    }
}

/// An object that the schema model does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsupported {
    /// What it is: `domain`, `trigger`, `generated column`, …
    pub kind: String,
    /// Its name, with its namespace and table where it has them.
    pub name: String,
}

/// Why a catalog could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntrospectError {
    /// A query of the catalog failed.
    #[error("cannot read the {what} of the database")]
    Query {
        /// What was being read.
        what: &'static str,
        /// Why.
        source: tokio_postgres::Error,
    },
}

/// Reads the objects of the given namespaces (`public` is the one whose objects carry no namespace in the model), all
/// from one snapshot of the catalog.
///
/// Extensions are read whatever their namespace; their objects and the namespace `levity` are left out. The queries run in
/// a transaction of their own, so the client must not be in one. Expressions come as the server prints them.
pub async fn introspect(client: &Client, namespaces: &[&str]) -> Result<Introspected, IntrospectError> {
    // The search path decides which names the server prints with their namespace. The queries of the catalog look costly
    // enough to be compiled to machine code, which takes many times as long as running them.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = public; SET LOCAL jit = off";
    client.batch_execute(begin).await.map_err(|source| IntrospectError::Query { what: "catalog", source })?;
    let namespaces: Vec<&str> = namespaces.iter().copied().filter(|name| *name != "levity").collect();
    let result = read::read(client, &namespaces).await;
    let end = client.batch_execute("ROLLBACK").await;
    let introspected = result?;
    end.map_err(|source| IntrospectError::Query { what: "catalog", source })?;
    Ok(introspected)
}
