use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{ForeignKey, ObjectName, Schema, SqlType, Table};

use super::{
    column::is_watched,
    domain,
    enum_type::{Rebuild, Rebuilds},
    graph::dependencies_first,
    key::can_rest,
    order::{Phase, Steps},
    pair::Pair,
};
use crate::step::{Cast, Constraint, Step};

/// A table that exists on both sides, with what its neighbours must know about it.
pub(super) struct TablePair<'a> {
    pub(super) tables: Pair<&'a Table>,
    /// The schemas that it is part of.
    pub(super) schemas: Pair<&'a Schema>,
    /// The names of all tables, views, sequences, indexes, keys and types after the migration.
    pub(super) names_in_use: &'a BTreeSet<ObjectName>,
    /// The enum types that are created anew.
    pub(super) rebuilds: &'a Rebuilds,
}

impl<'a> TablePair<'a> {
    pub(super) fn name(&self) -> &'a ObjectName {
        &self.tables.next.name
    }

    pub(super) fn is_partitioned(&self) -> bool {
        self.tables.next.partition_by.is_some()
    }

    /// Whether an expression over the column has to make room for a change of it: the column gets another type by a
    /// conversion of its values, or is dropped on the way.
    pub(super) fn converts(&self, column: &str) -> bool {
        self.needs_a_cast(column) || self.goes_early(column)
    }

    /// Whether the column gets another type of any kind, or another collation.
    pub(super) fn changes_type(&self, column: &str) -> bool {
        let columns = self.tables.map(|table| table.column(column).map(|column| &column.sql_type));
        match (columns.previous, columns.next) {
            (Some(previous), Some(next)) => {
                previous != next || self.rebuild(next).is_some() || self.changes_collation(column)
            }
            _ => false,
        }
    }

    /// Whether a foreign key over the column would be tested anew, because its values are compared in another way from now on,
    /// or would lock the other table for as long as something else takes that is.
    pub(super) fn compares_anew(&self, column: &str) -> bool {
        let columns = self.tables.map(|table| table.column(column).map(|column| &column.sql_type));
        let shifts = columns.previous.zip(columns.next).is_some_and(|(previous, next)| {
            previous != next && self.cast(column, previous, next).is_some_and(|cast| cast.in_utc)
        });
        let is_tested = self.changes_type(column) && is_watched(self.tables.previous, column);
        self.converts(column) || self.changes_collation(column) || shifts || is_tested
    }

    fn changes_collation(&self, column: &str) -> bool {
        let columns = self.tables.map(|table| table.column(column).map(|column| &column.collation));
        columns.previous != columns.next
    }

    /// Whether the column gets another type by a conversion of its values.
    pub(super) fn writes_values(&self, column: &str) -> bool {
        self.needs_a_cast(column) && !self.recreates(column)
    }

    /// Whether the values of the column are not those of its new type.
    pub(super) fn needs_a_cast(&self, column: &str) -> bool {
        let columns = self.tables.map(|table| table.column(column).map(|column| &column.sql_type));
        match (columns.previous, columns.next) {
            (Some(previous), Some(next)) if previous != next => {
                self.cast(column, previous, next).is_none_or(|cast| cast.rewrites)
            }
            (Some(_), Some(same)) => self.rebuild(same).is_some(),
            _ => false,
        }
    }

    /// The conversion of a column between two types.
    pub(super) fn cast(&self, column: &str, previous: &SqlType, next: &SqlType) -> Option<Cast> {
        if previous.domain_name().or(next.domain_name()).is_some() {
            // What is behind the old domain is the type that was set aside, so that somebody has to say how.
            let is_rebuilt = self.rebuild(&self.schemas.previous.base_type(previous)).is_some();
            (!is_rebuilt).then(|| domain::cast(self.schemas, column, previous, next))?
        } else {
            Cast::between(column, previous, next)
        }
    }

    /// Whether the column gets another type at all, be it in place.
    pub(super) fn retypes(&self, column: &str) -> bool {
        let columns = self.tables.map(|table| table.column(column).map(|column| &column.sql_type));
        self.converts(column) || columns.previous.zip(columns.next).is_some_and(|(left, right)| left != right)
    }

    /// How a type that stays by its name is rebuilt.
    pub(super) fn rebuild(&self, sql_type: &SqlType) -> Option<&'a Rebuild> {
        self.rebuilds.get(sql_type.enum_name()?)
    }

    pub(super) fn drops(&self, column: &str) -> bool {
        self.tables.next.column(column).is_none()
    }

    /// When to drop an index or key that does not come back.
    pub(super) fn drop_phase(&self, name: &str, columns: &[&str]) -> Phase {
        let taken = self.names_in_use.contains(&self.name().sibling(name));
        if taken || columns.iter().any(|column| self.writes_values(column)) {
            Phase::DropInTheWay
        } else {
            Phase::DropParts
        }
    }
}

/// The names that share one set in PostgreSQL: tables, partitions, views, sequences, indexes, and keys, whose indexes have
/// their names. Tables and views share theirs with types as well.
pub(super) fn relation_names(schema: &Schema) -> BTreeSet<ObjectName> {
    let mut names: BTreeSet<ObjectName> =
        schema.sequences.iter().map(|sequence| sequence.name.clone()).collect();
    names.extend(schema.enum_types.iter().map(|enum_type| enum_type.name.clone()));
    names.extend(schema.domains.iter().map(|domain| domain.name.clone()));
    for table in &schema.tables {
        names.insert(table.name.clone());
        names.extend(table.partitions.iter().map(|partition| table.name.sibling(&partition.name)));
        let keys = table.primary_key.iter().map(|key| &key.name);
        let uniques = table.uniques.iter().map(|unique| &unique.name);
        let indexes = table.indexes.iter().map(|index| &index.name);
        let exclusions = table.exclusions.iter().map(|exclusion| &exclusion.name);
        names.extend(
            keys.chain(uniques).chain(exclusions).chain(indexes).map(|name| table.name.sibling(name)),
        );
    }
    for view in &schema.views {
        names.insert(view.name.clone());
        names.extend(view.indexes.iter().map(|index| view.name.sibling(&index.name)));
    }
    names
}

/// The tables that are there on both sides, by name.
pub(super) fn pairs<'a>(
    schemas: Pair<&'a Schema>,
    names_in_use: &'a BTreeSet<ObjectName>,
    rebuilds: &'a Rebuilds,
) -> Vec<TablePair<'a>> {
    let previous: BTreeMap<&ObjectName, &Table> =
        schemas.previous.tables.iter().map(|table| (&table.name, table)).collect();
    let mut pairs: Vec<TablePair<'_>> = (schemas.next.tables.iter())
        .filter_map(|next| {
            let previous = *previous.get(&next.name)?;
            Some(TablePair { tables: Pair { previous, next }, schemas, names_in_use, rebuilds })
        })
        .collect();
    pairs.sort_by_key(TablePair::name);
    pairs
}

/// The pair of a name, if the table is there on both sides.
pub(super) fn pair_of<'p, 'a>(pairs: &'p [TablePair<'a>], name: &ObjectName) -> Option<&'p TablePair<'a>> {
    pairs.binary_search_by(|pair| pair.name().cmp(name)).ok().map(|position| &pairs[position])
}

/// New tables, referenced ones first, then their indexes, then the foreign keys between them.
pub(super) fn push_create_steps(schemas: Pair<&Schema>, pairs: &[TablePair<'_>], steps: &mut Steps) {
    let created = schemas.next.tables.iter().filter(|table| pair_of(pairs, &table.name).is_none());
    for table in referenced_first(created.collect()) {
        steps.push(Phase::CreateTables, Step::CreateTable(table.clone()));
        for index in &table.indexes {
            let (partitioned, table) = (table.partition_by.is_some(), table.name.clone());
            let index = index.clone();
            steps.push(Phase::CreateTables, Step::CreateIndex { table, index, partitioned });
        }
        for key in &table.foreign_keys {
            let (partitioned, table) = (table.partition_by.is_some(), table.name.clone());
            let constraint = Constraint::ForeignKey(key.clone());
            steps.push(new_key_phase(key, pairs), Step::AddConstraint { table, constraint, partitioned });
        }
    }
}

/// A foreign key of a new table is created with the table, unless what it references is still to come.
fn new_key_phase(key: &ForeignKey, pairs: &[TablePair<'_>]) -> Phase {
    let Some(referenced) = pair_of(pairs, &key.references) else {
        return Phase::NewForeignKeys;
    };
    let ready = referenced.tables.previous.is_key(&key.referenced_columns)
        && can_rest(referenced, &key.referenced_columns);
    if ready { Phase::NewForeignKeys } else { Phase::ForeignKeys }
}

/// What a table says about itself. Tables that are logged from now on come after those that they reference, and before
/// them where it is the other way round.
pub(super) fn push_setting_steps(pairs: &[TablePair<'_>], steps: &mut Steps) {
    for pair in pairs {
        let Pair { previous, next } = pair.tables;
        let table = next.name.clone();
        if previous.storage != next.storage {
            let (previous, next) = (previous.storage.clone(), next.storage.clone());
            steps.push(Phase::Settings, Step::SetStorage { table: table.clone(), previous, next });
        }
        if previous.comment != next.comment {
            let comment = next.comment.clone();
            steps.push(Phase::Comments, Step::SetComment { table, column: None, comment });
        }
    }
    let changed = pairs.iter().filter(|pair| pair.tables.previous.unlogged != pair.tables.next.unlogged);
    let (unlogged, logged): (Vec<_>, Vec<_>) =
        changed.map(|pair| pair.tables.previous).partition(|table| !table.unlogged);
    let unlogged = referenced_first(unlogged).into_iter().rev().map(|table| (table, false));
    for (table, logged) in unlogged.chain(referenced_first(logged).into_iter().map(|table| (table, true))) {
        steps.push(Phase::SetLogged, Step::SetLogged { table: table.name.clone(), logged });
    }
}

/// Dropped tables, referencing ones first. Their foreign keys go before them where they reference each other in a
/// circle, where the key that they rest on changes, or where that table is dropped earlier since its name is taken.
pub(super) fn push_drop_steps(
    schemas: Pair<&Schema>,
    pairs: &[TablePair<'_>],
    names_in_use: &BTreeSet<ObjectName>,
    steps: &mut Steps,
) {
    let dropped = schemas.previous.tables.iter().filter(|table| pair_of(pairs, &table.name).is_none());
    let mut ordered = referenced_first(dropped.collect());
    ordered.reverse();
    let names: Vec<&ObjectName> = ordered.iter().map(|table| &table.name).collect();
    let early: Vec<&ObjectName> = (ordered.iter())
        .filter(|table| is_in_the_way(table, names_in_use))
        .map(|table| &table.name)
        .collect();
    for (position, table) in ordered.iter().enumerate() {
        let is_early = early.contains(&&table.name);
        for key in &table.foreign_keys {
            let is_gone =
                names[..position].contains(&&key.references) || early.contains(&&key.references) && !is_early;
            let changes = pair_of(pairs, &key.references)
                .is_some_and(|pair| !stays_referenced(pair, &key.referenced_columns));
            if is_gone || changes {
                let constraint = Constraint::ForeignKey(key.clone());
                steps.push(
                    Phase::DropForeignKeys,
                    Step::DropConstraint { table: table.name.clone(), constraint },
                );
            }
        }
        let phase = if is_early { Phase::DropInTheWay } else { Phase::DropTables };
        steps.push(phase, Step::DropTable { name: table.name.clone() });
    }
}

/// Whether a table that is dropped has a name, or has it for a part, that something else gets.
pub(super) fn is_in_the_way(table: &Table, names_in_use: &BTreeSet<ObjectName>) -> bool {
    let keys = table.primary_key.iter().map(|key| &key.name);
    let uniques = table.uniques.iter().map(|unique| &unique.name);
    let exclusions = table.exclusions.iter().map(|exclusion| &exclusion.name);
    let indexes = table.indexes.iter().map(|index| &index.name);
    let partitions = table.partitions.iter().map(|partition| &partition.name);
    let mut parts = keys.chain(uniques).chain(exclusions).chain(indexes).chain(partitions);
    names_in_use.contains(&table.name) || parts.any(|name| names_in_use.contains(&table.name.sibling(name)))
}

/// Whether a table that is dropped can keep its foreign key to this one until then.
fn stays_referenced(pair: &TablePair<'_>, columns: &[String]) -> bool {
    let becomes_unlogged = pair.tables.next.unlogged && !pair.tables.previous.unlogged;
    can_rest(pair, columns) && !becomes_unlogged
}

/// Sorted by name, but each table after the ones it references, as far as that is possible.
fn referenced_first(mut tables: Vec<&Table>) -> Vec<&Table> {
    tables.sort_by_key(|table| &table.name);
    dependencies_first(tables, |table, other| {
        table.foreign_keys.iter().any(|key| key.references == other.name)
    })
}
