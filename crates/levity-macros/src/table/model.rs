//! A table as its author described it.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Expr, Ident, Path, Type, Visibility};

use super::partition::{Partition, PartitionBy};

pub(super) struct Table {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) renamed_from: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) unlogged: bool,
    pub(super) storage: Vec<(String, String)>,
    pub(super) partition_by: Option<PartitionBy>,
    pub(super) partitions: Vec<Partition>,
    pub(super) columns: Vec<Column>,
    pub(super) primary_key: PrimaryKey,
    pub(super) uniques: Vec<Unique>,
    pub(super) indexes: Vec<Index>,
    pub(super) checks: Vec<Check>,
    pub(super) exclusions: Vec<Exclusion>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) relations: Vec<Relation>,
}

impl Table {
    /// The name of a column in the database, by its field.
    pub(super) fn column_name(&self, ident: &Ident) -> &str {
        let found = self.columns.iter().find(|column| column.ident == *ident);
        &found.expect("the parser has checked that the column exists").name
    }
}

pub(super) struct Column {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) docs: Vec<Attribute>,
    pub(super) name: String,
    /// The field's type.
    pub(super) ty: Type,
    /// The type of a value that is not NULL.
    pub(super) value: Type,
    pub(super) nullable: bool,
    pub(super) identity: Option<Identity>,
    pub(super) identity_options: IdentityOptions,
    /// The namespace and the name.
    pub(super) collation: Option<(Option<String>, String)>,
    pub(super) comment: Option<String>,
    pub(super) default: Option<Default>,
    pub(super) generated: Option<Generated>,
    pub(super) on_update: Option<String>,
    pub(super) renamed_from: Option<String>,
    pub(super) sql_type: Option<String>,
}

impl Column {
    /// Whether an insert must give the value.
    pub(super) fn required(&self) -> bool {
        !self.nullable && self.default.is_none() && self.identity.is_none() && self.generated.is_none()
    }

    /// Whether a statement can give the value.
    pub(super) fn writable(&self) -> bool {
        self.identity != Some(Identity::Always) && self.generated.is_none()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    Always,
    ByDefault,
}

/// `start = 100, increment = 10, cycle`
#[derive(std::default::Default)]
pub(super) struct IdentityOptions {
    pub(super) numbers: Vec<(Ident, i64)>,
    pub(super) cycle: bool,
}

pub(super) struct Generated {
    pub(super) expression: String,
    pub(super) is_virtual: bool,
}

/// What a column, or one of a domain, has when nothing is given.
pub(crate) enum Default {
    Value(Expr),
    Sql(String),
    /// The next number of a sequence.
    Next(Path),
}

impl Default {
    /// As an expression of the schema. With the span of what has it, so that one of another type is reported there.
    pub(crate) fn expand(&self, value: &Type, span: Span) -> TokenStream {
        match self {
            Self::Sql(text) => quote!(::levity::schema::Expression::new(#text)),
            Self::Next(sequence) => {
                quote_spanned!(span=> ::levity::__private::next_default::<#sequence>())
            }
            Self::Value(expr) => {
                quote_spanned!(span=> ::levity::__private::default_value::<#value, _>(#expr))
            }
        }
    }
}

/// What is said of the index that a key or an exclusion constraint has, and when that is checked.
#[derive(std::default::Default)]
pub(super) struct Backing {
    pub(super) include: Vec<Ident>,
    pub(super) storage: Vec<(String, String)>,
    /// A variant of `Deferrable`.
    pub(super) deferrable: Option<Ident>,
}

#[derive(std::default::Default)]
pub(super) struct PrimaryKey {
    pub(super) name: Option<String>,
    /// None where there is no key.
    pub(super) columns: Vec<Ident>,
    pub(super) backing: Backing,
}

#[derive(std::default::Default)]
pub(super) struct Unique {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<Ident>,
    pub(super) nulls_not_distinct: bool,
    pub(super) backing: Backing,
}

pub(super) struct Index {
    pub(super) name: Option<String>,
    pub(super) unique: bool,
    pub(super) nulls_not_distinct: bool,
    pub(super) method: Method,
    pub(super) keys: Vec<IndexKey>,
    pub(super) filter: Option<String>,
    pub(super) backing: Backing,
}

pub(super) struct Exclusion {
    pub(super) name: Option<String>,
    pub(super) method: Method,
    pub(super) elements: Vec<ExclusionElement>,
    pub(super) filter: Option<String>,
    pub(super) backing: Backing,
}

pub(super) struct ExclusionElement {
    pub(super) key: IndexKey,
    pub(super) operator: DatabaseName,
}

/// An access method of indexes, by name.
pub(super) struct Method {
    pub(super) name: String,
    pub(super) span: Span,
}

impl Method {
    pub(super) fn new(name: &str, span: Span) -> Self {
        Self { name: name.to_owned(), span }
    }

    /// Whether PostgreSQL has it by itself.
    pub(super) fn is_known(&self) -> bool {
        ["btree", "hash", "gin", "gist", "spgist", "brin"].contains(&self.name.as_str())
    }

    pub(super) fn can_be_unique(&self) -> bool {
        self.is_ordered()
    }

    pub(super) fn is_ordered(&self) -> bool {
        self.name == "btree" || !self.is_known()
    }

    pub(super) fn can_include(&self) -> bool {
        !["hash", "gin", "brin"].contains(&self.name.as_str())
    }
}

pub(super) struct IndexKey {
    pub(super) part: IndexPart,
    pub(super) collation: Option<DatabaseName>,
    pub(super) operator_class: Option<OperatorClass>,
    pub(super) descending: bool,
    /// A variant of `NullsOrder`.
    pub(super) nulls: Option<Ident>,
}

impl IndexKey {
    pub(super) fn new(part: IndexPart) -> Self {
        Self { part, collation: None, operator_class: None, descending: false, nulls: None }
    }
}

#[derive(Clone)]
pub(super) struct OperatorClass {
    pub(super) name: DatabaseName,
    pub(super) parameters: Vec<(String, String)>,
}

/// The name of an object of the database that the schema does not define.
#[derive(Clone)]
pub(super) struct DatabaseName {
    pub(super) namespace: Option<String>,
    pub(super) name: String,
}

pub(super) enum IndexPart {
    Column(Ident),
    Sql(String),
}

pub(super) struct Check {
    pub(super) name: Option<String>,
    /// The column whose name the check's generated name takes.
    pub(super) column: Option<Ident>,
    pub(super) expression: String,
    pub(super) no_inherit: bool,
}

pub(super) struct ForeignKey {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<Ident>,
    pub(super) table: Path,
    pub(super) referenced: Vec<Ident>,
    pub(super) on_delete: Ident,
    pub(super) on_delete_columns: Vec<Ident>,
    pub(super) on_update: Ident,
    pub(super) match_full: bool,
    pub(super) deferrable: Option<Ident>,
}

pub(super) struct Relation {
    pub(super) name: Ident,
    pub(super) cardinality: Cardinality,
    /// The other table.
    pub(super) other: Path,
    pub(super) keys: Keys,
}

/// Where the foreign key of a relation is. The columns come as pairs of equal ones.
pub(super) enum Keys {
    /// In the other table: this table's columns, the other's.
    InChild(Vec<(Ident, Ident)>),
    /// In this table: its columns, the other's.
    InParent(Vec<(Ident, Ident)>),
    /// In a table between the two.
    Between {
        table: Path,
        /// This table's columns, the link table's.
        parent: Vec<(Ident, Ident)>,
        /// The link table's columns, the other's.
        child: Vec<(Ident, Ident)>,
    },
}

impl Relation {
    /// The pairs of equal columns whose first is this table's.
    pub(super) fn own_pairs(&self) -> &[(Ident, Ident)] {
        match &self.keys {
            Keys::InChild(pairs) | Keys::InParent(pairs) | Keys::Between { parent: pairs, .. } => pairs,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cardinality {
    Many,
    Optional,
    Required,
}

/// `has_many` or `has_one`, as the table's attribute says it.
pub(super) struct Collection {
    pub(super) name: Ident,
    pub(super) cardinality: Cardinality,
    /// The child's foreign key, or its own key where there is a link table.
    pub(super) child: KeyList,
    pub(super) through: Option<Through>,
    pub(super) key: Option<Vec<Ident>>,
}

/// `through BookTag(book_id, tag_id)`: the link table, its foreign key to this table, and the one to the other.
pub(super) struct Through {
    pub(super) table: Path,
    pub(super) parent: Vec<Ident>,
    pub(super) child: Vec<Ident>,
}

/// Columns of another table: `Workflow::id` or `User::(tenant_id, id)`.
pub(super) struct KeyList {
    pub(super) table: Path,
    pub(super) columns: Vec<Ident>,
}

/// What a foreign key references, and how.
pub(super) struct Reference {
    pub(super) key: KeyList,
    pub(super) name: Option<String>,
    pub(super) on_delete: Ident,
    pub(super) on_delete_columns: Vec<Ident>,
    pub(super) on_update: Ident,
    pub(super) match_full: bool,
    pub(super) deferrable: Option<Ident>,
    pub(super) relation: Option<Ident>,
}
