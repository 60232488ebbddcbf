//! Relations between tables: what the derive says about each, and how the rows that it leads to are held.

mod conditions;
mod related;

use super::{Queryable, TableInfo, Tables};

pub use related::Related;

/// A relation between two tables. `derive(Table)` makes a type for each `has_many`, `has_one` and `references`.
pub trait Relation {
    /// The table that the relation starts from.
    type Parent: Queryable;
    /// The table that it leads to.
    type Child: Queryable;
    /// The tables whose columns can say which rows it leads to: the child, and the link table where there is one.
    type Scope: Tables;
    /// How many rows it leads to.
    type Cardinality: Cardinality;

    /// The relation's name, as in `Execution::steps()`.
    const NAME: &'static str;
    /// How the rows are found.
    const KEYS: RelationKeys;
}

/// Pairs of columns that are equal; all of them, for a composite key.
type Pairs = &'static [(&'static str, &'static str)];

/// Where the foreign key of a relation is.
#[derive(Debug, Clone, Copy)]
pub enum RelationKeys {
    /// In the child, which belongs to one parent: the parent's columns, the child's.
    InChild(Pairs),
    /// In the parent, so that several parents can share a child: the parent's columns, the child's.
    InParent(Pairs),
    /// Both keys are in the rows of a table between the two.
    Between {
        /// The link table.
        table: fn() -> &'static TableInfo,
        /// The parent's columns, the link table's.
        parent: Pairs,
        /// The link table's columns, the child's.
        child: Pairs,
    },
}

/// A relation that starts from the table `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of the table `{T}`",
    label = "this relation starts from another table"
)]
pub trait RelationOf<T>: Relation<Parent = T> {}

/// How many rows a relation leads to, and what that makes of them.
pub trait Cardinality {
    /// What a row of the parent holds.
    type Loaded<C>;

    /// Makes it from the rows that were found; nothing when there are too few or too many.
    fn collect<C>(rows: Vec<C>) -> Option<Self::Loaded<C>>;
}

/// A relation whose rows can be chosen: filtered away without contradicting its type.
#[diagnostic::on_unimplemented(
    message = "a required to-one relation cannot be filtered",
    label = "every row has exactly one; filter the parent instead, by what `some` says about it"
)]
pub trait Filterable: Cardinality {}

/// Any number of rows: a `Vec`.
#[derive(Debug)]
pub enum Many {}

/// A row or none: an `Option`.
#[derive(Debug)]
pub enum Optional {}

/// Exactly one row.
#[derive(Debug)]
pub enum Required {}

impl Cardinality for Many {
    type Loaded<C> = Vec<C>;

    fn collect<C>(rows: Vec<C>) -> Option<Vec<C>> {
        Some(rows)
    }
}

impl Cardinality for Optional {
    type Loaded<C> = Option<C>;

    fn collect<C>(rows: Vec<C>) -> Option<Option<C>> {
        let mut rows = rows.into_iter();
        let first = rows.next();
        rows.next().is_none().then_some(first)
    }
}

impl Cardinality for Required {
    type Loaded<C> = C;

    fn collect<C>(rows: Vec<C>) -> Option<C> {
        rows.into_iter().next()
    }
}

impl Filterable for Many {}
impl Filterable for Optional {}

/// What the parent holds of a relation whose rows are `C`.
pub type Loaded<R, C> = <<R as Relation>::Cardinality as Cardinality>::Loaded<C>;

/// Stands for a relation that a query did not load. It has no rows to read, so using it does not compile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotLoaded;

/// A row that can take what was `Loaded` of the relation `R`.
#[diagnostic::on_unimplemented(
    message = "the relation `{R}` cannot be loaded into `{Self}`",
    label = "it is already loaded here, it starts from another table, or columns were chosen before it"
)]
pub trait Attach<R, Loaded> {
    /// The row with the relation.
    type Output;

    /// Adds what was loaded.
    fn attach(self, loaded: Loaded) -> Self::Output;
}

/// A table that can take what was `Loaded` of the relation `R` along with a choice of its columns.
///
/// The derive implements this for the table, and not [`Attach`] for what was chosen: an impl for a type of this crate would
/// make a private table reachable in the eyes of the compiler's lints.
pub trait AttachToColumns<R, Loaded> {
    /// The chosen columns with the relation.
    type Output<Row>;

    /// Adds what was loaded.
    fn attach<Row>(row: Row, loaded: Loaded) -> Self::Output<Row>;
}
