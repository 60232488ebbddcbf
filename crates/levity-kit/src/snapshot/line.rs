//! The lines after the first: one object each. What a line of a kind holds is in the file of that kind.

use levity::schema::{ObjectName, SqlType};
use serde::{Deserialize, Serialize};

use super::{
    column::ColumnLine,
    constraint::{CheckLine, ForeignKeyLine, PrimaryKeyLine, UniqueLine},
    domain::DomainLine,
    enum_type::EnumTypeLine,
    exclusion::ExclusionLine,
    extension::ExtensionLine,
    index::IndexLine,
    namespace::NamespaceLine,
    partition::PartitionLine,
    sequence::SequenceLine,
    table::TableLine,
    view::ViewLine,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Line {
    Extension(ExtensionLine),
    Namespace(NamespaceLine),
    EnumType(EnumTypeLine),
    Domain(DomainLine),
    Sequence(SequenceLine),
    Table(TableLine),
    Partition(PartitionLine),
    Column(ColumnLine),
    PrimaryKey(PrimaryKeyLine),
    Unique(UniqueLine),
    ForeignKey(ForeignKeyLine),
    Check(CheckLine),
    Exclusion(ExclusionLine),
    Index(IndexLine),
    View(ViewLine),
}

/// `"invoices"`, or `["billing", "invoices"]` outside the default namespace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Name {
    Plain(String),
    Qualified([String; 2]),
}

/// `"bigint"`, `{"enum": "status"}`, `{"domain": "email"}` or `{"array": "bigint"}`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Type {
    Enum(Name),
    Domain(Name),
    Array(Box<Type>),
    #[serde(untagged)]
    Plain(String),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
pub(super) fn is_false(value: &bool) -> bool {
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
            SqlType::Domain(name) => Self::Domain(name.into()),
            SqlType::Array(element) => Self::Array(Box::new(element.as_ref().into())),
            other => Self::Plain(other.to_string()),
        }
    }
}

impl From<Type> for SqlType {
    fn from(sql_type: Type) -> Self {
        match sql_type {
            Type::Enum(name) => Self::Enum(name.into()),
            Type::Domain(name) => Self::Domain(name.into()),
            Type::Array(element) => Self::Array(Box::new((*element).into())),
            Type::Plain(text) => Self::parse(&text),
        }
    }
}

/// The words of the file for a closed set of values.
pub(super) type Words<T> = &'static [(&'static str, T)];

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
