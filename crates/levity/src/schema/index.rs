use std::collections::BTreeMap;

use super::{Expression, ObjectName};

/// An index that belongs to no constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The index's name; `<table>_<columns>_idx` unless the schema names it.
    pub name: String,
    /// Whether it refuses duplicates.
    pub unique: bool,
    /// Whether two NULLs count as equal in a unique index.
    pub nulls_not_distinct: bool,
    /// The access method.
    pub method: IndexMethod,
    /// What is indexed, in order.
    pub keys: Vec<IndexKey>,
    /// Columns that are stored beside the keys, in order.
    pub include: Vec<String>,
    /// The storage parameters, as the server stores them: `fillfactor` is `70`, `fastupdate` is `off`.
    pub storage: BTreeMap<String, String>,
    /// The condition of a partial index.
    pub predicate: Option<Expression>,
}

impl Index {
    /// A B-tree index over these keys.
    pub fn new(name: impl Into<String>, keys: Vec<IndexKey>) -> Self {
        Self {
            name: name.into(),
            unique: false,
            nulls_not_distinct: false,
            method: IndexMethod::default(),
            keys,
            include: Vec::new(),
            storage: BTreeMap::new(),
            predicate: None,
        }
    }

    /// The columns that it is about, without those that only an expression mentions.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let keys = self.keys.iter().filter_map(|key| key.part.column());
        keys.chain(self.include.iter().map(String::as_str))
    }

    /// The columns of a unique index that a foreign key can reference. None when it does not cover every row, or not by
    /// columns alone.
    pub fn key_columns(&self) -> Option<Vec<&str>> {
        if !self.unique || self.predicate.is_some() {
            return None;
        }
        self.keys.iter().map(|key| key.part.column()).collect()
    }
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    /// The column or expression.
    pub part: IndexPart,
    /// The collation, when it is not the one of the column or expression.
    pub collation: Option<ObjectName>,
    /// The operator class, when it is not the type's default one.
    pub operator_class: Option<OperatorClass>,
    /// Whether the key sorts from large to small.
    pub descending: bool,
    /// Where NULL sorts. `None` is PostgreSQL's default: last ascending, first descending.
    pub nulls: Option<NullsOrder>,
}

impl IndexKey {
    /// A column in ascending order.
    pub fn column(name: impl Into<String>) -> Self {
        Self::new(IndexPart::Column(name.into()))
    }

    /// A column or expression in ascending order.
    pub fn new(part: IndexPart) -> Self {
        Self { part, collation: None, operator_class: None, descending: false, nulls: None }
    }

    /// Where NULL sorts, said or not.
    pub fn nulls_order(&self) -> NullsOrder {
        self.nulls.unwrap_or(if self.descending { NullsOrder::First } else { NullsOrder::Last })
    }
}

/// What a key of an index holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexPart {
    /// A column, by name.
    Column(String),
    /// An expression over the table's columns.
    Expression(Expression),
}

impl IndexPart {
    /// The column's name, unless it is an expression.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) => Some(name),
            Self::Expression(_) => None,
        }
    }

    /// The expression, unless it is a column.
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Column(_) => None,
            Self::Expression(expression) => Some(expression),
        }
    }
}

/// How an access method treats the values of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorClass {
    /// The class's name; no namespace for one that PostgreSQL has by itself, or that is in the default one.
    pub name: ObjectName,
    /// Its parameters, as the server stores them: `siglen` is `32`.
    pub parameters: BTreeMap<String, String>,
}

impl OperatorClass {
    /// A class without parameters.
    pub fn new(name: impl Into<ObjectName>) -> Self {
        Self { name: name.into(), parameters: BTreeMap::new() }
    }

    /// The class of this name, which can begin with a namespace: `gin_trgm_ops`, `extensions.gin_trgm_ops`.
    pub fn parse(name: &str) -> Self {
        Self::new(match name.split_once('.') {
            Some((namespace, name)) => {
                ObjectName { namespace: Some(namespace.to_owned()), name: name.to_owned() }
            }
            None => ObjectName::new(name),
        })
    }
}

/// Where NULL sorts, when that is not PostgreSQL's default for the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullsOrder {
    /// `NULLS FIRST`
    First,
    /// `NULLS LAST`
    Last,
}

/// The access method of an index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum IndexMethod {
    /// `btree`: comparison and order
    #[default]
    Btree,
    /// `hash`: equality
    Hash,
    /// `gin`: members of arrays, documents, texts
    Gin,
    /// `gist`: ranges, geometry, nearest neighbour
    Gist,
    /// `spgist`: partitioned search trees
    Spgist,
    /// `brin`: summaries of block ranges
    Brin,
    /// A method that an extension brings, by name: `hnsw`, `bloom`
    Other(String),
}

impl IndexMethod {
    /// The method of this name.
    pub fn named(name: &str) -> Self {
        match name {
            "btree" => Self::Btree,
            "hash" => Self::Hash,
            "gin" => Self::Gin,
            "gist" => Self::Gist,
            "spgist" => Self::Spgist,
            "brin" => Self::Brin,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The method's name, unquoted.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Btree => "btree",
            Self::Hash => "hash",
            Self::Gin => "gin",
            Self::Gist => "gist",
            Self::Spgist => "spgist",
            Self::Brin => "brin",
            Self::Other(name) => name,
        }
    }

    /// Whether its indexes have an order, so that keys sort up or down.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(self, Self::Btree | Self::Other(_))
    }

    /// Whether its indexes can refuse duplicates.
    pub(super) fn can_be_unique(&self) -> bool {
        matches!(self, Self::Btree | Self::Other(_))
    }

    /// Whether its indexes can store columns beside the keys.
    pub(super) fn can_include(&self) -> bool {
        matches!(self, Self::Btree | Self::Gist | Self::Spgist | Self::Other(_))
    }
}
