use super::{Check, Expression, ObjectName, SqlType};

/// A domain: another type with rules of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The domain's name.
    pub name: ObjectName,
    /// The name that this domain had before; a hint for the differ, not part of the database.
    pub renamed_from: Option<String>,
    /// The type that its values have.
    pub base_type: SqlType,
    /// The collation of its values, when that is not the one of the type.
    pub collation: Option<ObjectName>,
    /// The value of columns that have no default themselves.
    pub default: Option<Expression>,
    /// Whether it refuses NULL.
    pub not_null: bool,
    /// What its values must fulfil; `VALUE` stands for the value.
    pub checks: Vec<Check>,
}

impl Domain {
    /// A domain without rules.
    pub fn new(name: impl Into<ObjectName>, base_type: SqlType) -> Self {
        Self {
            name: name.into(),
            renamed_from: None,
            base_type,
            collation: None,
            default: None,
            not_null: false,
            checks: Vec::new(),
        }
    }
}
