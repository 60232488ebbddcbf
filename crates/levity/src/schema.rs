//! The schema model: what a PostgreSQL database looks like, as plain values.
//!
//! A [`Schema`] comes from the derives (`schema!`), from a snapshot file or from introspection, and the three compare
//! with each other. It holds no Rust types and does no I/O.

mod column;
mod constraint;
mod enum_type;
mod exclusion;
mod identity;
mod index;
mod name;
mod sql_type;
mod table;
mod validate;
mod view;

use std::collections::BTreeSet;

pub use column::{Column, Expression, GeneratedKind, GeneratedValue, Identity};
pub use constraint::{Check, Deferrable, ForeignKey, PrimaryKey, ReferentialAction, Unique};
pub use enum_type::{EnumType, EnumValue};
pub use exclusion::{Exclusion, ExclusionElement};
pub use identity::{IdentityOptions, IdentitySequence};
pub use index::{Index, IndexKey, IndexMethod, IndexPart, NullsOrder, OperatorClass};
pub use name::{MAX_IDENTIFIER_BYTES, ObjectName, generated_name};
pub use sql_type::{RangeOf, SqlType};
pub use table::Table;
pub use validate::{InvalidSchema, SchemaError};
pub use view::{CheckOption, View, ViewColumn, ViewOptions};

/// The namespace whose objects are named without one.
const DEFAULT_NAMESPACE: &str = "public";

/// Everything that a project defines in its database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The enum types. Their order carries no meaning.
    pub enum_types: Vec<EnumType>,
    /// The tables. Their order carries no meaning.
    pub tables: Vec<Table>,
    /// The views. Their order carries no meaning: which of them reads another one is found in their definitions.
    pub views: Vec<View>,
}

impl Schema {
    /// The namespaces that its objects are in, without the default one.
    pub fn namespaces(&self) -> BTreeSet<&str> {
        let enum_types = self.enum_types.iter().map(|enum_type| &enum_type.name);
        let tables = self.tables.iter().map(|table| &table.name);
        let views = self.views.iter().map(|view| &view.name);
        let objects = enum_types.chain(tables).chain(views).filter_map(|name| name.namespace.as_deref());
        objects.filter(|name| *name != DEFAULT_NAMESPACE).collect()
    }

    /// The table of this name.
    pub fn table(&self, name: &ObjectName) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }

    /// The view of this name.
    pub fn view(&self, name: &ObjectName) -> Option<&View> {
        self.views.iter().find(|view| view.name == *name)
    }

    /// The enum type of this name.
    pub fn enum_type(&self, name: &ObjectName) -> Option<&EnumType> {
        self.enum_types.iter().find(|enum_type| enum_type.name == *name)
    }
}
