//! Partitions, and what is done in another way to a table that has some.

use levity::schema::{Index, ObjectName};

use super::{Kind, Operations};
use crate::{
    render::{self, Build},
    step::{Constraint, PartitionStep},
};

impl Operations<'_> {
    pub(super) fn push_partition_step(&mut self, step: &PartitionStep) {
        let (kind, statements) = match step {
            // The default partition is looked through for rows that are in the new one from now on.
            PartitionStep::Add { table, partition, default, .. } => {
                let kind = if default.is_some() { Kind::Long } else { Kind::Short };
                (kind, render::add_partition(table, partition))
            }
            PartitionStep::Rename { table, previous, next } => {
                (Kind::Short, vec![render::rename_partition(table, previous, next)])
            }
            PartitionStep::Drop { table, partition, referencing } => {
                let kind = if referencing.is_empty() { Kind::Short } else { Kind::Long };
                (kind, render::drop_partition(table, &partition.name, !referencing.is_empty()))
            }
        };
        self.push_all(kind, statements);
    }

    pub(super) fn push_add_to_partitioned(&mut self, table: &ObjectName, constraint: &Constraint) {
        match constraint {
            Constraint::PrimaryKey(_) | Constraint::Unique(_) => {
                let sql = render::add_constraint_alone(table, constraint);
                self.push(Kind::OnPartitions(table.sibling(constraint.name())), sql);
            }
            // Before PostgreSQL 18 it cannot be added without a look at the rows.
            Constraint::ForeignKey(_) => self.push(Kind::Long, render::add_constraint(table, constraint)),
            Constraint::Check(_) | Constraint::Exclusion(_) => self.push_add_constraint(table, constraint),
        }
    }

    pub(super) fn push_index_of(&mut self, partitioned: bool, table: &ObjectName, index: &Index, name: &str) {
        if partitioned {
            let sql = render::create_index(table, index, name, Build::Alone);
            self.push(Kind::OnPartitions(table.sibling(name)), sql);
        } else {
            self.push_index(table, index, name);
        }
    }
}
