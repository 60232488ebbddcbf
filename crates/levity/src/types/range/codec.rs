//! The binary format (`range_send`): flags, then the length and the value of each bound that there is.

use std::{fmt, ops::Bound};

use bytes::{Buf, BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

use super::Range;
use crate::types::BoxError;

const EMPTY: u8 = 0x01;
const LOWER_INCLUDED: u8 = 0x02;
const UPPER_INCLUDED: u8 = 0x04;
const LOWER_UNBOUNDED: u8 = 0x08;
const UPPER_UNBOUNDED: u8 = 0x10;

/// Takes as many bytes as the length before them says.
pub(super) fn take_value<'raw>(raw: &mut &'raw [u8]) -> Result<&'raw [u8], BoxError> {
    let length = usize::try_from(raw.try_get_i32()?)?;
    let (value, rest) = raw.split_at_checked(length).ok_or("the value is shorter than its length")?;
    *raw = rest;
    Ok(value)
}

/// Writes a value after its length.
pub(super) fn put_value(
    out: &mut BytesMut,
    write: impl FnOnce(&mut BytesMut) -> Result<IsNull, BoxError>,
) -> Result<(), BoxError> {
    let begin = out.len();
    out.put_i32(0);
    if let IsNull::Yes = write(out)? {
        return Err("a bound of a range cannot be NULL".into());
    }
    let length = i32::try_from(out.len() - begin - 4)?;
    out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

impl<T> Range<T> {
    pub(super) fn decode<'raw>(element: &Type, mut raw: &'raw [u8]) -> Result<Self, BoxError>
    where
        T: FromSql<'raw>,
    {
        let flags = raw.try_get_u8()?;
        if flags & EMPTY != 0 {
            return Ok(Self::Empty);
        }
        let mut bound = |unbounded: u8, included: u8| {
            if flags & unbounded != 0 {
                return Ok::<_, BoxError>(Bound::Unbounded);
            }
            let value = T::from_sql(element, take_value(&mut raw)?)?;
            Ok(if flags & included != 0 { Bound::Included(value) } else { Bound::Excluded(value) })
        };
        Ok(Self::Bounds(bound(LOWER_UNBOUNDED, LOWER_INCLUDED)?, bound(UPPER_UNBOUNDED, UPPER_INCLUDED)?))
    }

    pub(super) fn encode(&self, element: &Type, out: &mut BytesMut) -> Result<(), BoxError>
    where
        T: ToSql,
    {
        let Self::Bounds(lower, upper) = self else {
            out.put_u8(EMPTY);
            return Ok(());
        };
        let flags = match lower {
            Bound::Included(_) => LOWER_INCLUDED,
            Bound::Excluded(_) => 0,
            Bound::Unbounded => LOWER_UNBOUNDED,
        } | match upper {
            Bound::Included(_) => UPPER_INCLUDED,
            Bound::Excluded(_) => 0,
            Bound::Unbounded => UPPER_UNBOUNDED,
        };
        out.put_u8(flags);
        for bound in [lower, upper] {
            if let Bound::Included(value) | Bound::Excluded(value) = bound {
                put_value(out, |out| value.to_sql(element, out))?;
            }
        }
        Ok(())
    }
}

impl<'raw, T: FromSql<'raw>> FromSql<'raw> for Range<T> {
    fn from_sql(ty: &Type, raw: &'raw [u8]) -> Result<Self, BoxError> {
        match ty.kind() {
            Kind::Range(element) => Self::decode(element, raw),
            _ => Err("not a range type".into()),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Range(element) if T::accepts(element))
    }
}

impl<T: ToSql + fmt::Debug> ToSql for Range<T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match ty.kind() {
            Kind::Range(element) => self.encode(element, out)?,
            _ => return Err("not a range type".into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Range(element) if T::accepts(element))
    }

    to_sql_checked!();
}
