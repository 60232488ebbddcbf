use std::error::Error;

use tokio_postgres::types::{FromSql, Type, WrongType};

use super::domain::without_domains;

/// A value as it is read from a row: elements of an array that are of a domain are taken as its base type, and what no
/// Rust type can hold is explained.
pub(crate) struct Stored<V>(pub(crate) V);

impl<'row, V: FromSql<'row>> FromSql<'row> for Stored<V> {
    fn from_sql(ty: &Type, raw: &'row [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        if *ty == Type::TIME && raw == END_OF_DAY.to_be_bytes() {
            return Err("the time is `24:00:00`, which is no time of a day here: select it as text".into());
        }
        let value = match readable::<V>(ty)? {
            None => V::from_sql(ty, raw),
            Some(base) => V::from_sql(&base, raw),
        };
        match value {
            Ok(value) => Ok(Self(value)),
            Err(error) => Err(infinity(ty, raw).map_or(error, Into::into)),
        }
    }

    fn from_sql_null(ty: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        readable::<V>(ty)?;
        V::from_sql_null(ty).map(Self)
    }

    /// Whether `V` does is checked later, so that an error names `V` and not this type.
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// In microseconds. `chrono` would make `00:00:00` of it.
const END_OF_DAY: i64 = 86_400_000_000;

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

fn infinity(ty: &Type, raw: &[u8]) -> Option<String> {
    let (is_infinite, readable) = match *ty {
        Type::DATE => {
            ([i32::MAX, i32::MIN].iter().any(|value| raw == value.to_be_bytes()), "Date<NaiveDate>")
        }
        Type::TIMESTAMP | Type::TIMESTAMPTZ => {
            ([i64::MAX, i64::MIN].iter().any(|value| raw == value.to_be_bytes()), "Timestamp<…>")
        }
        _ => return None,
    };
    is_infinite.then(|| format!("the value is infinite: read it as `levity::types::{readable}`"))
}
