use levity::schema::Schema;

use super::{
    super::{ObjectKind, pair::Pair},
    Names, Renames, in_namespace, qualified,
};

/// A domain can be another one under a new name if both are made of the same type.
pub(super) fn resolve(
    schemas: Pair<&Schema>,
    namespace: Option<&str>,
    names: &mut Names<'_>,
    renames: &mut Renames,
) {
    let Pair { previous, next } =
        schemas.map(|schema| schema.domains.iter().filter(move |d| d.name.namespace.as_deref() == namespace));
    let base_type = |schema: &Schema, name: &str| {
        schema.domain(&in_namespace(namespace, name)).map(|domain| schema.base_type(&domain.base_type))
    };
    let renamed = names.resolve(
        ObjectKind::Domain,
        |name| in_namespace(namespace, name).to_string(),
        previous.map(|domain| &*domain.name.name),
        next.map(|domain| (&*domain.name.name, domain.renamed_from.as_deref())),
        |before, after| {
            let before = base_type(schemas.previous, before).map(|base| renames.sql_type(&base));
            before == base_type(schemas.next, after)
        },
    );
    renames.domains.extend(qualified(namespace, renamed));
}
