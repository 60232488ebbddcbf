//! The lines after the first: one object each.

use levity::schema::{Identity, IndexMethod, NullsOrder, ObjectName, ReferentialAction, SqlType};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Line {
    EnumType(EnumTypeLine),
    Table(TableLine),
    Column(ColumnLine),
    PrimaryKey(PrimaryKeyLine),
    Unique(UniqueLine),
    ForeignKey(ForeignKeyLine),
    Check(CheckLine),
    Index(IndexLine),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnumTypeLine {
    pub(super) name: Name,
    pub(super) values: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableLine {
    pub(super) name: Name,
}

/// The columns of a table follow each other in the table's order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnLine {
    pub(super) table: Name,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) sql_type: Type,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) identity: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrimaryKeyLine {
    pub(super) table: Name,
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UniqueLine {
    pub(super) table: Name,
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) nulls_not_distinct: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForeignKeyLine {
    pub(super) table: Name,
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) references: Name,
    pub(super) referenced_columns: Vec<String>,
    pub(super) on_delete: String,
    pub(super) on_update: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckLine {
    pub(super) table: Name,
    pub(super) name: String,
    pub(super) expression: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndexLine {
    pub(super) table: Name,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) unique: bool,
    pub(super) method: String,
    pub(super) keys: Vec<KeyLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) predicate: Option<String>,
}

/// A key of an index: exactly one of `column` and `expression`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expression: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) operator_class: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) descending: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nulls: Option<String>,
}

/// `"invoices"`, or `["billing", "invoices"]` outside the default namespace.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Name {
    Plain(String),
    Qualified([String; 2]),
}

/// `"bigint"`, `{"enum": "status"}` or `{"array": "bigint"}`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Type {
    Enum(Name),
    Array(Box<Type>),
    #[serde(untagged)]
    Plain(String),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl From<&ObjectName> for Name {
    fn from(name: &ObjectName) -> Self {
        match &name.namespace {
            None => Self::Plain(name.name.clone()),
            Some(namespace) => Self::Qualified([namespace.clone(), name.name.clone()]),
        }
    }
}

impl From<Name> for ObjectName {
    fn from(name: Name) -> Self {
        match name {
            Name::Plain(name) => Self::new(name),
            Name::Qualified([namespace, name]) => Self { namespace: Some(namespace), name },
        }
    }
}

impl From<&SqlType> for Type {
    fn from(sql_type: &SqlType) -> Self {
        match sql_type {
            SqlType::Enum(name) => Self::Enum(name.into()),
            SqlType::Array(element) => Self::Array(Box::new(element.as_ref().into())),
            other => Self::Plain(other.to_string()),
        }
    }
}

impl From<Type> for SqlType {
    fn from(sql_type: Type) -> Self {
        match sql_type {
            Type::Enum(name) => Self::Enum(name.into()),
            Type::Array(element) => Self::Array(Box::new((*element).into())),
            Type::Plain(text) => Self::parse(&text),
        }
    }
}

/// The words of the file for a closed set of values.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const IDENTITIES: Words<Identity> =
    &[("always", Identity::Always), ("by_default", Identity::ByDefault)];

pub(super) const ACTIONS: Words<ReferentialAction> = &[
    ("no_action", ReferentialAction::NoAction),
    ("restrict", ReferentialAction::Restrict),
    ("cascade", ReferentialAction::Cascade),
    ("set_null", ReferentialAction::SetNull),
    ("set_default", ReferentialAction::SetDefault),
];

pub(super) const METHODS: Words<IndexMethod> = &[
    ("btree", IndexMethod::Btree),
    ("hash", IndexMethod::Hash),
    ("gin", IndexMethod::Gin),
    ("gist", IndexMethod::Gist),
    ("spgist", IndexMethod::Spgist),
    ("brin", IndexMethod::Brin),
];

pub(super) const NULLS: Words<NullsOrder> = &[("first", NullsOrder::First), ("last", NullsOrder::Last)];

pub(super) fn word<T: Copy + PartialEq>(words: Words<T>, value: T) -> String {
    let (word, _) = words.iter().find(|(_, known)| *known == value).expect("every value has a word");
    (*word).to_owned()
}

pub(super) fn value<T: Copy>(words: Words<T>, word: &str) -> Result<T, String> {
    match words.iter().find(|(known, _)| *known == word) {
        Some((_, value)) => Ok(*value),
        None => {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            Err(format!("unknown word `{word}`, expected one of {}", known.join(", ")))
        }
    }
}
