use std::hash::{BuildHasher, RandomState};

/// Brings the hosts into random order. Each hasher of the standard library starts from a seed of its own, which is random
/// enough to spread connections.
pub(super) fn shuffle<T>(items: &mut [T]) {
    let seed = RandomState::new();
    for last in (1..items.len()).rev() {
        let choices = u64::try_from(last + 1).expect("there are not that many hosts");
        let chosen = seed.hash_one(last) % choices;
        items.swap(last, usize::try_from(chosen).expect("it is less than a number of hosts"));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_order_comes_up_and_nothing_is_lost() {
        let orders: BTreeSet<_> = (0..1_000)
            .map(|_| {
                let mut items = [1, 2, 3];
                shuffle(&mut items);
                items
            })
            .collect();
        assert_eq!(orders.len(), 6, "{orders:?}");
    }
}
