//! The typed layer: tables, columns and expressions that know what they belong to, and the queries built from them.
//!
//! A type carries three things and no more: the value, whether it can be null, and the tables it mentions. Everything
//! else is in the untyped statements of [`crate::query`].

#![expect(
    clippy::type_complexity,
    reason = "a signature computes the tables and the nullability of its result"
)]

mod column;
mod copy;
mod delete;
mod derived;
mod expr;
mod functions;
mod insert;
mod join;
mod key;
mod keyset;
mod listed;
mod lock;
mod methods;
mod nullability;
mod operand;
mod operators;
mod query;
mod refresh;
mod relation;
mod scope;
mod select;
mod selection;
pub(crate) mod sequence;
mod set;
mod shape;
mod source;
mod sql_query;
mod table;
mod tree;
mod update;
mod view;

pub use column::Column;
pub use copy::CopyRows;
pub use delete::Delete;
pub use derived::{Derived, RowsOf, cte, cte_sql, lateral, recursive, recursive_distinct, subquery};
pub use expr::{Condition, Expr, Expression, Expressions, Predicate};
pub use functions::*;
pub use insert::{
    Amount, AtMostOneRow, ByConstraint, ByIndex, ConflictTarget, ConflictUpdate, Constraint, Excluded, Fits,
    Given, Insert, InsertColumns, Insertable, ManyRows, Missing, OnConflict, OneRow, Provided, Resolves,
    constraint, excluded,
};
pub use join::{Join, Joinable};
pub use key::Keyed;
pub use keyset::Keyset;
pub use listed::{Listed, SchemaObject};
pub use lock::{Lock, Lockable, for_key_share, for_no_key_update, for_share, for_update};
pub use nullability::{FitsInto, Never, NotNull, Nullability, Nullable};
pub use operand::{IntoValue, Operand};
pub use operators::*;
pub use query::{Detached, Query, Subquery, select, select_from};
pub use refresh::Refresh;
pub use relation::{
    Attach, AttachToColumns, Cardinality, Loaded, Many, NotLoaded, Optional, Related, Relation, RelationKeys,
    RelationOf, Required,
};
pub use scope::{Contains, Covers, Entry, Here, Outer, Parent, Scope, Tables, There};
pub use select::{Select, Streamable};
pub use selection::{Chosen, FirstTable, IntoField, Returns, Selection, WholeRow, row};
pub use sequence::Sequence;
pub use set::SetQuery;
pub use shape::{BaseColumns, ChooseColumns, ChosenRow, Plain, RelatedColumns, Shape, With, WithCount};
pub use source::{Alias, Source};
pub use sql_query::{Sql, SqlArgument, SqlQuery};
pub use table::{ColumnInfo, InSchema, Queryable, Table, TableInfo};
pub use tree::Tree;
pub use update::{AcceptsFilter, All, ChoosesRows, Filtered, Patch, Unfiltered, Update};
pub use view::{MaterializedView, View};
