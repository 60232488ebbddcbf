use super::Expression;

/// An index that belongs to no constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The index's name; `<table>_<columns>_idx` unless the schema names it.
    pub name: String,
    /// Whether it refuses duplicates.
    pub unique: bool,
    /// The access method.
    pub method: IndexMethod,
    /// What is indexed, in order.
    pub keys: Vec<IndexKey>,
    /// The condition of a partial index.
    pub predicate: Option<Expression>,
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    /// The column or expression.
    pub part: IndexPart,
    /// The operator class, when it is not the type's default one.
    pub operator_class: Option<String>,
    /// Whether the key sorts from large to small.
    pub descending: bool,
    /// Where NULL sorts. `None` is PostgreSQL's default: last ascending, first descending.
    pub nulls: Option<NullsOrder>,
}

impl IndexKey {
    /// A column in ascending order.
    pub fn column(name: impl Into<String>) -> Self {
        Self { part: IndexPart::Column(name.into()), operator_class: None, descending: false, nulls: None }
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

/// Where NULL sorts, when that is not PostgreSQL's default for the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullsOrder {
    /// `NULLS FIRST`
    First,
    /// `NULLS LAST`
    Last,
}

/// The access method of an index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
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
}

impl IndexMethod {
    /// The method's name in SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Btree => "btree",
            Self::Hash => "hash",
            Self::Gin => "gin",
            Self::Gist => "gist",
            Self::Spgist => "spgist",
            Self::Brin => "brin",
        }
    }
}
