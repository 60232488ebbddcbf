mod domain;
mod partition;
mod sequence;

pub(crate) use sequence::starts_with_default;

use std::{collections::BTreeSet, ops::Range};

use levity::{
    schema::{Check, Index, ObjectName, generated_name},
    sql::{quote_ident, quote_literal, quote_name},
};

use super::{conversion, leaves_rows_without, rewrites_to_add};
use crate::{
    render::{self, Build, alter_table},
    step::{Constraint, ExtensionStep, Step, ViewStep},
};

/// Statements that belong together, and what they do to others.
pub(super) struct Operation {
    /// The places of the steps that it belongs to.
    pub(super) steps: Range<usize>,
    pub(super) kind: Kind,
    pub(super) statements: Vec<String>,
}

/// What decides about the stage of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Touches nothing that existed before the migration.
    Fresh,
    /// Changes the catalog under a strong lock that is held briefly.
    Short,
    /// Reads or writes rows under a strong lock.
    Long,
    /// Reads rows under a lock that lets readers and writers work.
    Validate,
    /// Drops a view, which makes room for a change or for another view.
    DropView,
    /// Creates a view that was there before.
    CreateView,
    /// Adds a value that cannot be used before it is committed.
    EnumValue,
    /// Refuses to run in a transaction; with the index that it builds.
    Concurrent(Option<ObjectName>),
    /// Creates an index of a partitioned table, which the runner then builds on each partition.
    OnPartitions(ObjectName),
}

pub(super) fn operations(steps: &[Step]) -> Vec<Operation> {
    let created: BTreeSet<&ObjectName> = (steps.iter())
        .filter_map(|step| match step {
            Step::CreateTable(table) => Some(&table.name),
            _ => None,
        })
        .collect();
    let mut operations = Operations { created, steps: 0..0, list: Vec::new() };
    let are_neighbours = |left: &Step, right: &Step| {
        conversion::are_neighbours(left, right) || starts_with_default(left, right)
    };
    for steps in steps.chunk_by(are_neighbours) {
        operations.steps = operations.steps.end..operations.steps.end + steps.len();
        match steps {
            [Step::AlterType { .. } | Step::RecreateColumn { .. } | Step::DropColumn { .. }, ..] => {
                operations.list.extend(conversion::operations(steps, operations.steps.start));
            }
            [Step::SetDefault { .. }, Step::Sequence(start)] => operations.push_start(&steps[0], start),
            _ => steps.iter().for_each(|step| operations.push_step(step)),
        }
    }
    operations.list
}

struct Operations<'a> {
    /// The tables that this migration creates.
    created: BTreeSet<&'a ObjectName>,
    /// The places of the steps that are being turned into operations.
    steps: Range<usize>,
    list: Vec<Operation>,
}

impl Operations<'_> {
    fn push(&mut self, kind: Kind, statement: String) {
        self.push_all(kind, vec![statement]);
    }

    fn push_all(&mut self, kind: Kind, statements: Vec<String>) {
        self.list.push(Operation { steps: self.steps.clone(), kind, statements });
    }

    fn push_step(&mut self, step: &Step) {
        match step {
            Step::CreateNamespace { name } => {
                // It can be there already: a namespace is shared with other projects and never dropped.
                self.push(Kind::Fresh, format!("CREATE SCHEMA IF NOT EXISTS {}", quote_ident(name)));
            }
            Step::Extension(step) => {
                let kind = match step {
                    ExtensionStep::Create(_) => Kind::Fresh,
                    ExtensionStep::Move { .. } => Kind::Short,
                };
                self.push(kind, render::extension(step));
            }
            Step::CreateEnumType(enum_type) => self.push(Kind::Fresh, render::create_enum_type(enum_type)),
            Step::RenameEnumType { previous, next } => self.push(
                Kind::Short,
                format!("ALTER TYPE {} RENAME TO {}", quote_name(previous), quote_ident(&next.name)),
            ),
            Step::RenameEnumValue { enum_type, previous, next } => self.push(
                Kind::Short,
                format!(
                    "ALTER TYPE {} RENAME VALUE {} TO {}",
                    quote_name(enum_type),
                    quote_literal(previous),
                    quote_literal(next)
                ),
            ),
            Step::AddEnumValue { enum_type, label, place } => {
                self.push(Kind::EnumValue, render::add_enum_value(enum_type, label, place));
            }
            Step::DropEnumType { name } => self.push(Kind::Short, format!("DROP TYPE {}", quote_name(name))),
            Step::Domain(step) => self.push_domain_step(step),
            Step::Sequence(step) => self.push_sequence_step(step),
            Step::CreateTable(table) => {
                self.push_all(Kind::Fresh, render::create_table(table));
            }
            Step::RenameTable { previous, next } => {
                self.push(
                    Kind::Short,
                    alter_table(previous, &format!("RENAME TO {}", quote_ident(&next.name))),
                );
            }
            Step::DropTable { name } => self.push(Kind::Short, format!("DROP TABLE {}", quote_name(name))),
            Step::AddColumn { table, column, rules } => {
                let kind = if rewrites_to_add(column, rules) { Kind::Long } else { Kind::Short };
                let comment = column.comment.as_deref();
                let comment = comment.map(|text| render::comment(table, Some(&column.name), Some(text)));
                let leaves = leaves_rows_without(column, rules);
                let default = if leaves { render::set_default(table, column) } else { None };
                let add = alter_table(table, &render::add_column_action(column, !leaves));
                let statements = std::iter::once(add).chain(default).chain(comment);
                self.push_all(kind, statements.collect());
            }
            Step::SetStorage { table, previous, next } => {
                let statements = render::set_parameters(table, previous, next);
                self.push_all(Kind::Short, statements);
            }
            Step::SetLogged { table, logged } => {
                let action = if *logged { "SET LOGGED" } else { "SET UNLOGGED" };
                self.push(Kind::Long, alter_table(table, action));
            }
            Step::SetComment { table, column, comment } => {
                self.push(Kind::Short, render::comment(table, column.as_deref(), comment.as_deref()));
            }
            Step::RenameColumn { table, previous, next } => self.push(
                Kind::Short,
                alter_table(
                    table,
                    &format!("RENAME COLUMN {} TO {}", quote_ident(previous), quote_ident(next)),
                ),
            ),
            Step::DropColumn { .. } | Step::AlterType { .. } | Step::RecreateColumn { .. } => {
                self.list.extend(conversion::operations(std::slice::from_ref(step), self.steps.start));
            }
            Step::DropWithColumn { .. } => {}
            Step::DropExpression { table, column } => {
                self.push(Kind::Short, render::alter_column(table, column, "DROP EXPRESSION"));
            }
            Step::SetDefault { table, column, default } => {
                let action = format!("SET DEFAULT {}", render::default_value(&default.0));
                self.push(Kind::Short, render::alter_column(table, column, &action));
            }
            Step::DropDefault { table, column } => {
                self.push(Kind::Short, render::alter_column(table, column, "DROP DEFAULT"));
            }
            Step::SetNotNull { table, column } => self.push_set_not_null(table, column),
            Step::DropNotNull { table, column } => {
                self.push(Kind::Short, render::alter_column(table, column, "DROP NOT NULL"));
            }
            Step::AddIdentity { table, column, identity, options, sequence, indexed, serial } => {
                let kind = if *indexed { Kind::Short } else { Kind::Long };
                let serial = serial.as_ref();
                let statements = render::add_identity(table, column, *identity, *options, *sequence, serial);
                self.push_all(kind, statements);
            }
            Step::SetIdentity { table, column, identity } => {
                let action = format!("SET GENERATED {}", render::generated(*identity));
                self.push(Kind::Short, render::alter_column(table, column, &action));
            }
            Step::SetSequence { table, column, previous, next } => {
                let actions = render::set_sequence(*previous, *next);
                self.push(Kind::Short, render::alter_column(table, column, &actions));
            }
            Step::DropIdentity { table, column } => {
                self.push(Kind::Short, render::alter_column(table, column, "DROP IDENTITY"));
            }
            Step::AddConstraint { table, constraint, partitioned: true } if !self.created.contains(table) => {
                self.push_add_to_partitioned(table, constraint);
            }
            Step::AddConstraint { table, constraint, .. } => self.push_add_constraint(table, constraint),
            // The other key would have to be taken from the index that is built beside.
            Step::ReplaceKey { table, previous, next, partitioned: true, .. } => {
                self.push(Kind::Long, render::replace_constraint(table, previous, next));
            }
            Step::ReplaceKey { table, previous, next, index, partitioned: false } => {
                match (index, next.unique_index()) {
                    (Some(index), _) => {
                        self.push(Kind::Short, render::replace_key(table, previous, next, index));
                    }
                    (None, Some(built)) => {
                        let index = generated_name(&[next.name(), "new"]);
                        self.push_index(table, &built, &index);
                        self.push(Kind::Short, render::replace_key(table, previous, next, &index));
                    }
                    (None, None) => self.push(Kind::Long, render::replace_constraint(table, previous, next)),
                }
            }
            Step::KeyFromIndex { table, index, constraint } => {
                self.push(Kind::Short, render::key_from_index(table, constraint, index));
            }
            Step::IndexForKey { table, previous, next } => {
                let index = generated_name(&[&next.name, "new"]);
                self.push_index(table, next, &index);
                self.push(Kind::Short, render::drop_constraint(table, previous));
                self.push_rename_index(table, &index, &next.name);
            }
            Step::AlterDeferrable { table, constraint, next, .. } => {
                self.push(Kind::Short, render::alter_deferrable(table, constraint, *next));
            }
            Step::RenameConstraint { table, previous, next } => self.push(
                Kind::Short,
                alter_table(
                    table,
                    &format!("RENAME CONSTRAINT {} TO {}", quote_ident(previous), quote_ident(next)),
                ),
            ),
            Step::DropConstraint { table, constraint } => {
                self.push(Kind::Short, render::drop_constraint(table, constraint));
            }
            Step::CreateIndex { table, index, .. } if self.created.contains(table) => {
                self.push(Kind::Fresh, render::create_index(table, index, &index.name, Build::Plain));
            }
            Step::CreateIndex { table, index, partitioned } => {
                self.push_index_of(*partitioned, table, index, &index.name);
            }
            Step::ReplaceIndex { table, previous, next, partitioned } => {
                let name = generated_name(&[&next.name, "new"]);
                self.push_index_of(*partitioned, table, next, &name);
                let old = quote_name(&table.sibling(&previous.name));
                self.push(Kind::Short, format!("DROP INDEX {old}"));
                self.push_rename_index(table, &name, &next.name);
            }
            Step::AlterStorage { table, index, previous, next } => {
                let statements = render::alter_storage(&table.sibling(index), previous, next);
                self.push_all(Kind::Short, statements);
            }
            Step::RenameIndex { table, previous, next } => self.push_rename_index(table, previous, next),
            // PostgreSQL drops it concurrently only where there are no partitions.
            Step::DropIndex { table, name, partitioned: true, .. } => {
                self.push(Kind::Short, format!("DROP INDEX {}", quote_name(&table.sibling(name))));
            }
            // It can have happened already: the statement and the record that it ran are not one transaction.
            Step::DropIndex { table, name, .. } => self.push(
                Kind::Concurrent(None),
                format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quote_name(&table.sibling(name))),
            ),
            Step::Partition(step) => self.push_partition_step(step),
            Step::View(step) => self.push_view_step(step),
        }
    }

    fn push_view_step(&mut self, step: &ViewStep) {
        let (kind, statements) = match step {
            // The rows are read without keeping anybody out, but that can take long.
            ViewStep::Create { view, reads_rows: true, .. } if view.materialized => {
                (Kind::Validate, render::create_view(view))
            }
            ViewStep::Create { view, again, .. } => {
                (if *again { Kind::CreateView } else { Kind::Fresh }, render::create_view(view))
            }
            ViewStep::Build(view) => (Kind::Validate, render::build_view(view)),
            ViewStep::Swap { previous, next } => (Kind::Short, render::swap_view(previous, next)),
            ViewStep::Replace(view) => (Kind::Short, vec![render::replace_view(view)]),
            ViewStep::Rename { view, next } => (Kind::Short, vec![render::rename_view(view, next)]),
            ViewStep::Drop { view, .. } => (Kind::DropView, vec![render::drop_view(view)]),
        };
        self.push_all(kind, statements);
    }

    fn push_add_constraint(&mut self, table: &ObjectName, constraint: &Constraint) {
        if self.created.contains(table) {
            let references_existing = match constraint {
                Constraint::ForeignKey(key) => !self.created.contains(&key.references),
                Constraint::PrimaryKey(_)
                | Constraint::Unique(_)
                | Constraint::Check(_)
                | Constraint::Exclusion(_) => false,
            };
            let kind = if references_existing { Kind::Short } else { Kind::Fresh };
            self.push(kind, render::add_constraint(table, constraint));
            return;
        }
        match (constraint, constraint.unique_index()) {
            (_, Some(index)) => {
                self.push_index(table, &index, &index.name);
                self.push(Kind::Short, render::key_from_index(table, constraint, &index.name));
            }
            (Constraint::Exclusion(_), None) => {
                self.push(Kind::Long, render::add_constraint(table, constraint));
            }
            (_, None) => {
                self.push(Kind::Short, render::add_not_valid(table, constraint));
                self.push(Kind::Validate, render::validate_constraint(table, constraint.name()));
            }
        }
    }

    /// A valid check that the column is not NULL saves `SET NOT NULL` from reading the table under its lock.
    fn push_set_not_null(&mut self, table: &ObjectName, column: &str) {
        let check = Check::new(
            generated_name(&[&table.name, column, "levity_not_null"]),
            format!("{} IS NOT NULL", quote_ident(column)),
        );
        let name = check.name.clone();
        self.push(Kind::Short, render::add_not_valid(table, &Constraint::Check(check)));
        self.push(Kind::Validate, render::validate_constraint(table, &name));
        self.push(Kind::Short, render::alter_column(table, column, "SET NOT NULL"));
        self.push(Kind::Short, alter_table(table, &format!("DROP CONSTRAINT {}", quote_ident(&name))));
    }

    fn push_index(&mut self, table: &ObjectName, index: &Index, name: &str) {
        let sql = render::create_index(table, index, name, Build::Concurrently);
        self.push(Kind::Concurrent(Some(table.sibling(name))), sql);
    }

    fn push_rename_index(&mut self, table: &ObjectName, previous: &str, next: &str) {
        let previous = quote_name(&table.sibling(previous));
        self.push(Kind::Short, format!("ALTER INDEX {previous} RENAME TO {}", quote_ident(next)));
    }
}
