/// The two sides of a comparison, so that they cannot be swapped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pair<T> {
    pub(super) previous: T,
    pub(super) next: T,
}

impl<T> Pair<T> {
    pub(super) fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { previous: f(self.previous), next: f(self.next) }
    }
}
