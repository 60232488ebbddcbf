//! A schema in a scratch database, built straight from the model.

use std::collections::BTreeSet;

use levity::{
    Config,
    migrate::{build_on_partitions, file::Stage},
    schema::{ObjectName, Schema},
    sql::quote_name,
};
use tokio_postgres::Client;

use super::{
    Parent, ProveError, Purpose,
    inventory::{Inventory, Name},
    replay,
};
use crate::{
    diff::{RenameHints, diff},
    introspect::{Introspected, introspect},
    plan::plan,
    scratch::{EMPTY, with_scratch},
};

/// What a schema is, once a server holds it.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) introspected: Introspected,
    pub(super) names: BTreeSet<Name>,
}

/// Builds a schema in an empty database. Where the server refuses that and there are migrations, it is built on what
/// custom SQL has made: what the schema needs may be there.
pub(super) async fn built(
    server: &Config,
    parent: &Parent<'_>,
    namespaces: &[&str],
    schema: &Schema,
) -> Result<Built, ProveError> {
    let from_nothing = with_scratch(server, EMPTY, async |client| {
        build(client, &Schema::default(), schema).await?;
        let mut built = read(client, namespaces).await?;
        forget_where_extensions_are(&mut built.introspected, schema);
        Ok(built)
    });
    match from_nothing.await {
        Err(ProveError::Statement { .. }) if !parent.history.migrations().is_empty() => {}
        other => return other,
    }
    let template = replay::template(server, parent.history).await?;
    with_scratch(server, &template, async |client| {
        for statement in drop_model(parent.schema) {
            execute(client, &statement, Purpose::Target).await?;
        }
        let before = read(client, namespaces).await?;
        build(client, &what_stays(parent.schema), schema).await?;
        let mut built = read(client, namespaces).await?.without(&before, schema);
        forget_where_extensions_are(&mut built.introspected, schema);
        Ok(built)
    })
    .await
}

/// An extension is right where it is unless the schema says where it has to be.
pub(super) fn forget_where_extensions_are(found: &mut Introspected, schema: &Schema) {
    for extension in &mut found.schema.extensions {
        let wanted = schema.extensions.iter().find(|wanted| wanted.name == extension.name);
        if wanted.is_some_and(|wanted| wanted.namespace.is_none()) {
            extension.namespace = None;
        }
    }
}

/// Leaves what the model does not know, unless it cannot be without the model's tables, views, sequences and types.
/// Extensions and namespaces stay as well, for what custom SQL has made of them.
fn drop_model(schema: &Schema) -> impl Iterator<Item = String> {
    let drop = |kind: &str, name: &ObjectName| format!("DROP {kind} IF EXISTS {} CASCADE", quote_name(name));
    let tables = schema.tables.iter().map(move |table| drop("TABLE", &table.name));
    let views = schema
        .views
        .iter()
        .map(move |view| drop(if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" }, &view.name));
    let domains = schema.domains.iter().map(move |domain| drop("DOMAIN", &domain.name));
    let enum_types = schema.enum_types.iter().map(move |enum_type| drop("TYPE", &enum_type.name));
    let sequences = schema.sequences.iter().map(move |sequence| drop("SEQUENCE", &sequence.name));
    views.chain(tables).chain(domains).chain(enum_types).chain(sequences)
}

/// What is left of the model.
fn what_stays(schema: &Schema) -> Schema {
    Schema {
        extensions: schema.extensions.clone(),
        declared_namespaces: schema.namespaces().into_iter().map(str::to_owned).collect(),
        ..Schema::default()
    }
}

async fn read(client: &Client, namespaces: &[&str]) -> Result<Built, ProveError> {
    let names = Inventory::read(client).await?.names();
    Ok(Built { introspected: introspect(client, namespaces).await?, names })
}

impl Built {
    /// Without what was there before, but with the extensions and namespaces of the model, which were there as well.
    fn without(mut self, before: &Self, model: &Schema) -> Self {
        let Introspected { schema, unsupported } = &mut self.introspected;
        let (extensions, namespaces) = (&model.extensions, model.namespaces());
        schema.extensions.retain(|found| extensions.iter().any(|wanted| wanted.name == found.name));
        schema.declared_namespaces.retain(|name| namespaces.contains(name.as_str()));
        schema.domains.retain(|domain| before.introspected.schema.domain(&domain.name).is_none());
        schema.sequences.retain(|sequence| before.introspected.schema.sequence(&sequence.name).is_none());
        schema.tables.retain(|table| before.introspected.schema.table(&table.name).is_none());
        schema.views.retain(|view| before.introspected.schema.view(&view.name).is_none());
        schema.enum_types.retain(|enum_type| before.introspected.schema.enum_type(&enum_type.name).is_none());
        unsupported.retain(|object| !before.introspected.unsupported.contains(object));
        self.names.retain(|name| !before.names.contains(name));
        self
    }
}

async fn build(client: &Client, from: &Schema, schema: &Schema) -> Result<(), ProveError> {
    let steps = diff(from, schema, &RenameHints::default())?;
    run(client, &plan(&steps), Purpose::Target).await
}

/// Runs stages as the runner does.
pub(super) async fn run(client: &Client, stages: &[Stage], purpose: Purpose) -> Result<(), ProveError> {
    for stage in stages {
        if stage.options.transaction {
            execute(client, "BEGIN", purpose).await?;
        }
        for statement in &stage.statements {
            execute(client, statement, purpose).await?;
        }
        if stage.options.transaction {
            execute(client, "COMMIT", purpose).await?;
        }
        if let (true, Some(index)) = (stage.options.on_partitions, &stage.options.builds_index) {
            build_on_partitions(client, index).await?;
        }
    }
    Ok(())
}

async fn execute(client: &Client, sql: &str, purpose: Purpose) -> Result<(), ProveError> {
    client.batch_execute(sql).await.map_err(|source| ProveError::statement(purpose, sql, source))
}
