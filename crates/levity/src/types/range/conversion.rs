//! From the ranges of Rust.

use std::ops::{self, Bound};

use super::Range;
use crate::IntoValue;

macro_rules! ranges_of_rust {
    ($($rust:ident $(: $order:ident)?, $range:ident => $value:expr;)*) => {
        $(
            impl<T $(: $order)?> From<ops::$rust<T>> for Range<T> {
                fn from($range: ops::$rust<T>) -> Self {
                    $value
                }
            }

            #[diagnostic::do_not_recommend]
            impl<T $(: $order)?> IntoValue<Range<T>> for ops::$rust<T> {
                fn into_value(self) -> Range<T> {
                    self.into()
                }
            }

            #[diagnostic::do_not_recommend]
            impl<T $(: $order)?> IntoValue<Option<Range<T>>> for ops::$rust<T> {
                fn into_value(self) -> Option<Range<T>> {
                    Some(self.into())
                }
            }
        )*
    };
}

ranges_of_rust! {
    Range: PartialOrd, range => if range.is_empty() {
        Self::Empty
    } else {
        Self::Bounds(Bound::Included(range.start), Bound::Excluded(range.end))
    };
    RangeInclusive: PartialOrd, range => if range.is_empty() {
        Self::Empty
    } else {
        let (start, end) = range.into_inner();
        Self::Bounds(Bound::Included(start), Bound::Included(end))
    };
    RangeFrom, range => Self::Bounds(Bound::Included(range.start), Bound::Unbounded);
    RangeTo, range => Self::Bounds(Bound::Unbounded, Bound::Excluded(range.end));
    RangeToInclusive, range => Self::Bounds(Bound::Unbounded, Bound::Included(range.end));
}

impl<T> From<ops::RangeFull> for Range<T> {
    fn from(_: ops::RangeFull) -> Self {
        Self::ALL
    }
}
