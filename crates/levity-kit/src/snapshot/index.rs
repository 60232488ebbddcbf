use std::collections::BTreeMap;

use levity::schema::{
    Expression, Index, IndexKey, IndexMethod, IndexPart, NullsOrder, ObjectName, OperatorClass,
};
use serde::{Deserialize, Serialize};

use super::line::{Name, Words, is_false, value, word};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndexLine {
    pub(super) table: Name,
    name: String,
    #[serde(default, skip_serializing_if = "is_false")]
    unique: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    nulls_not_distinct: bool,
    method: String,
    keys: Vec<KeyLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    include: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    predicate: Option<String>,
}

impl IndexLine {
    pub(super) fn of(table: &ObjectName, index: &Index) -> Self {
        Self {
            table: table.into(),
            name: index.name.clone(),
            unique: index.unique,
            nulls_not_distinct: index.nulls_not_distinct,
            method: index.method.as_str().to_owned(),
            keys: index.keys.iter().map(KeyLine::from).collect(),
            include: index.include.clone(),
            storage: index.storage.clone(),
            predicate: index.predicate.as_ref().map(|predicate| predicate.0.clone()),
        }
    }

    pub(super) fn read(self) -> Result<Index, String> {
        Ok(Index {
            name: self.name,
            unique: self.unique,
            nulls_not_distinct: self.nulls_not_distinct,
            method: IndexMethod::named(&self.method),
            keys: self.keys.into_iter().map(KeyLine::read).collect::<Result<_, _>>()?,
            include: self.include,
            storage: self.storage,
            predicate: self.predicate.map(Expression),
        })
    }
}

/// A key of an index: exactly one of `column` and `expression`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operator_class: Option<Name>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    operator_class_parameters: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "is_false")]
    descending: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nulls: Option<String>,
}

const NULLS: Words<NullsOrder> = &[("first", NullsOrder::First), ("last", NullsOrder::Last)];

impl From<&IndexKey> for KeyLine {
    fn from(key: &IndexKey) -> Self {
        let (column, expression) = match &key.part {
            IndexPart::Column(name) => (Some(name.clone()), None),
            IndexPart::Expression(expression) => (None, Some(expression.0.clone())),
        };
        Self {
            column,
            expression,
            collation: key.collation.as_ref().map(Name::from),
            operator_class: key.operator_class.as_ref().map(|class| Name::from(&class.name)),
            operator_class_parameters: (key.operator_class.as_ref())
                .map_or_else(BTreeMap::new, |class| class.parameters.clone()),
            descending: key.descending,
            nulls: key.nulls.map(|nulls| word(NULLS, nulls)),
        }
    }
}

impl KeyLine {
    pub(super) fn read(self) -> Result<IndexKey, String> {
        let part = match (self.column, self.expression) {
            (Some(column), None) => IndexPart::Column(column),
            (None, Some(expression)) => IndexPart::Expression(Expression(expression)),
            _ => return Err("a key of an index has either `column` or `expression`".to_owned()),
        };
        Ok(IndexKey {
            part,
            collation: self.collation.map(ObjectName::from),
            operator_class: self.operator_class.map(|name| OperatorClass {
                name: operator_class_name(name),
                parameters: self.operator_class_parameters,
            }),
            descending: self.descending,
            nulls: self.nulls.map(|word| value(NULLS, &word)).transpose()?,
        })
    }
}

/// The first files have a class of another namespace as one text: `ext.gin_trgm_ops`.
fn operator_class_name(name: Name) -> ObjectName {
    match &name {
        Name::Plain(text) => OperatorClass::parse(text).name,
        Name::Qualified(_) => name.into(),
    }
}
