//! The index of a partitioned table, which is there when each partition has one and all are attached.
//!
//! The partitions are those that the database has at that moment: others make some of their own. So what is to be done is
//! asked of the server, and asked again after it was done, until nothing is left.

use std::collections::BTreeMap;

use tokio_postgres::{Client, GenericClient, Row, types::Type};

use crate::{
    schema::{ObjectName, generated_name},
    sql::{quote_ident, quote_name},
};

/// Something to be done for one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionTask {
    /// The partition.
    pub partition: ObjectName,
    /// Whether the statement takes as long as there are rows, and runs outside a transaction. The others are brief, and one
    /// transaction.
    pub concurrent: bool,
    /// The statements; exactly one where it is concurrent.
    pub statements: Vec<String>,
}

/// Why an index cannot be built on the partitions.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartitionTaskError {
    /// There is no index of this name on a partitioned table.
    #[error("there is no index {index} of a partitioned table: the statement of the stage makes another one")]
    NotPartitioned {
        /// The index's name, quoted.
        index: String,
    },
    /// A partition can have no index.
    #[error(
        "the partition `{partition}` is a foreign table, which has no indexes: create the index with `CREATE INDEX` in SQL of \
         your own, which passes foreign tables over"
    )]
    ForeignTable {
        /// The partition.
        partition: ObjectName,
    },
    /// Something else has the name of a partition's index.
    #[error(
        "the index of partition `{partition}` would be called {index}, and something else is; rename or drop that"
    )]
    NameTaken {
        /// The partition.
        partition: ObjectName,
        /// The index's name, quoted.
        index: String,
    },
    /// Another session builds the index of a partition.
    #[error("the index {index} of partition `{partition}` is being built by another session; wait for it")]
    BeingBuilt {
        /// The partition.
        partition: ObjectName,
        /// The index's name, quoted.
        index: String,
    },
    /// A query of the catalog, or a statement, failed.
    #[error("cannot build an index on the partitions of its table")]
    Query {
        /// Why.
        #[from]
        source: tokio_postgres::Error,
    },
}

/// What is left to be done before the index of a partitioned table is complete, by its name. Nothing when it is.
///
/// Run what it returns, and ask again: a partition that has its index by then has it attached next. An invalid index that an
/// interrupted build has left on a partition is dropped.
pub async fn partition_tasks(
    client: &impl GenericClient,
    index: &ObjectName,
) -> Result<Vec<PartitionTask>, PartitionTaskError> {
    tasks(client, &quote_name(index)).await
}

/// Does all that is left to be done, without a limit for locks: for a database that nobody else uses. The statement of the
/// stage has run; [`Migrator`](super::Migrator) does this by itself.
pub async fn build_on_partitions(client: &Client, index: &ObjectName) -> Result<(), PartitionTaskError> {
    loop {
        let tasks = partition_tasks(client, index).await?;
        if tasks.is_empty() {
            return Ok(());
        }
        for task in tasks {
            // Several statements of one message are one transaction.
            client.batch_execute(&task.statements.join(";\n")).await?;
        }
    }
}

/// [`partition_tasks`] by the index's quoted name.
pub(crate) async fn tasks(
    client: &impl GenericClient,
    index: &str,
) -> Result<Vec<PartitionTask>, PartitionTaskError> {
    let row = client.query_typed_opt(include_str!("partitions/index.sql"), &[(&index, Type::TEXT)]).await?;
    let Some(row) = row else { return Err(PartitionTaskError::NotPartitioned { index: index.to_owned() }) };
    let definition = Definition {
        name: row.try_get(2)?,
        unique: row.try_get(3)?,
        on: row.try_get::<_, Option<String>>(4)?.unwrap_or_default(),
        constraint: row.try_get(5)?,
        kind: row.try_get(6)?,
        deferrable: row.try_get(7)?,
    };
    let (oid, table): (u32, u32) = (row.try_get(0)?, row.try_get(1)?);
    let rows = client.query_typed(include_str!("partitions/tree.sql"), &[(&table, Type::OID)]).await?;
    let mut partitions = Vec::new();
    for row in &rows {
        partitions.push(Partition::read(row, &definition.name)?);
    }
    let names: Vec<String> = partitions.iter().map(|partition| quote_name(&partition.index)).collect();
    let rows =
        client.query_typed(include_str!("partitions/found.sql"), &[(&names, Type::TEXT_ARRAY)]).await?;
    let mut found = BTreeMap::new();
    for row in &rows {
        found.insert(row.try_get::<_, String>(0)?, Found::read(row)?);
    }
    let tree = Tree { definition, partitions, found };
    tree.below(table, oid, index)
}

/// What the indexes of all partitions have in common.
struct Definition {
    /// The name of the index of the partitioned table.
    name: String,
    unique: bool,
    /// What follows the table's name in `CREATE INDEX`.
    on: String,
    /// The constraint that the index belongs to, as `ADD CONSTRAINT` takes it.
    constraint: Option<String>,
    /// `PRIMARY KEY` or `UNIQUE`, where it belongs to one.
    kind: Option<String>,
    /// When that is checked.
    deferrable: String,
}

struct Partition {
    oid: u32,
    parent: u32,
    name: ObjectName,
    /// What the partition's index is called.
    index: ObjectName,
    kind: Kind,
    /// Its indexes that are attached, each with the one that it is attached to.
    attached: Vec<(u32, u32, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Table,
    Partitioned,
    Foreign,
}

/// A relation that has the name of a partition's index.
struct Found {
    oid: u32,
    /// The table, where it is an index.
    table: Option<u32>,
    valid: bool,
    being_built: bool,
    is_constraint: bool,
}

struct Tree {
    definition: Definition,
    partitions: Vec<Partition>,
    /// By their quoted names.
    found: BTreeMap<String, Found>,
}

impl Tree {
    /// What is to be done below a partitioned table, whose index is given by its number and its quoted name.
    fn below(&self, table: u32, oid: u32, index: &str) -> Result<Vec<PartitionTask>, PartitionTaskError> {
        let mut tasks = Vec::new();
        for partition in self.partitions.iter().filter(|partition| partition.parent == table) {
            let attached = partition.attached.iter().find(|(_, parent, _)| *parent == oid);
            match attached {
                Some((own, _, name)) if partition.kind == Kind::Partitioned => {
                    tasks.extend(self.below(partition.oid, *own, name)?);
                }
                Some(_) => {}
                None => tasks.extend(self.on(partition, index)?),
            }
        }
        Ok(tasks)
    }

    /// What comes next for a partition that lacks its index, or has it and is to be attached.
    fn on(&self, partition: &Partition, parent: &str) -> Result<Vec<PartitionTask>, PartitionTaskError> {
        let name = quote_name(&partition.index);
        let taken =
            || PartitionTaskError::NameTaken { partition: partition.name.clone(), index: name.clone() };
        let Some(found) = self.found.get(&name) else {
            return Ok(vec![self.build(partition)?]);
        };
        if found.table != Some(partition.oid) {
            return Err(taken());
        }
        if found.being_built {
            let (partition, index) = (partition.name.clone(), name);
            return Err(PartitionTaskError::BeingBuilt { partition, index });
        }
        if partition.kind == Kind::Partitioned {
            let below = self.below(partition.oid, found.oid, &name)?;
            if !below.is_empty() {
                return Ok(below);
            }
        } else if !found.valid {
            let statement = format!("DROP INDEX CONCURRENTLY {name}");
            return Ok(vec![partition.task(true, vec![statement])]);
        }
        let Definition { kind, deferrable, .. } = &self.definition;
        let constraint = kind.as_ref().filter(|_| !found.is_constraint).map(|kind| {
            let (table, index) = (quote_name(&partition.name), quote_ident(&partition.index.name));
            format!("ALTER TABLE {table} ADD CONSTRAINT {index} {kind} USING INDEX {index}{deferrable}")
        });
        let attach = format!("ALTER INDEX {parent} ATTACH PARTITION {name}");
        Ok(vec![partition.task(false, constraint.into_iter().chain([attach]).collect())])
    }

    fn build(&self, partition: &Partition) -> Result<PartitionTask, PartitionTaskError> {
        let Definition { unique, on, constraint, .. } = &self.definition;
        let unique = if *unique { "UNIQUE " } else { "" };
        let (table, index) = (quote_name(&partition.name), quote_ident(&partition.index.name));
        match (partition.kind, constraint) {
            (Kind::Foreign, _) => Err(PartitionTaskError::ForeignTable { partition: partition.name.clone() }),
            (Kind::Table, _) => {
                let statement = format!("CREATE {unique}INDEX CONCURRENTLY {index} ON {table} {on}");
                Ok(partition.task(true, vec![statement]))
            }
            (Kind::Partitioned, None) => {
                let statement = format!("CREATE {unique}INDEX {index} ON ONLY {table} {on}");
                Ok(partition.task(false, vec![statement]))
            }
            (Kind::Partitioned, Some(constraint)) => {
                let statement = format!("ALTER TABLE ONLY {table} ADD CONSTRAINT {index} {constraint}");
                Ok(partition.task(false, vec![statement]))
            }
        }
    }
}

impl Partition {
    fn read(row: &Row, index: &str) -> Result<Self, tokio_postgres::Error> {
        let name = ObjectName { namespace: Some(row.try_get(2)?), name: row.try_get(3)? };
        let (own, parents): (Vec<u32>, Vec<u32>) = (row.try_get(5)?, row.try_get(6)?);
        let names: Vec<String> = row.try_get(7)?;
        Ok(Self {
            oid: row.try_get(0)?,
            parent: row.try_get(1)?,
            index: name.sibling(generated_name(&[&name.name, index])),
            name,
            kind: match row.try_get(4)? {
                "p" => Kind::Partitioned,
                "f" => Kind::Foreign,
                _ => Kind::Table,
            },
            attached: own
                .into_iter()
                .zip(parents)
                .zip(names)
                .map(|((own, parent), name)| (own, parent, name))
                .collect(),
        })
    }

    fn task(&self, concurrent: bool, statements: Vec<String>) -> PartitionTask {
        PartitionTask { partition: self.name.clone(), concurrent, statements }
    }
}

impl Found {
    fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            oid: row.try_get(1)?,
            table: row.try_get(2)?,
            valid: row.try_get(3)?,
            being_built: row.try_get(4)?,
            is_constraint: row.try_get(5)?,
        })
    }
}
