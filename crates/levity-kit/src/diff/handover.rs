//! Unique indexes that become keys, and indexes that take the place of keys under their names.

use levity::schema::{Deferrable, Index};

use super::{
    index::same_index,
    key::{matched_primary_keys, matched_uniques},
    table::TablePair,
};
use crate::step::Constraint;

/// What goes from indexes to keys of a table, and back.
#[derive(Default)]
pub(super) struct Handover<'a> {
    /// An index of before, and the new key that uses it.
    used: Vec<(&'a Index, Constraint)>,
    /// The name of a key that goes, and the index that gets it.
    successors: Vec<(String, &'a Index)>,
}

impl<'a> Handover<'a> {
    pub(super) fn of(pair: &TablePair<'a>) -> Self {
        let indexes = pair.tables.map(|table| table.indexes.as_slice());
        let mut gone = without(indexes.previous, indexes.next);
        // One that goes with its column is nobody's.
        gone.retain(|index| !index.columns().any(|column| pair.goes_early(column)));
        let new = without(indexes.next, indexes.previous);
        let mut handover = Self::default();
        // PostgreSQL makes no key of the index of a partitioned table.
        if pair.is_partitioned() || gone.is_empty() && new.is_empty() {
            return handover;
        }
        let primary_keys = matched_primary_keys(pair);
        let uniques = matched_uniques(pair);
        let changed_primary_keys = primary_keys.changed.iter().map(|(_, next)| *next);
        let changed_uniques = uniques.changed.iter().map(|(_, next)| *next);
        let keys: Vec<Constraint> = (primary_keys.added.iter().copied().chain(changed_primary_keys))
            .map(|key| Constraint::PrimaryKey(key.clone()))
            .chain(
                (uniques.added.iter().copied().chain(changed_uniques))
                    .map(|unique| Constraint::Unique(unique.clone())),
            )
            .collect();
        handover.use_indexes(gone, keys);

        let dropped = (primary_keys.dropped.iter().map(|key| Constraint::PrimaryKey((*key).clone())))
            .chain(uniques.dropped.iter().map(|unique| Constraint::Unique((*unique).clone())));
        for key in dropped {
            let converts = |index: &Index| index.columns().any(|column| pair.converts(column));
            let successor = new.iter().find(|index| index.name == key.name());
            if let Some(index) = successor
                && !converts(index)
                && !key.unique_index().is_some_and(|before| converts(&before))
            {
                handover.successors.push((key.name().to_owned(), index));
            }
        }
        handover
    }

    /// An index goes to the key of its name before it goes to any other.
    fn use_indexes(&mut self, mut indexes: Vec<&'a Index>, mut keys: Vec<Constraint>) {
        for by_name in [true, false] {
            keys.retain(|key| {
                let Some(wanted) = key.unique_index() else { return false };
                let position = indexes
                    .iter()
                    .position(|index| same_index(index, &wanted) && (!by_name || index.name == wanted.name));
                if let Some(position) = position {
                    self.used.push((indexes.remove(position), key.clone()));
                }
                position.is_none()
            });
        }
    }

    /// The index that this new key uses.
    pub(super) fn index_for(&self, key: &Constraint) -> Option<&'a Index> {
        self.used.iter().find(|(_, other)| other == key).map(|(index, _)| *index)
    }

    /// Whether a key uses this index from now on.
    pub(super) fn is_used(&self, index: &Index) -> bool {
        self.used.iter().any(|(used, _)| used.name == index.name)
    }

    /// Whether the index stays as one that a foreign key can rest on.
    pub(super) fn becomes_key(&self, index: &Index) -> bool {
        (self.used.iter()).any(|(used, key)| used.name == index.name && key.deferrable() == Deferrable::No)
    }

    /// The index in the place of a key that goes.
    pub(super) fn index_after(&self, key: &Constraint) -> Option<&'a Index> {
        self.successors.iter().find(|(name, _)| name == key.name()).map(|(_, index)| *index)
    }

    /// Whether the index comes in the place of a key.
    pub(super) fn is_successor(&self, index: &Index) -> bool {
        self.successors.iter().any(|(name, _)| *name == index.name)
    }
}

/// Whether an index is what a new key asks for, or what a key was that goes.
pub(super) fn can_hand_over(pair: &TablePair<'_>) -> bool {
    let keys = pair.tables.map(|table| {
        let primary_keys = table.primary_key.iter().cloned().map(Constraint::PrimaryKey);
        let uniques = table.uniques.iter().cloned().map(Constraint::Unique);
        primary_keys.chain(uniques).filter_map(|key| key.unique_index()).collect::<Vec<_>>()
    });
    let meets = |keys: &[Index], others: &[Index], indexes: &[Index]| {
        let is = |key: &&Index, indexes: &[Index]| indexes.iter().any(|index| same_index(index, key));
        keys.iter().filter(|key| !is(key, others)).any(|key| is(&key, indexes))
    };
    meets(&keys.next, &keys.previous, &pair.tables.previous.indexes)
        || meets(&keys.previous, &keys.next, &pair.tables.next.indexes)
}

/// The indexes whose names the others do not have.
fn without<'a>(indexes: &'a [Index], others: &[Index]) -> Vec<&'a Index> {
    indexes.iter().filter(|index| others.iter().all(|other| other.name != index.name)).collect()
}
