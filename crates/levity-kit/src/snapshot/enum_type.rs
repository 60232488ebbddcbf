use levity::schema::{EnumType, EnumValue};
use serde::{Deserialize, Serialize};

use super::line::Name;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnumTypeLine {
    name: Name,
    values: Vec<String>,
}

impl From<&EnumType> for EnumTypeLine {
    fn from(enum_type: &EnumType) -> Self {
        Self {
            name: (&enum_type.name).into(),
            values: enum_type.values.iter().map(|value| value.label.clone()).collect(),
        }
    }
}

impl From<EnumTypeLine> for EnumType {
    fn from(line: EnumTypeLine) -> Self {
        Self {
            name: line.name.into(),
            renamed_from: None,
            values: line.values.into_iter().map(EnumValue::new).collect(),
        }
    }
}
