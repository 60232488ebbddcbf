//! The typed layer: tables, columns and expressions that know what they belong to, and the queries built from them.
//!
//! A type carries three things and no more: the value, whether it can be null, and the tables it mentions. Everything
//! else is in the untyped statements of [`crate::query`].

mod column;
mod delete;
mod expr;
mod insert;
mod methods;
mod operand;
mod operators;
mod relation;
mod scope;
mod select;
mod shape;
mod sql_query;
mod table;
mod tree;
mod update;

pub use column::Column;
pub use delete::Delete;
pub use expr::{Expr, Expression, NotNull, Nullability, Nullable, Predicate};
pub use insert::{Given, Insert, Insertable, Missing, Provided};
pub use operand::{IntoValue, Operand};
pub use operators::{
    Number, Ordering, SortBy, all_of, and, any_of, asc, desc, eq, gt, gte, ilike, in_list, is_not_null,
    is_null, like, lt, lte, ne, not, or,
};
pub use relation::{
    Attach, Cardinality, Loaded, Many, NotLoaded, Optional, Related, Relation, RelationOf, Required,
};
pub use scope::{Contains, Covers, Here, Scope, There};
pub use select::Select;
pub use shape::{Plain, Shape, With};
pub use sql_query::{Sql, SqlArgument, SqlQuery};
pub use table::{ColumnInfo, InSchema, Table, TableInfo};
pub use tree::Tree;
pub use update::{AcceptsFilter, All, ChoosesRows, Filtered, Patch, Unfiltered, Update};
