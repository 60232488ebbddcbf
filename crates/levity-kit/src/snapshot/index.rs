use levity::schema::{Expression, Index, IndexKey, IndexMethod, IndexPart, NullsOrder, Table};
use serde::{Deserialize, Serialize};

use super::line::{Name, Words, is_false, value, word};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndexLine {
    pub(super) table: Name,
    name: String,
    #[serde(default, skip_serializing_if = "is_false")]
    unique: bool,
    method: String,
    keys: Vec<KeyLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    predicate: Option<String>,
}

const METHODS: Words<IndexMethod> = &[
    ("btree", IndexMethod::Btree),
    ("hash", IndexMethod::Hash),
    ("gin", IndexMethod::Gin),
    ("gist", IndexMethod::Gist),
    ("spgist", IndexMethod::Spgist),
    ("brin", IndexMethod::Brin),
];

impl IndexLine {
    pub(super) fn of(table: &Table, index: &Index) -> Self {
        Self {
            table: (&table.name).into(),
            name: index.name.clone(),
            unique: index.unique,
            method: word(METHODS, index.method),
            keys: index.keys.iter().map(KeyLine::from).collect(),
            predicate: index.predicate.as_ref().map(|predicate| predicate.0.clone()),
        }
    }

    pub(super) fn read(self) -> Result<Index, String> {
        Ok(Index {
            name: self.name,
            unique: self.unique,
            method: value(METHODS, &self.method)?,
            keys: self.keys.into_iter().map(KeyLine::read).collect::<Result<_, _>>()?,
            predicate: self.predicate.map(Expression),
        })
    }
}

/// A key of an index: exactly one of `column` and `expression`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operator_class: Option<String>,
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
            operator_class: key.operator_class.clone(),
            descending: key.descending,
            nulls: key.nulls.map(|nulls| word(NULLS, nulls)),
        }
    }
}

impl KeyLine {
    fn read(self) -> Result<IndexKey, String> {
        let part = match (self.column, self.expression) {
            (Some(column), None) => IndexPart::Column(column),
            (None, Some(expression)) => IndexPart::Expression(Expression(expression)),
            _ => return Err("a key of an index has either `column` or `expression`".to_owned()),
        };
        Ok(IndexKey {
            part,
            operator_class: self.operator_class,
            descending: self.descending,
            nulls: self.nulls.map(|word| value(NULLS, &word)).transpose()?,
        })
    }
}
