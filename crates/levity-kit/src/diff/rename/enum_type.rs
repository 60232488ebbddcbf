use std::collections::BTreeSet;

use levity::schema::Schema;

use super::{
    super::{ObjectKind, pair::Pair, path},
    Names, Renames, in_namespace, original, qualified,
};

/// An enum type can be another one under a new name if they share a label.
pub(super) fn resolve(
    schemas: Pair<&Schema>,
    namespace: Option<&str>,
    names: &mut Names<'_>,
    renames: &mut Renames,
) {
    let Pair { previous, next } = schemas
        .map(|schema| schema.enum_types.iter().filter(move |e| e.name.namespace.as_deref() == namespace));
    let labels = |schema: &Schema, name: &str| -> BTreeSet<String> {
        let enum_type = schema.enum_type(&in_namespace(namespace, name));
        enum_type
            .into_iter()
            .flat_map(|enum_type| &enum_type.values)
            .map(|value| value.label.clone())
            .collect()
    };
    let renamed = names.resolve(
        ObjectKind::EnumType,
        |name| in_namespace(namespace, name).to_string(),
        previous.map(|enum_type| &*enum_type.name.name),
        next.map(|enum_type| (&*enum_type.name.name, enum_type.renamed_from.as_deref())),
        |before, after| !labels(schemas.previous, before).is_disjoint(&labels(schemas.next, after)),
    );
    renames.enum_types.extend(qualified(namespace, renamed));
}

/// The values of the enum types that stay.
pub(super) fn resolve_values(schemas: Pair<&Schema>, names: &mut Names<'_>, renames: &mut Renames) {
    let Pair { previous, next } = schemas;
    for enum_type in &next.enum_types {
        let Some(before) = previous.enum_type(original(&renames.enum_types, &enum_type.name)) else {
            continue;
        };
        let renamed = names.resolve(
            ObjectKind::EnumValue,
            |label| path(&before.name, label),
            before.values.iter().map(|value| &*value.label),
            enum_type.values.iter().map(|value| (&*value.label, value.renamed_from.as_deref())),
            |_, _| true,
        );
        if !renamed.is_empty() {
            renames.values.insert(enum_type.name.clone(), renamed);
        }
    }
}
