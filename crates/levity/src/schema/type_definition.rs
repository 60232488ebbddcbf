use super::{Domain, EnumType, Place};

/// A type that comes along with the columns that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeDefinition {
    /// An enum type.
    Enum(EnumType, Place),
    /// A domain.
    Domain(Domain, Place),
}
