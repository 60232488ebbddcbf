use levity::schema::Schema;

use super::{
    super::{ObjectKind, pair::Pair},
    Names, Renames, in_namespace, qualified,
};

/// A sequence can be another one under a new name if neither belongs to a column, or both to one of the same name.
pub(super) fn resolve(
    schemas: Pair<&Schema>,
    namespace: Option<&str>,
    names: &mut Names<'_>,
    renames: &mut Renames,
) {
    let Pair { previous, next } = schemas
        .map(|schema| schema.sequences.iter().filter(move |s| s.name.namespace.as_deref() == namespace));
    let column = |schema: &Schema, name: &str| {
        let owner = schema.sequence(&in_namespace(namespace, name)).and_then(|s| s.owned_by.as_ref());
        owner.map(|owner| owner.column.clone())
    };
    let renamed = names.resolve(
        ObjectKind::Sequence,
        |name| in_namespace(namespace, name).to_string(),
        previous.map(|sequence| &*sequence.name.name),
        next.map(|sequence| (&*sequence.name.name, sequence.renamed_from.as_deref())),
        |before, after| column(schemas.previous, before) == column(schemas.next, after),
    );
    renames.sequences.extend(qualified(namespace, renamed));
}
