//! The schema model: what a PostgreSQL database looks like, as plain values.
//!
//! A [`Schema`] comes from the derives (`schema!`), from a snapshot file or from introspection, and the three compare
//! with each other. It holds no Rust types and does no I/O.

mod column;
mod constraint;
mod domain;
mod enum_type;
mod exclusion;
mod extension;
mod identity;
mod index;
mod name;
mod partition;
mod place;
mod sequence;
mod sql_type;
mod table;
mod type_definition;
mod validate;
mod view;

use std::collections::BTreeSet;

pub use column::{Column, Expression, GeneratedKind, GeneratedValue, Identity};
pub use constraint::{Check, Deferrable, ForeignKey, PrimaryKey, ReferentialAction, Unique};
pub use domain::Domain;
pub use enum_type::{EnumType, EnumValue};
pub use exclusion::{Exclusion, ExclusionElement};
pub use extension::Extension;
pub use identity::{IdentityOptions, IdentitySequence};
pub use index::{Index, IndexKey, IndexMethod, IndexPart, NullsOrder, OperatorClass};
pub use name::{MAX_IDENTIFIER_BYTES, ObjectName, generated_name};
pub use partition::{Partition, PartitionBounds, PartitionBy, PartitionStrategy};
pub use place::{ObjectClass, Place, Places};
pub use sequence::{Sequence, SequenceOwner};
pub use sql_type::{RangeOf, SqlType};
pub use table::Table;
pub use type_definition::TypeDefinition;
pub use validate::{InvalidSchema, PartitionError, SchemaError, SchemaProblem};
pub use view::{CheckOption, View, ViewColumn, ViewOptions};

/// The namespace whose objects are named without one.
const DEFAULT_NAMESPACE: &str = "public";

/// Everything that a project defines in its database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The extensions that it needs.
    pub extensions: Vec<Extension>,
    /// The namespaces that it lists, whether or not an object is in them.
    pub declared_namespaces: Vec<String>,
    /// The enum types. Their order carries no meaning.
    pub enum_types: Vec<EnumType>,
    /// The domains. Their order carries no meaning.
    pub domains: Vec<Domain>,
    /// The sequences, without those of identity columns. Their order carries no meaning.
    pub sequences: Vec<Sequence>,
    /// The tables. Their order carries no meaning.
    pub tables: Vec<Table>,
    /// The views. Their order carries no meaning: which of them reads another one is found in their definitions.
    pub views: Vec<View>,
    /// Where its objects are defined, as far as that is known. It does not count when schemas are compared.
    pub places: Places,
}

impl Schema {
    /// The namespaces that it lists and those that its objects are in, without the default one.
    pub fn namespaces(&self) -> BTreeSet<&str> {
        let enum_types = self.enum_types.iter().map(|enum_type| &enum_type.name);
        let domains = self.domains.iter().map(|domain| &domain.name);
        let sequences = self.sequences.iter().map(|sequence| &sequence.name);
        let tables = self.tables.iter().map(|table| &table.name);
        let views = self.views.iter().map(|view| &view.name);
        let objects = enum_types
            .chain(domains)
            .chain(sequences)
            .chain(tables)
            .chain(views)
            .filter_map(|name| name.namespace.as_deref());
        let extensions = self.extensions.iter().filter_map(|extension| extension.namespace.as_deref());
        let declared = self.declared_namespaces.iter().map(String::as_str);
        declared.chain(extensions).chain(objects).filter(|name| *name != DEFAULT_NAMESPACE).collect()
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

    /// The sequence of this name.
    pub fn sequence(&self, name: &ObjectName) -> Option<&Sequence> {
        self.sequences.iter().find(|sequence| sequence.name == *name)
    }

    /// The domain of this name.
    pub fn domain(&self, name: &ObjectName) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.name == *name)
    }

    /// The type that values of this one have in the end: what is behind a domain, also in an array.
    pub fn base_type(&self, sql_type: &SqlType) -> SqlType {
        let mut base = sql_type;
        // A domain that is its own base makes no sense, and must not be followed for ever.
        for _ in 0..=self.domains.len() {
            match base {
                SqlType::Domain(name) => match self.domain(name) {
                    Some(domain) => base = &domain.base_type,
                    None => break,
                },
                SqlType::Array(element) => return SqlType::Array(Box::new(self.base_type(element))),
                _ => break,
            }
        }
        base.clone()
    }
}
