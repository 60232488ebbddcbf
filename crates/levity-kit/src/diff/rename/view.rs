use levity::schema::Schema;

use super::{
    super::{ObjectKind, pair::Pair},
    Names, Renames, in_namespace, qualified,
};

/// A view can be another one under a new name if they have the same columns.
pub(super) fn resolve(
    schemas: Pair<&Schema>,
    namespace: Option<&str>,
    names: &mut Names<'_>,
    renames: &mut Renames,
) {
    let Pair { previous, next } =
        schemas.map(|schema| schema.views.iter().filter(move |v| v.name.namespace.as_deref() == namespace));
    let renamed = names.resolve(
        ObjectKind::View,
        |name| in_namespace(namespace, name).to_string(),
        previous.map(|view| &*view.name.name),
        next.map(|view| (&*view.name.name, view.renamed_from.as_deref())),
        |before, after| {
            let before = schemas.previous.view(&in_namespace(namespace, before));
            let after = schemas.next.view(&in_namespace(namespace, after));
            before.zip(after).is_some_and(|(before, after)| before.columns == after.columns)
        },
    );
    renames.views.extend(qualified(namespace, renamed));
}
