//! Columns that somebody else has added to the project's tables.

use std::collections::{BTreeMap, BTreeSet};

use levity::schema::{Column, ObjectName, Schema, Table};
use levity_kit::{introspect::Unsupported, step::Step};

use crate::args::Answers;

/// The columns of the project's tables that no known schema has.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    all: BTreeSet<(ObjectName, String)>,
    left_alone: BTreeSet<(ObjectName, String)>,
}

impl Foreign {
    /// Finds them, and takes those out of `found` that rows can be inserted around: a difference does not see them.
    /// The others stay in it, and so does a column that an answer names.
    pub(super) fn take(found: &mut Schema, known: &[&Schema], answers: &Answers) -> Self {
        let renamed: BTreeMap<&str, &str> =
            answers.rename.iter().map(|(name, next)| (name.as_str(), next.as_str())).collect();
        let mut foreign = Self::default();
        for Table { name, columns, .. } in &mut found.tables {
            // The wanted table may have another name by now.
            let next = renamed.get(name.to_string().as_str()).map(|next| name.sibling(*next));
            let is_this = |table: &&Table| {
                let before = table.renamed_from.as_ref().map(|before| table.name.sibling(before));
                table.name == *name || before.as_ref() == Some(name) || next.as_ref() == Some(&table.name)
            };
            let definitions = known.iter().flat_map(|schema| &schema.tables).filter(is_this);
            let names: BTreeSet<&str> = definitions
                .flat_map(|table| &table.columns)
                .flat_map(|column| [Some(column.name.as_str()), column.renamed_from.as_deref()])
                .flatten()
                .collect();
            columns.retain(|column| {
                if names.contains(column.name.as_str()) {
                    return true;
                }
                foreign.all.insert((name.clone(), column.name.clone()));
                let path = format!("{name}.{}", column.name);
                let named = renamed.contains_key(path.as_str()) || answers.drop.contains(&path);
                if named || !is_optional(column) {
                    return true;
                }
                foreign.left_alone.insert((name.clone(), column.name.clone()));
                false
            });
        }
        foreign
    }

    /// Those that are still there after the plan.
    pub(super) fn left_alone(&self, steps: &[Step]) -> impl Iterator<Item = Unsupported> {
        let is_dropped = |table: &ObjectName| {
            steps.iter().any(|step| matches!(step, Step::DropTable { name } if name == table))
        };
        let left = self.left_alone.iter().filter(move |(table, _)| !is_dropped(table));
        left.map(|(table, column)| Unsupported {
            kind: "column".to_owned(),
            name: format!("{table}.{column}"),
        })
    }

    /// Whether the table, or this column of it, has one.
    pub(super) fn is_in(&self, table: &ObjectName, column: Option<&str>) -> bool {
        self.all.iter().any(|(owner, name)| owner == table && column.is_none_or(|column| column == name))
    }
}

/// Whether a row can be inserted that does not give it.
fn is_optional(column: &Column) -> bool {
    column.nullable || column.default.is_some() || column.identity.is_some() || column.generated.is_some()
}
