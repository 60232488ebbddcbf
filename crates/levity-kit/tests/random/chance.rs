//! Chance that is the same everywhere.

/// xorshift64*: the same schemas on every machine and with every release.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(value).unwrap() % limit
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// At least one of the items, in any order.
    pub(crate) fn some<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> Vec<&'a T> {
        let mut rest = items.to_vec();
        let count = 1 + self.below(items.len());
        (0..count).map(|_| rest.remove(self.below(rest.len()))).collect()
    }
}
