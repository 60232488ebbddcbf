use super::{Domain, EnumType};

/// A type that comes along with the columns that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeDefinition {
    /// An enum type.
    Enum(EnumType),
    /// A domain.
    Domain(Domain),
}
