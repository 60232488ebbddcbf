//! Values in the binary format of arrays and composite types.

use bytes::Buf;

/// The elements of an array that are not NULL: number of dimensions, flags, type, then length and lower bound of each
/// dimension, then the elements.
pub(super) fn elements(mut raw: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let dimensions = usize::try_from(raw.try_get_i32().ok()?).ok()?;
    let values = values::<0>(raw.get(8 + dimensions * 8..)?);
    Some(values.flatten())
}

/// Values that follow each other, each after `SKIPPED` bytes and its length, which is negative for NULL.
pub(super) fn values<const SKIPPED: usize>(mut raw: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    std::iter::from_fn(move || {
        raw = raw.get(SKIPPED..)?;
        let length = raw.try_get_i32().ok()?;
        let Ok(length) = usize::try_from(length) else { return Some(None) };
        let (value, rest) = raw.split_at_checked(length)?;
        raw = rest;
        Some(Some(value))
    })
}
