use std::collections::BTreeSet;

use levity::schema::{EnumType, ObjectName, Schema};

use super::{
    super::{ObjectKind, pair::Pair, path},
    Names, Renames, original,
};

/// An enum type can be another one under a new name if they share a label.
pub(super) fn resolve(schemas: Pair<&Schema>, names: &mut Names<'_>) -> Vec<(ObjectName, ObjectName)> {
    let labels = |enum_type: &EnumType| -> BTreeSet<String> {
        enum_type.values.iter().map(|value| value.label.clone()).collect()
    };
    names.resolve_objects(
        ObjectKind::EnumType,
        schemas.map(|schema| schema.enum_types.as_slice()),
        |enum_type| (&enum_type.name, enum_type.renamed_from.as_deref()),
        |before, after| !labels(before).is_disjoint(&labels(after)),
    )
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
