use super::ObjectName;

/// An enum type. The order of its values is their sort order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumType {
    /// The type's name.
    pub name: ObjectName,
    /// The name that this type had before; a hint for the differ, not part of the database.
    pub renamed_from: Option<String>,
    /// The values, in sort order.
    pub values: Vec<EnumValue>,
}

/// One value of an enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// The label, as stored.
    pub label: String,
    /// The label that this value had before; a hint for the differ, not part of the database.
    pub renamed_from: Option<String>,
}

impl EnumValue {
    /// A value with this label.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), renamed_from: None }
    }
}
