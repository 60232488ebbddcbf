use levity::schema::Extension;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtensionLine {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
}

impl From<&Extension> for ExtensionLine {
    fn from(extension: &Extension) -> Self {
        Self { name: extension.name.clone(), namespace: extension.namespace.clone() }
    }
}

impl From<ExtensionLine> for Extension {
    fn from(line: ExtensionLine) -> Self {
        Self { name: line.name, namespace: line.namespace }
    }
}
