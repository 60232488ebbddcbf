use tokio_postgres::types::{FromSql, Type, WrongType};

use super::{BoxError, array, domain::without_domains};

/// A value as it is read from a row: elements of an array that are of a domain are taken as its base type, and what no
/// Rust type can hold is explained.
pub(crate) struct Stored<V>(pub(crate) V);

impl<'row, V: FromSql<'row>> FromSql<'row> for Stored<V> {
    fn from_sql(ty: &Type, raw: &'row [u8]) -> Result<Self, BoxError> {
        if has_end_of_day(ty, raw) {
            return Err("the time is `24:00:00`, which is no time of a day here: select it as text".into());
        }
        let value = match readable::<V>(ty)? {
            None => V::from_sql(ty, raw),
            Some(base) => V::from_sql(&base, raw),
        };
        match value {
            Ok(value) => Ok(Self(value)),
            Err(error) => Err(beyond(ty, raw).map_or(error, Into::into)),
        }
    }

    fn from_sql_null(ty: &Type) -> Result<Self, BoxError> {
        readable::<V>(ty)?;
        V::from_sql_null(ty).map(Self)
    }

    /// Whether `V` does is checked later, so that an error names `V` and not this type.
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The type to read the value as, when it is not its own.
fn readable<'row, V: FromSql<'row>>(ty: &Type) -> Result<Option<Type>, WrongType> {
    if V::accepts(ty) {
        return Ok(None);
    }
    match without_domains(ty) {
        Some(base) if V::accepts(&base) => Ok(Some(base)),
        _ => Err(WrongType::new::<V>(ty.clone())),
    }
}

/// Whether it is the last moment of a day, which `chrono` would take for the first. Ordinary times go up to it.
fn has_end_of_day(ty: &Type, raw: &[u8]) -> bool {
    const END_OF_DAY: [u8; 8] = 86_400_000_000_i64.to_be_bytes();
    match *ty {
        Type::TIME => raw == END_OF_DAY,
        Type::TIME_ARRAY => {
            array::elements(raw).is_some_and(|mut times| times.any(|time| time == END_OF_DAY))
        }
        _ => false,
    }
}

/// Why a date or time could not be read.
fn beyond(ty: &Type, raw: &[u8]) -> Option<String> {
    let (infinite, holds) = match *ty {
        Type::DATE => (raw == i32::MAX.to_be_bytes() || raw == i32::MIN.to_be_bytes(), "Date<NaiveDate>"),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => {
            (raw == i64::MAX.to_be_bytes() || raw == i64::MIN.to_be_bytes(), "Timestamp<…>")
        }
        _ => return None,
    };
    Some(if infinite {
        format!("the value is infinite: read it as `levity::types::{holds}`")
    } else {
        "the value is beyond the years of the Rust type: select it as text".to_owned()
    })
}
