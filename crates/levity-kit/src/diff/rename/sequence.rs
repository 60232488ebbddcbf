use levity::schema::{ObjectName, Schema, Sequence};

use super::{
    super::{ObjectKind, pair::Pair},
    Names,
};

/// A sequence can be another one under a new name if neither belongs to a column, or both to one of the same name.
pub(super) fn resolve(schemas: Pair<&Schema>, names: &mut Names<'_>) -> Vec<(ObjectName, ObjectName)> {
    let column = |sequence: &Sequence| sequence.owned_by.as_ref().map(|owner| owner.column.clone());
    names.resolve_objects(
        ObjectKind::Sequence,
        schemas.map(|schema| schema.sequences.as_slice()),
        |sequence| (&sequence.name, sequence.renamed_from.as_deref()),
        |before, after| column(before) == column(after),
    )
}
