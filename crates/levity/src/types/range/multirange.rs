use std::fmt;

use bytes::{Buf, BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

use super::{
    Range,
    codec::{put_value, take_value},
};
use crate::types::BoxError;

/// A multirange of PostgreSQL, such as an `int4multirange`: the values of several ranges.
///
/// PostgreSQL stores the ranges in order, without empty ones, and joins those that touch or overlap; they come back so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Multirange<T>(pub Vec<Range<T>>);

impl<T, R: Into<Range<T>>> FromIterator<R> for Multirange<T> {
    fn from_iter<I: IntoIterator<Item = R>>(ranges: I) -> Self {
        Self(ranges.into_iter().map(Into::into).collect())
    }
}

impl<T> From<Vec<Range<T>>> for Multirange<T> {
    fn from(ranges: Vec<Range<T>>) -> Self {
        Self(ranges)
    }
}

/// As PostgreSQL writes it: `{[1,5),[8,)}`. Values are not quoted.
impl<T: fmt::Display> fmt::Display for Multirange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (position, range) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(",")?;
            }
            range.fmt(f)?;
        }
        f.write_str("}")
    }
}

// The binary format (`multirange_send`): how many ranges, then the length and the value of each.

impl<'raw, T: FromSql<'raw>> FromSql<'raw> for Multirange<T> {
    fn from_sql(ty: &Type, mut raw: &'raw [u8]) -> Result<Self, BoxError> {
        let Kind::Multirange(element) = ty.kind() else {
            return Err("not a multirange type".into());
        };
        let count = raw.try_get_i32()?;
        let ranges = (0..count).map(|_| Range::decode(element, take_value(&mut raw)?));
        Ok(Self(ranges.collect::<Result<_, _>>()?))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Multirange(element) if T::accepts(element))
    }
}

impl<T: ToSql + fmt::Debug> ToSql for Multirange<T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let Kind::Multirange(element) = ty.kind() else {
            return Err("not a multirange type".into());
        };
        out.put_i32(i32::try_from(self.0.len())?);
        for range in &self.0 {
            put_value(out, |out| range.encode(element, out).map(|()| IsNull::No))?;
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Multirange(element) if T::accepts(element))
    }

    to_sql_checked!();
}
