use serde::{Deserialize, Serialize};

/// A namespace that the schema lists. One that an object is in needs no line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamespaceLine {
    pub(super) name: String,
}
