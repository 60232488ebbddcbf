use levity::schema::{ObjectName, Schema};

use super::{
    super::{ObjectKind, pair::Pair},
    Names, Renames,
};

/// A domain can be another one under a new name if both are made of the same type.
pub(super) fn resolve(
    schemas: Pair<&Schema>,
    names: &mut Names<'_>,
    renames: &Renames,
) -> Vec<(ObjectName, ObjectName)> {
    names.resolve_objects(
        ObjectKind::Domain,
        schemas.map(|schema| schema.domains.as_slice()),
        |domain| (&domain.name, domain.renamed_from.as_deref()),
        |before, after| {
            let before = renames.sql_type(&schemas.previous.base_type(&before.base_type));
            before == schemas.next.base_type(&after.base_type)
        },
    )
}
