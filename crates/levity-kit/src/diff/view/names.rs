use std::collections::{BTreeMap, BTreeSet};

use levity::{
    schema::{ObjectName, Schema, View},
    sql::{quote_literal, quote_name},
};

use super::super::{pair::Pair, rename::Renames};
use crate::words::{Word, words};

/// What the words of a view's query are called after the renames of a migration.
///
/// PostgreSQL follows a rename by itself: `SELECT a FROM t` is then printed as `SELECT b AS a FROM t`.
#[derive(Default)]
pub(super) struct NewNames {
    names: BTreeMap<String, BTreeSet<String>>,
    /// The labels of enum types and the names of sequences, as literals.
    literals: BTreeSet<(String, String)>,
    /// Old names that mean something else after the migration.
    reused: BTreeSet<String>,
}

impl NewNames {
    /// `schemas.previous` has the new names already.
    pub(super) fn new(renames: &Renames, schemas: Pair<&Schema>) -> Self {
        let mut new_names = Self::default();
        for (previous, next) in renames.relations_and_types() {
            new_names.add(&previous.name, &next.name);
        }
        for (_, previous, next) in renames.columns() {
            new_names.add(previous, next);
        }
        for (previous, next) in renames.labels() {
            new_names.literals.insert((quote_literal(previous), quote_literal(next)));
        }
        for (previous, next) in renames.sequences() {
            for previous in spellings(previous) {
                new_names.literals.extend(spellings(next).map(|next| (previous.clone(), next)));
            }
        }
        let names = schemas.map(owned_names);
        for (owner, name) in &names.next {
            let is_old = renames.columns().any(|(table, previous, _)| *owner == table && *name == previous)
                || renames
                    .relations_and_types()
                    .any(|(previous, _)| *owner == previous && *name == previous.name);
            if is_old || !names.previous.contains(&(*owner, *name)) {
                new_names.reused.insert((*name).to_owned());
            }
        }
        new_names
    }

    fn add(&mut self, previous: &str, next: &str) {
        self.names.entry(previous.to_owned()).or_default().insert(next.to_owned());
    }

    pub(super) fn of(&self, name: &str) -> impl Iterator<Item = &String> {
        self.names.get(name).into_iter().flatten()
    }

    /// Whether a query is still the same after the renames. Space and comments do not count.
    pub(super) fn same_query(&self, views: Pair<&View>) -> bool {
        let words =
            views.map(|view| words(&view.definition.0).filter(|word| !word.is_space()).collect::<Vec<_>>());
        let is_as = |word: Option<&Word<'_>>| word.is_some_and(|word| word.text().eq_ignore_ascii_case("as"));
        let mut rest = words.next.as_slice();
        for (position, word) in words.previous.iter().enumerate() {
            let Some((other, tail)) = rest.split_first() else { return false };
            rest = tail;
            match (word.identifier(), other.identifier()) {
                (Some(name), Some(other)) if name != other => {
                    if !self.of(&name).any(|next| *next == other) {
                        return false;
                    }
                    // The column of the view keeps its name.
                    if is_as(rest.first())
                        && rest.get(1).and_then(|word| word.identifier()) == Some(name)
                        && !is_as(words.previous.get(position + 1))
                    {
                        rest = &rest[2..];
                    }
                }
                (Some(name), Some(_)) => {
                    if self.names.contains_key(&name) && self.reused.contains(&name) {
                        return false;
                    }
                }
                (None, None) => {
                    let (text, other) = (word.text().to_owned(), other.text().to_owned());
                    if text != other && !self.literals.contains(&(text, other)) {
                        return false;
                    }
                }
                (Some(_), None) | (None, Some(_)) => return false,
            }
        }
        rest.is_empty()
    }
}

/// How the name of a sequence is written as a literal.
fn spellings(name: &ObjectName) -> [String; 2] {
    [quote_literal(&name.to_string()), quote_literal(&quote_name(name))]
}

/// Every name with what it belongs to; of a table, view, sequence or type that is itself.
fn owned_names(schema: &Schema) -> BTreeSet<(&ObjectName, &str)> {
    let mut names = BTreeSet::new();
    names.extend(schema.enum_types.iter().map(|enum_type| (&enum_type.name, enum_type.name.name.as_str())));
    names.extend(schema.domains.iter().map(|domain| (&domain.name, domain.name.name.as_str())));
    names.extend(schema.sequences.iter().map(|sequence| (&sequence.name, sequence.name.name.as_str())));
    for table in &schema.tables {
        names.insert((&table.name, table.name.name.as_str()));
        names.extend(table.columns.iter().map(|column| (&table.name, column.name.as_str())));
    }
    for view in &schema.views {
        names.insert((&view.name, view.name.name.as_str()));
        names.extend(view.columns.iter().map(|column| (&view.name, column.name.as_str())));
    }
    names
}
