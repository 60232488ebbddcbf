use crate::{
    SchemaObject, Table, View,
    schema::{EnumType, Schema},
};

/// Collects what `schema!` lists.
#[derive(Default)]
pub struct SchemaBuilder(Schema);

impl SchemaBuilder {
    /// Adds an object that is described by a type.
    pub fn add<T: SchemaObject>(&mut self) {
        T::add_to(self);
    }

    /// Adds a table and the enum types of its columns.
    pub fn table<T: Table>(&mut self) {
        self.enum_types(T::enum_types());
        self.0.tables.push(T::definition());
    }

    /// Adds a view and the enum types of its columns.
    pub fn view<V: View>(&mut self) {
        self.enum_types(V::enum_types());
        self.0.views.push(V::definition());
    }

    fn enum_types(&mut self, enum_types: Vec<EnumType>) {
        for enum_type in enum_types {
            if !self.0.enum_types.contains(&enum_type) {
                self.0.enum_types.push(enum_type);
            }
        }
    }

    /// The schema.
    pub fn build(self) -> Schema {
        self.0
    }
}
