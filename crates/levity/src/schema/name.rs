use std::fmt;

/// The longest identifier that PostgreSQL keeps (`NAMEDATALEN - 1`); it cuts longer ones silently.
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// The name of a table, type or index, with its namespace when that is not the default one (`public`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The PostgreSQL namespace (`CREATE SCHEMA`); `None` is the default one.
    pub namespace: Option<String>,
    /// The name within the namespace, unquoted.
    pub name: String,
}

impl ObjectName {
    /// A name in the default namespace.
    pub fn new(name: impl Into<String>) -> Self {
        Self { namespace: None, name: name.into() }
    }

    /// Another object of the same namespace.
    #[must_use]
    pub fn sibling(&self, name: impl Into<String>) -> Self {
        Self { namespace: self.namespace.clone(), name: name.into() }
    }
}

/// As a person reads it, without quotes: `billing.invoices`. For SQL use [`crate::sql::quote_name`].
impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}.")?;
        }
        f.write_str(&self.name)
    }
}

impl From<&str> for ObjectName {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// The name of an index or constraint that the schema leaves unnamed: the parts joined by `_`, as PostgreSQL itself
/// does it (`executions_workflow_id_idx`).
///
/// A name of more than [`MAX_IDENTIFIER_BYTES`] is cut and ends in a hash of the whole, so that two long names stay
/// two names.
pub fn generated_name(parts: &[&str]) -> String {
    let full = parts.join("_");
    if full.len() <= MAX_IDENTIFIER_BYTES {
        return full;
    }
    let hash = format!("_{:08x}", fnv1a(&full));
    let mut end = MAX_IDENTIFIER_BYTES - hash.len();
    while !full.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{hash}", &full[..end])
}

/// FNV-1a: these names are committed to migrations, so the hash must never change with a library or a compiler.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_joined() {
        assert_eq!(generated_name(&["executions", "workflow_id", "idx"]), "executions_workflow_id_idx");
    }

    #[test]
    fn long_names_fit_and_stay_distinct() {
        let long = "é".repeat(40);
        let first = generated_name(&["t", &long, "a", "idx"]);
        let second = generated_name(&["t", &long, "b", "idx"]);
        assert!(first.len() <= MAX_IDENTIFIER_BYTES && second.len() <= MAX_IDENTIFIER_BYTES);
        assert_ne!(first, second);
    }
}
