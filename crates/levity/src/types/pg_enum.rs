use tokio_postgres::types::{Kind, Type};

use super::{BoxError, ColumnType};

/// An enum that is a PostgreSQL enum type; implemented by `derive(PgEnum)`.
pub trait PgEnum: ColumnType + Copy + Sized + 'static {
    /// The type's name in the database.
    const NAME: &'static str;
    /// Every variant, in sort order.
    const VARIANTS: &'static [Self];

    /// The label that is stored.
    fn as_str(self) -> &'static str;

    /// Whether a type of the server is this enum. Its values are not compared: a label that only one side has concerns
    /// only rows that contain it.
    fn accepts(ty: &Type) -> bool {
        ty.name() == Self::NAME && matches!(ty.kind(), Kind::Enum(_))
    }
}

/// A label that the server stores and this build does not know.
#[derive(Debug, thiserror::Error)]
#[error(
    "the label `{label}` of the enum type `{enum_type}` is unknown to this build: the database has a newer schema"
)]
pub struct UnknownLabel {
    /// The label.
    pub label: String,
    /// The enum type.
    pub enum_type: &'static str,
}

/// Decodes a label.
///
/// # Errors
///
/// [`UnknownLabel`], or a value that is not text.
pub fn decode_label<E: PgEnum>(raw: &[u8]) -> Result<E, BoxError> {
    let label = std::str::from_utf8(raw)?;
    let known = E::VARIANTS.iter().copied().find(|variant| variant.as_str() == label);
    known.ok_or_else(|| UnknownLabel { label: label.to_owned(), enum_type: E::NAME }.into())
}
