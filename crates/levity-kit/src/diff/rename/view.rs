use levity::schema::{ObjectName, Schema};

use super::{
    super::{ObjectKind, pair::Pair},
    Names,
};

/// A view can be another one under a new name if they have the same columns.
pub(super) fn resolve(schemas: Pair<&Schema>, names: &mut Names<'_>) -> Vec<(ObjectName, ObjectName)> {
    names.resolve_objects(
        ObjectKind::View,
        schemas.map(|schema| schema.views.as_slice()),
        |view| (&view.name, view.renamed_from.as_deref()),
        |before, after| before.columns == after.columns,
    )
}
