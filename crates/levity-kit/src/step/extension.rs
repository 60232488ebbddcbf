use std::fmt;

use levity::schema::Extension;

/// What happens to an extension. It is never dropped: what else in the database uses it, the schema does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named after their place in the step")]
pub enum ExtensionStep {
    /// Creates it, unless it is there.
    Create(Extension),
    /// Moves its objects to another namespace; `None` is the default one.
    Move { name: String, namespace: Option<String> },
}

impl fmt::Display for ExtensionStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(extension) => write!(f, "create extension `{}`", extension.name),
            Self::Move { name, namespace } => {
                let namespace = namespace.as_deref().unwrap_or("public");
                write!(f, "move extension `{name}` to namespace `{namespace}`")
            }
        }
    }
}
