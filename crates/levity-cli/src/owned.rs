//! What a project owns in a database: the tables, views, sequences and types that its applied migrations have created.
//! Never an extension or a namespace, which others can use.

mod views;

use std::collections::BTreeSet;

use levity::{
    migrate::{
        Migrator, Problem, Status,
        history::{Migration, SNAPSHOT_FILE},
    },
    schema::{EnumType, ObjectName, Schema, generated_name},
    sql::quote_name,
};
use levity_kit::snapshot::Snapshot;
use serde::Serialize;
use tokio_postgres::{Client, GenericClient, Row};

use crate::{context::Context, failure::Failure, kit::KitError};
pub(crate) use views::OwnedView;

/// The objects of the project that are in the database now, with their namespaces.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Owned {
    pub(crate) tables: Vec<ObjectName>,
    /// The partitions that the schemas declare; each goes with its table.
    partitions: BTreeSet<ObjectName>,
    /// The enum types and domains.
    pub(crate) types: Vec<ObjectName>,
    pub(crate) sequences: Vec<ObjectName>,
    /// Each before the ones that it reads.
    pub(crate) views: Vec<OwnedView>,
}

/// A table and how much is in it.
#[derive(Debug, Serialize)]
pub(crate) struct TableRows {
    pub(crate) table: String,
    pub(crate) rows: i64,
}

const NAMESPACE: &str = "public";

impl Owned {
    /// Reads the history. Refuses when the database has migrations whose files are not here: what they created is not
    /// known then.
    pub(crate) async fn find(
        context: &Context,
        migrator: &Migrator,
        client: &Client,
    ) -> Result<Self, Failure> {
        let status = migrator.status_on(client).await?;
        let problems: Vec<String> = (status.problems.iter())
            .filter(|problem| matches!(problem, Problem::Deleted { .. } | Problem::Newer { .. }))
            .map(ToString::to_string)
            .collect();
        if !problems.is_empty() {
            return Err(Failure::UnknownHistory { problems });
        }
        let mut tables = BTreeSet::new();
        let mut partitions = BTreeSet::new();
        let mut types = BTreeSet::new();
        let mut sequences = BTreeSet::new();
        let mut views = BTreeSet::new();
        for schema in recorded_schemas(context, migrator, client, &status).await? {
            for table in schema.tables {
                let declared = table.partitions.iter().map(|partition| table.name.sibling(&partition.name));
                partitions.extend(declared.map(qualified));
                tables.insert(qualified(table.name));
            }
            types.extend(schema.enum_types.into_iter().map(|enum_type| qualified(enum_type.name)));
            types.extend(schema.domains.into_iter().map(|domain| qualified(domain.name)));
            sequences.extend(schema.sequences.into_iter().map(|sequence| qualified(sequence.name)));
            views.extend(schema.views.into_iter().map(|view| qualified(view.name)));
        }
        Ok(Self {
            tables: existing(client, TABLES, &tables).await?,
            partitions,
            types: existing(client, TYPES, &types).await?,
            sequences: existing(client, SEQUENCES, &sequences).await?,
            views: views::existing(client, &views).await?,
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.types.is_empty() && self.sequences.is_empty() && self.views.is_empty()
    }

    /// The tables, as a list in SQL.
    pub(crate) fn table_list(&self) -> String {
        list(&self.tables)
    }

    /// The enum types and domains, as a list in SQL.
    pub(crate) fn type_list(&self) -> String {
        list(&self.types)
    }

    /// The sequences, as a list in SQL.
    pub(crate) fn sequence_list(&self) -> String {
        list(&self.sequences)
    }

    /// How many rows each table has.
    pub(crate) async fn rows(&self, client: &Client) -> Result<Vec<TableRows>, Failure> {
        let mut counted = Vec::new();
        for table in &self.tables {
            let sql = format!("SELECT count(*) FROM {}", quote_name(table));
            let failed = |source| Failure::Query { attempt: "count the rows of a table", source };
            let row = client.query_one(&sql, &[]).await.map_err(failed)?;
            counted.push(TableRows { table: display(table), rows: row.get(0) });
        }
        Ok(counted)
    }

    /// Objects of others that hold on to the tables: foreign keys of other tables, partitions and children.
    pub(crate) async fn dependents(&self, client: &impl GenericClient) -> Result<Vec<String>, Failure> {
        let (namespaces, names): (Vec<_>, Vec<_>) = columns(self.tables.iter().chain(&self.partitions));
        let rows = client
            .query(include_str!("owned/dependents.sql"), &[&namespaces, &names])
            .await
            .map_err(|source| Failure::Query { attempt: "look for what depends on the tables", source })?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

/// The schemas that the history in a database tells of, as far as the migrations are here.
pub(crate) async fn recorded(context: &Context, client: &Client) -> Result<Vec<Schema>, Failure> {
    let migrator = match context.migrator() {
        Err(Failure::NoMigrations { .. }) => return Ok(Vec::new()),
        other => other?,
    };
    let status = migrator.status_on(client).await?;
    recorded_schemas(context, &migrator, client, &status).await
}

/// The schema that the applied migrations lead to, and those of the migrations that are applied in part. Not what an
/// earlier migration created and a later one dropped: a table of that name is somebody else's today.
async fn recorded_schemas(
    context: &Context,
    migrator: &Migrator,
    client: &Client,
    status: &Status,
) -> Result<Vec<Schema>, Failure> {
    let tags: BTreeSet<_> = status.applied.iter().map(|applied| &applied.tag).collect();
    let begun: BTreeSet<_> = (status.pending.iter())
        .filter(|pending| pending.applied_stages > 0 || pending.started)
        .map(|pending| &pending.tag)
        .collect();
    let history = migrator.history();
    let migrations = history.migrations();
    let applied: Vec<_> = migrations.iter().filter(|migration| tags.contains(&migration.tag)).collect();
    let is_parent = |id: &String| applied.iter().any(|migration| migration.parents.contains(id));
    let last = applied.iter().copied().filter(|migration| !is_parent(&migration.id));
    let read = |migration: &Migration| {
        let path = context.project.migrations.join(migration.tag.as_str()).join(SNAPSHOT_FILE);
        Ok::<_, Failure>(Snapshot::read(&path).map_err(KitError::from)?.schema)
    };
    let mut schemas: Vec<Schema> = last.map(read).collect::<Result<_, _>>()?;
    let mut set_aside = BTreeSet::new();
    let mut built = Vec::new();
    for migration in migrations.iter().filter(|migration| begun.contains(&migration.tag)) {
        let next = read(migration)?;
        for parent in migration.parents.iter().filter_map(|id| history.get(id)) {
            let previous = read(parent)?;
            set_aside.extend(set_aside_names(&previous, &next));
            built.extend(views::built_beside(&previous, &next));
        }
        schemas.push(next);
    }
    schemas.push(Schema {
        enum_types: existing_set_aside(client, &set_aside, &schemas).await?,
        views: built,
        ..Schema::default()
    });
    Ok(schemas)
}

/// What enum types are called while a migration puts others in their place.
fn set_aside_names(previous: &Schema, next: &Schema) -> impl Iterator<Item = ObjectName> {
    let changed = next.enum_types.iter().filter(|enum_type| {
        previous.enum_type(&enum_type.name).is_none_or(|before| before.values != enum_type.values)
    });
    changed.map(|enum_type| enum_type.name.sibling(generated_name(&[&enum_type.name.name, "old"])))
}

/// Those that are there, and that no table outside the schemas uses.
async fn existing_set_aside(
    client: &Client,
    names: &BTreeSet<ObjectName>,
    schemas: &[Schema],
) -> Result<Vec<EnumType>, Failure> {
    let (namespaces, names): (Vec<_>, Vec<_>) = columns(names);
    let (table_namespaces, tables) =
        columns(schemas.iter().flat_map(|schema| &schema.tables).map(|table| &table.name));
    let rows = client
        .query(include_str!("owned/set_aside.sql"), &[&namespaces, &names, &table_namespaces, &tables])
        .await
        .map_err(|source| Failure::Query {
            attempt: "look for enum types that a migration has set aside",
            source,
        })?;
    let enum_type = |row: &Row| {
        let namespace = Some(row.get(0)).filter(|namespace| namespace != NAMESPACE);
        EnumType { name: ObjectName { namespace, name: row.get(1) }, renamed_from: None, values: Vec::new() }
    };
    Ok(rows.iter().map(enum_type).collect())
}

const TABLES: &str = "SELECT o.namespace, o.name FROM unnest($1::text[], $2::text[]) AS o(namespace, name) \
     JOIN pg_catalog.pg_namespace n ON n.nspname = o.namespace \
     JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = o.name AND c.relkind IN ('r', 'p') \
     ORDER BY 1, 2";

const SEQUENCES: &str = "SELECT o.namespace, o.name FROM unnest($1::text[], $2::text[]) AS o(namespace, name) \
     JOIN pg_catalog.pg_namespace n ON n.nspname = o.namespace \
     JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = o.name AND c.relkind = 'S' \
     ORDER BY 1, 2";

const TYPES: &str = "SELECT o.namespace, o.name FROM unnest($1::text[], $2::text[]) AS o(namespace, name) \
     JOIN pg_catalog.pg_namespace n ON n.nspname = o.namespace \
     JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = o.name AND t.typtype IN ('e', 'd') \
     ORDER BY 1, 2";

async fn existing(
    client: &Client,
    sql: &str,
    names: &BTreeSet<ObjectName>,
) -> Result<Vec<ObjectName>, Failure> {
    let (namespaces, names): (Vec<_>, Vec<_>) = columns(names);
    let rows = client
        .query(sql, &[&namespaces, &names])
        .await
        .map_err(|source| Failure::Query { attempt: "look for the project's objects", source })?;
    Ok(rows.iter().map(|row| ObjectName { namespace: Some(row.get(0)), name: row.get(1) }).collect())
}

fn columns<'a>(names: impl IntoIterator<Item = &'a ObjectName>) -> (Vec<&'a str>, Vec<&'a str>) {
    let namespace = |name: &'a ObjectName| name.namespace.as_deref().unwrap_or(NAMESPACE);
    names.into_iter().map(|name| (namespace(name), name.name.as_str())).unzip()
}

/// With its namespace: nothing that is deleted depends on a search path.
fn qualified(name: ObjectName) -> ObjectName {
    ObjectName { namespace: name.namespace.or_else(|| Some(NAMESPACE.to_owned())), ..name }
}

fn list(names: &[ObjectName]) -> String {
    names.iter().map(quote_name).collect::<Vec<_>>().join(", ")
}

/// As the schema spells it.
fn display(name: &ObjectName) -> String {
    match name.namespace.as_deref() {
        Some(NAMESPACE) | None => name.name.clone(),
        Some(_) => name.to_string(),
    }
}
