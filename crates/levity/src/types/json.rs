use std::ops::{Deref, DerefMut};

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::BoxError;

/// A `jsonb` or `json` value as the Rust type `T`.
///
/// `Json<serde_json::Value>` reads any document (numbers that fit in neither `u64` nor `i64` become `f64`), `Json<YourType>` reads documents of that form, and [`RawJson`] passes
/// the text on without parsing it, which is the fastest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

/// A document that is not parsed, for callers who only pass it on.
pub type RawJson = Json<Box<RawValue>>;

impl<T> Json<T> {
    /// What it holds.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// `jsonb` sends a version before its text; there has only ever been this one.
const JSONB_VERSION: u8 = 1;

impl<T: DeserializeOwned> FromSql<'_> for Json<T> {
    fn from_sql(ty: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        let text = match (ty, raw) {
            (&Type::JSONB, [JSONB_VERSION, text @ ..]) => text,
            (&Type::JSONB, _) => return Err("unknown version of the jsonb format".into()),
            _ => raw,
        };
        Ok(Self(serde_json::from_slice(text)?))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::JSON | Type::JSONB)
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql for Json<T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        if *ty == Type::JSONB {
            out.put_u8(JSONB_VERSION);
        }
        serde_json::to_writer(out.writer(), &self.0)?;
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::JSON | Type::JSONB)
    }

    to_sql_checked!();
}
