//! Values in the binary format: many as one array, or one with its length before it.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

/// Values of a column, bound as one array. Unlike a `Vec`, it can be an array of a domain.
#[derive(Debug)]
pub(crate) struct Values<V>(pub(crate) Vec<V>);

impl<V: ToSql> ToSql for Values<V> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let Kind::Array(element) = ty.kind() else {
            return Err(format!("`{ty}` is not an array").into());
        };
        out.put_i32(1);
        // There may be NULLs. The server does not ask whether there are.
        out.put_i32(1);
        out.put_u32(element.oid());
        out.put_i32(i32::try_from(self.0.len())?);
        out.put_i32(1);
        let ty = base(element);
        for value in &self.0 {
            write_value(value, ty, out)?;
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Array(element) if V::accepts(base(element)))
    }

    to_sql_checked!();
}

/// The type whose values a domain restricts; it has the same binary format.
fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(of) => base(of),
        _ => ty,
    }
}

/// Appends a value, its length first.
pub(crate) fn write_value(
    value: &(impl ToSql + ?Sized),
    ty: &Type,
    out: &mut BytesMut,
) -> Result<(), Box<dyn Error + Sync + Send>> {
    let start = out.len();
    out.put_i32(-1);
    if let IsNull::No = value.to_sql_checked(ty, out)? {
        let length = i32::try_from(out.len() - start - 4)?;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}
