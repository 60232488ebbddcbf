//! How often, and after what pause, a transaction is tried again.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// How [`Database::transaction_retrying`](crate::Database::transaction_retrying) tries again.
///
/// The pause before the second attempt is anything from nothing to the base delay; the most that it can be doubles with
/// every attempt, up to the maximal delay. A random part of it, so that transactions which met do not meet again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
}

impl Retry {
    /// 5 attempts, a base delay of 10 ms, and a maximal delay of 1 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often it is tried in all, the first time included; 0 is taken for 1.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest pause before the second attempt.
    #[must_use]
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest pause before any attempt.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    pub(crate) fn is_last(&self, attempt: u32) -> bool {
        attempt >= self.attempts
    }

    /// The pause after an attempt, counted from 1.
    pub(crate) fn pause(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt - 1);
        self.base_delay.saturating_mul(doubled).min(self.max_delay).mul_f64(random())
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 5, base_delay: Duration::from_millis(10), max_delay: Duration::from_secs(1) }
    }
}

/// Evenly from 0 to 1. The standard library seeds every map with other keys, and that is random enough.
fn random() -> f64 {
    let number = u32::try_from(RandomState::new().hash_one(()) >> 32).expect("half of the bits");
    f64::from(number) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_maximum_and_are_spread() {
        let retry = Retry::new().base_delay(Duration::from_secs(1)).max_delay(Duration::from_secs(5));
        for (attempt, longest) in [(1, 1), (2, 2), (3, 4), (4, 5), (100, 5)] {
            let pauses: Vec<_> = (0..200).map(|_| retry.pause(attempt)).collect();
            let longest = Duration::from_secs(longest);
            assert!(pauses.iter().all(|pause| *pause <= longest));
            assert!(pauses.iter().any(|pause| *pause < longest / 4));
            assert!(pauses.iter().any(|pause| *pause > longest / 4 * 3));
        }
    }
}
