use std::{collections::BTreeMap, fmt};

use super::ObjectName;

/// Where something is defined in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line of the derive, from 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Where the objects of a schema are defined; for messages.
///
/// It is no part of what the schema is: schemas are equal wherever they come from.
#[derive(Debug, Clone, Default)]
pub struct Places(BTreeMap<(ObjectClass, ObjectName), Vec<Place>>);

/// The kinds of objects that have places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ObjectClass {
    /// An enum type.
    EnumType,
    /// A domain.
    Domain,
    /// A sequence.
    Sequence,
    /// A table with what belongs to it.
    Table,
    /// A view with what belongs to it.
    View,
}

impl Places {
    /// Adds the place of an object. Several objects can have one name, which is a mistake that wants to be found.
    pub fn add(&mut self, class: ObjectClass, name: ObjectName, place: Place) {
        self.0.entry((class, name)).or_default().push(place);
    }

    /// The places of the objects of this name.
    pub fn of(&self, class: ObjectClass, name: &ObjectName) -> &[Place] {
        self.0.get(&(class, name.clone())).map_or(&[], Vec::as_slice)
    }
}

impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Places {}
