use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type, WrongType};

use super::{BoxError, domain::without_domains, nul};
use crate::sql::Parameter;

/// A bound value, as it is sent: domains are taken as their base types, and what PostgreSQL cannot store is refused.
pub(crate) struct BoundValue<'a> {
    value: &'a Parameter,
    /// The number of its placeholder.
    number: usize,
}

impl<'a> BoundValue<'a> {
    /// The value of the placeholder of this number, counted from 1.
    pub(crate) fn new(value: &'a Parameter, number: usize) -> Self {
        Self { value, number }
    }

    fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let begin = out.len();
        let encoded = match self.value.to_sql_checked(ty, out) {
            // A type of the caller's can know the domain; every other one is given what is behind it.
            Err(error) if error.is::<WrongType>() => match without_domains(ty) {
                Some(base) => {
                    out.truncate(begin);
                    let encoded = self.value.to_sql_checked(&base, out);
                    restore_element(ty, &mut out[begin..]);
                    encoded
                }
                None => Err(error),
            },
            encoded => encoded,
        }?;
        if let (IsNull::No, Format::Binary) = (&encoded, self.value.encode_format(ty))
            && let Some(stored_as) = nul::stored_as(ty, &out[begin..])
        {
            return Err(NulCharacter { stored_as }.into());
        }
        Ok(encoded)
    }
}

/// A value that cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("parameter ${number}")]
pub(crate) struct RefusedValue {
    /// The number of its placeholder.
    pub(crate) number: usize,
    pub(crate) source: BoxError,
}

#[derive(Debug, thiserror::Error)]
#[error("it contains the character U+0000, which PostgreSQL cannot store in {stored_as}")]
struct NulCharacter {
    stored_as: &'static str,
}

/// Without the value, which could reach a log.
impl fmt::Debug for BoundValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.number)
    }
}

impl ToSql for BoundValue<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        self.to_sql_checked(ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let encoded = self.encode(ty, out);
        encoded.map_err(|source| RefusedValue { number: self.number, source }.into())
    }

    fn encode_format(&self, ty: &Type) -> Format {
        self.value.encode_format(ty)
    }
}

/// An array says what its elements are, and PostgreSQL wants to read the domain there.
fn restore_element(ty: &Type, array: &mut [u8]) {
    match ty.kind() {
        Kind::Domain(inner) => restore_element(inner, array),
        Kind::Array(element) => {
            if let Some(oid) = array.get_mut(8..12) {
                oid.copy_from_slice(&element.oid().to_be_bytes());
            }
        }
        _ => {}
    }
}
