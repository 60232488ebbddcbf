//! The order of migrations.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use super::{HistoryError, Migration};

/// Parents before children; where several could come next, the smallest tag.
pub(super) fn sort(mut migrations: Vec<Migration>) -> Result<Vec<Migration>, HistoryError> {
    migrations.sort_by(|a, b| a.tag.cmp(&b.tag));
    let mut by_id = BTreeMap::new();
    for (index, migration) in migrations.iter().enumerate() {
        if let Some(first) = by_id.insert(migration.id.as_str(), index) {
            return Err(HistoryError::DuplicateId {
                id: migration.id.clone(),
                first: migrations[first].tag.clone(),
                second: migration.tag.clone(),
            });
        }
    }
    let mut children = vec![Vec::new(); migrations.len()];
    let mut waits_for = vec![0_usize; migrations.len()];
    for (index, migration) in migrations.iter().enumerate() {
        for parent in &migration.parents {
            let &parent = by_id.get(parent.as_str()).ok_or_else(|| HistoryError::MissingParent {
                tag: migration.tag.clone(),
                parent: parent.clone(),
            })?;
            children[parent].push(index);
            waits_for[index] += 1;
        }
    }

    // Indexes are in the order of tags.
    let mut ready: BinaryHeap<_> =
        (0..migrations.len()).filter(|&index| waits_for[index] == 0).map(Reverse).collect();
    let mut position = vec![None; migrations.len()];
    let mut count = 0;
    while let Some(Reverse(index)) = ready.pop() {
        position[index] = Some(count);
        count += 1;
        for &child in &children[index] {
            waits_for[child] -= 1;
            if waits_for[child] == 0 {
                ready.push(Reverse(child));
            }
        }
    }
    if count < migrations.len() {
        let tags = migrations.iter().zip(&position).filter(|(_, position)| position.is_none());
        return Err(HistoryError::Cycle { tags: tags.map(|(migration, _)| migration.tag.clone()).collect() });
    }
    let mut ordered: Vec<_> = position.into_iter().zip(migrations).collect();
    ordered.sort_by_key(|(position, _)| *position);
    Ok(ordered.into_iter().map(|(_, migration)| migration).collect())
}
