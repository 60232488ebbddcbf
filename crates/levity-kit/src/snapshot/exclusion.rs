use std::collections::BTreeMap;

use levity::schema::{Exclusion, ExclusionElement, Expression, IndexMethod, Table};
use serde::{Deserialize, Serialize};

use super::{
    constraint::{deferrable, deferrable_word},
    index::KeyLine,
    line::Name,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExclusionLine {
    pub(super) table: Name,
    name: String,
    method: String,
    elements: Vec<ElementLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    include: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    predicate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deferrable: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ElementLine {
    key: KeyLine,
    operator: Name,
}

impl ExclusionLine {
    pub(super) fn of(table: &Table, exclusion: &Exclusion) -> Self {
        let element = |element: &ExclusionElement| ElementLine {
            key: (&element.key).into(),
            operator: (&element.operator).into(),
        };
        Self {
            table: (&table.name).into(),
            name: exclusion.name.clone(),
            method: exclusion.method.as_str().to_owned(),
            elements: exclusion.elements.iter().map(element).collect(),
            include: exclusion.include.clone(),
            storage: exclusion.storage.clone(),
            predicate: exclusion.predicate.as_ref().map(|predicate| predicate.0.clone()),
            deferrable: deferrable_word(exclusion.deferrable),
        }
    }

    pub(super) fn read(self) -> Result<Exclusion, String> {
        let element = |line: ElementLine| {
            Ok(ExclusionElement { key: line.key.read()?, operator: line.operator.into() })
        };
        Ok(Exclusion {
            name: self.name,
            method: IndexMethod::named(&self.method),
            elements: self.elements.into_iter().map(element).collect::<Result<_, String>>()?,
            include: self.include,
            storage: self.storage,
            predicate: self.predicate.map(Expression),
            deferrable: deferrable(self.deferrable)?,
        })
    }
}
