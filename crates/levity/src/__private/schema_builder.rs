use crate::{
    SchemaObject, Sequence, Table, View,
    schema::{Extension, ObjectClass, Place, Schema, TypeDefinition},
};

/// Collects what `schema!` lists.
#[derive(Default)]
pub struct SchemaBuilder(Schema);

impl SchemaBuilder {
    /// Adds an object that is described by a type.
    pub fn add<T: SchemaObject>(&mut self) {
        T::add_to(self);
    }

    /// Adds a table and the enum types and domains of its columns.
    pub fn table<T: Table>(&mut self, place: Place) {
        self.type_definitions(T::types());
        let table = T::definition();
        self.0.places.add(ObjectClass::Table, table.name.clone(), place);
        self.0.tables.push(table);
    }

    /// Adds a view and the enum types and domains of its columns.
    pub fn view<V: View>(&mut self, place: Place) {
        self.type_definitions(V::types());
        let view = V::definition();
        self.0.places.add(ObjectClass::View, view.name.clone(), place);
        self.0.views.push(view);
    }

    /// Adds types, which many columns can bring along.
    fn type_definitions(&mut self, definitions: Vec<TypeDefinition>) {
        for definition in definitions {
            match definition {
                TypeDefinition::Enum(enum_type, place) => {
                    if !self.0.enum_types.contains(&enum_type) {
                        self.0.places.add(ObjectClass::EnumType, enum_type.name.clone(), place);
                        self.0.enum_types.push(enum_type);
                    }
                }
                TypeDefinition::Domain(domain, place) => {
                    if !self.0.domains.contains(&domain) {
                        self.0.places.add(ObjectClass::Domain, domain.name.clone(), place);
                        self.0.domains.push(domain);
                    }
                }
            }
        }
    }

    /// Adds a sequence.
    pub fn sequence<S: Sequence>(&mut self, place: Place) {
        let sequence = S::definition();
        self.0.places.add(ObjectClass::Sequence, sequence.name.clone(), place);
        self.0.sequences.push(sequence);
    }

    /// Adds an extension.
    pub fn extension(&mut self, extension: Extension) {
        self.0.extensions.push(extension);
    }

    /// Adds a namespace that is listed by itself.
    pub fn namespace(&mut self, name: &str) {
        self.0.declared_namespaces.push(name.to_owned());
    }

    /// The schema.
    pub fn build(self) -> Schema {
        self.0
    }
}
