//! Domains are encoded as their base type, and PostgreSQL does not always say so by itself.
//!
//! A result's column of a domain is described as its base type; a parameter that is assigned to one is not, and neither are the
//! elements of an array, a range or a composite type.

use tokio_postgres::types::{Kind, Type};

/// The type with every domain in it replaced by its base type; nothing when there is none.
///
/// An array keeps its own name and oid, and says that its elements are of the base type.
pub(crate) fn without_domains(ty: &Type) -> Option<Type> {
    let kind = match ty.kind() {
        Kind::Domain(base) => return Some(without_domains(base).unwrap_or_else(|| base.clone())),
        Kind::Array(element) => Kind::Array(without_domains(element)?),
        Kind::Range(element) => Kind::Range(without_domains(element)?),
        _ => return None,
    };
    Some(Type::new(ty.name().to_owned(), ty.oid(), kind, ty.schema().to_owned()))
}
