//! What a schema must fulfil before anything is derived from it.

mod domain;
mod error;
mod exclusion;
mod index;
mod partition;
mod sequence;
mod table;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use super::{EnumType, MAX_IDENTIFIER_BYTES, ObjectClass, ObjectName, Place, Schema, Table};
pub use error::{InvalidSchema, SchemaError, SchemaProblem};
pub use partition::PartitionError;

/// The namespace that the history of migrations lives in.
const RESERVED_NAMESPACE: &str = "levity";

impl Schema {
    /// Checks that the definitions agree with each other, and reports every problem at once.
    ///
    /// What only the server can judge (expressions, types of other extensions) is not checked here.
    pub fn validate(&self) -> Result<(), InvalidSchema> {
        let mut problems = Vec::new();
        self.validate_names_without_objects(&mut problems);
        self.validate_object_names(&mut problems);
        let mut validate = |class, name: &ObjectName, validate: &dyn Fn(&mut Vec<SchemaError>)| {
            let mut found = Vec::new();
            validate(&mut found);
            let places = self.places.of(class, name);
            problems.extend(found.into_iter().map(|error| SchemaProblem { error, places: places.to_vec() }));
        };
        for enum_type in &self.enum_types {
            validate(ObjectClass::EnumType, &enum_type.name, &|found| validate_enum_type(enum_type, found));
        }
        for domain in &self.domains {
            validate(ObjectClass::Domain, &domain.name, &|found| domain::validate(self, domain, found));
        }
        for sequence in &self.sequences {
            let check = |found: &mut Vec<SchemaError>| sequence::validate(self, sequence, found);
            validate(ObjectClass::Sequence, &sequence.name, &check);
        }
        for table in &self.tables {
            validate(ObjectClass::Table, &table.name, &|found| table::validate(self, table, found));
        }
        for view in &self.views {
            validate(ObjectClass::View, &view.name, &|found| view::validate(self, view, found));
        }
        if problems.is_empty() { Ok(()) } else { Err(InvalidSchema { problems }) }
    }

    /// Extensions, and namespaces that are listed by themselves.
    fn validate_names_without_objects(&self, problems: &mut Vec<SchemaProblem>) {
        let mut found = Vec::new();
        for extension in &self.extensions {
            check_name("an extension", &extension.name, &mut found);
            extension.namespace.iter().for_each(|name| check_name("a namespace", name, &mut found));
        }
        for name in &self.declared_namespaces {
            check_name("a namespace", name, &mut found);
        }
        let extensions = self.extensions.iter().filter_map(|extension| extension.namespace.as_ref());
        if self.declared_namespaces.iter().chain(extensions).any(|name| name == RESERVED_NAMESPACE) {
            found.push(SchemaError::ReservedNamespaceListed);
        }
        problems.extend(found.into_iter().map(|error| SchemaProblem { error, places: Vec::new() }));
    }

    /// Tables, partitions, views, sequences, indexes and the indexes of keys share one set of names per namespace; so do types,
    /// tables, partitions and views.
    fn validate_object_names(&self, problems: &mut Vec<SchemaProblem>) {
        let mut types = BTreeMap::new();
        let mut relations = BTreeMap::new();
        let owner = |class, kind: &str, name: &ObjectName| Owner {
            description: format!("{kind} `{name}`"),
            places: self.places.of(class, name),
        };
        for enum_type in &self.enum_types {
            let name = &enum_type.name;
            claim(&mut types, name.clone(), owner(ObjectClass::EnumType, "enum type", name), problems);
        }
        for domain in &self.domains {
            let name = &domain.name;
            claim(&mut types, name.clone(), owner(ObjectClass::Domain, "domain", name), problems);
        }
        for Table { name, .. } in &self.tables {
            let table = owner(ObjectClass::Table, "table", name);
            claim(&mut types, name.clone(), table.clone(), problems);
            relations.insert(name.clone(), table);
        }
        for sequence in &self.sequences {
            let name = &sequence.name;
            claim(&mut relations, name.clone(), owner(ObjectClass::Sequence, "sequence", name), problems);
        }
        partition::claim_names(self, &mut relations, &mut types, problems);
        for view in &self.views {
            let owner = owner(ObjectClass::View, view.kind(), &view.name);
            let problems_before = problems.len();
            claim(&mut relations, view.name.clone(), owner.clone(), problems);
            if problems.len() == problems_before {
                claim(&mut types, view.name.clone(), owner, problems);
            }
        }
        for table in &self.tables {
            let keys = table.primary_key.iter().map(|key| ("primary key", &key.name));
            let uniques = table.uniques.iter().map(|unique| ("unique constraint", &unique.name));
            let exclusions =
                table.exclusions.iter().map(|exclusion| ("exclusion constraint", &exclusion.name));
            let indexes = table.indexes.iter().map(|index| ("index", &index.name));
            for (kind, name) in keys.chain(uniques).chain(exclusions).chain(indexes) {
                let owner = Owner {
                    description: format!("{kind} `{name}` of table `{}`", table.name),
                    places: self.places.of(ObjectClass::Table, &table.name),
                };
                claim(&mut relations, table.name.sibling(name), owner, problems);
            }
        }
        for view in &self.views {
            for index in &view.indexes {
                let owner = Owner {
                    description: format!("index `{}` of {} `{}`", index.name, view.kind(), view.name),
                    places: self.places.of(ObjectClass::View, &view.name),
                };
                claim(&mut relations, view.name.sibling(&index.name), owner, problems);
            }
        }
    }
}

/// Who has a name.
#[derive(Clone)]
struct Owner<'a> {
    description: String,
    places: &'a [Place],
}

fn claim<'a>(
    taken: &mut BTreeMap<ObjectName, Owner<'a>>,
    name: ObjectName,
    owner: Owner<'a>,
    problems: &mut Vec<SchemaProblem>,
) {
    let Some(first) = taken.get(&name) else {
        taken.insert(name, owner);
        return;
    };
    let mut places = first.places.to_vec();
    // Two of one kind and name have the same places.
    places.extend(owner.places.iter().filter(|place| !first.places.contains(place)));
    let (first, second) = (first.description.clone(), owner.description);
    problems.push(SchemaProblem { error: SchemaError::DuplicateName { name, first, second }, places });
}

fn validate_enum_type(enum_type: &EnumType, problems: &mut Vec<SchemaError>) {
    check_object_name("an enum type", &enum_type.name, problems);
    if enum_type.values.is_empty() {
        problems.push(SchemaError::EnumWithoutValues { enum_type: enum_type.name.clone() });
    }
    let mut seen = BTreeSet::new();
    for value in &enum_type.values {
        let object = format!("a value of enum type `{}`", enum_type.name);
        check_name(&object, &value.label, problems);
        if !seen.insert(&value.label) {
            problems.push(SchemaError::DuplicateEnumValue {
                enum_type: enum_type.name.clone(),
                label: value.label.clone(),
            });
        }
    }
}

fn check_object_name(object: &str, name: &ObjectName, problems: &mut Vec<SchemaError>) {
    check_name(object, &name.name, problems);
    if let Some(namespace) = &name.namespace {
        check_name("a namespace", namespace, problems);
        if namespace == RESERVED_NAMESPACE {
            problems.push(SchemaError::ReservedNamespace { name: name.clone() });
        }
    }
}

fn check_name(object: &str, name: &str, problems: &mut Vec<SchemaError>) {
    if name.is_empty() {
        problems.push(SchemaError::EmptyName { object: object.to_owned() });
    }
    if name.contains('\0') {
        problems.push(SchemaError::NulInName { name: name.replace('\0', "\\0") });
    }
    if name.len() > MAX_IDENTIFIER_BYTES {
        problems.push(SchemaError::NameTooLong { name: name.to_owned(), bytes: name.len() });
    }
}

#[cfg(test)]
mod tests;
