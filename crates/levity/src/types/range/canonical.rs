use std::ops::Bound;

use super::{Range, RangeElement};

impl<T: RangeElement + PartialEq> Range<T> {
    /// The form in which PostgreSQL stores it: of whole numbers and dates with the lower bound and without the upper one,
    /// and of every type `empty` when it holds nothing between two equal bounds.
    ///
    /// A bound without a next value stays as it is; PostgreSQL refuses a range that ends with the largest number.
    #[must_use]
    pub fn canonical(self) -> Self {
        let Self::Bounds(lower, upper) = self else {
            return self;
        };
        if is_empty(&lower, &upper) {
            return Self::Empty;
        }
        if !T::DISCRETE {
            return Self::Bounds(lower, upper);
        }
        let (lower, upper) = (from_included(lower), to_excluded(upper));
        if is_empty(&lower, &upper) { Self::Empty } else { Self::Bounds(lower, upper) }
    }
}

/// Whether nothing is between the bounds, as PostgreSQL sees it for any type: they are equal, and not both included.
fn is_empty<T: PartialEq>(lower: &Bound<T>, upper: &Bound<T>) -> bool {
    match (lower, upper) {
        (Bound::Included(from), Bound::Excluded(to))
        | (Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => from == to,
        (Bound::Included(_), Bound::Included(_)) | (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
    }
}

fn from_included<T: RangeElement>(bound: Bound<T>) -> Bound<T> {
    match bound {
        Bound::Excluded(value) => value.successor().map_or(Bound::Excluded(value), Bound::Included),
        other => other,
    }
}

fn to_excluded<T: RangeElement>(bound: Bound<T>) -> Bound<T> {
    match bound {
        Bound::Included(value) => value.successor().map_or(Bound::Included(value), Bound::Excluded),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use Bound::{Excluded, Included, Unbounded};

    use super::*;

    #[test]
    fn ranges_of_whole_numbers_begin_included_and_end_excluded() {
        assert_eq!(Range::Bounds(Excluded(1), Included(4)).canonical(), Range::from(2..5));
        assert_eq!(Range::Bounds(Excluded(1), Excluded(2)).canonical(), Range::Empty);
        let full = Range::Bounds(Unbounded, Included(i32::MAX));
        assert_eq!(full.canonical(), full);
        assert_eq!(Range::from(5..5), Range::Empty);
    }

    #[test]
    fn ranges_of_other_values_keep_their_bounds() {
        let number = |text: &str| text.parse::<super::super::Numeric>().unwrap();
        let range = Range::Bounds(Excluded(number("1")), Included(number("2")));
        assert_eq!(range.clone().canonical(), range);
        assert_eq!(Range::Bounds(Excluded(number("1")), Included(number("1"))).canonical(), Range::Empty);
    }
}
