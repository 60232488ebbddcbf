//! Objects that are not the project's: reported, never touched.

use std::collections::BTreeSet;

use levity::schema::Schema;
use levity_kit::introspect::{Introspected, Unsupported};

use crate::printer::note;

/// How many are named.
const NAMED: usize = 10;

/// The objects as a person calls them: ``table `log` ``.
pub(crate) fn names(objects: &[Unsupported]) -> Vec<String> {
    objects.iter().map(|object| format!("{} `{}`", object.kind, object.name)).collect()
}

/// All that a database has, but the extensions and namespaces, which no plan drops.
pub(crate) fn all(found: &Introspected) -> Vec<String> {
    let tables = found.schema.tables.iter().map(|table| format!("table `{}`", table.name));
    let enum_types =
        found.schema.enum_types.iter().map(|enum_type| format!("enum type `{}`", enum_type.name));
    let views = found.schema.views.iter().map(|view| format!("{} `{}`", view.kind(), view.name));
    let domains = found.schema.domains.iter().map(|domain| format!("domain `{}`", domain.name));
    let sequences = found.schema.sequences.iter().map(|sequence| format!("sequence `{}`", sequence.name));
    let objects = tables.chain(views).chain(enum_types).chain(domains).chain(sequences);
    objects.chain(names(&found.unsupported)).collect()
}

/// Names what was left alone, and why.
pub(crate) fn report(names: &[String], reason: &str) {
    if names.is_empty() {
        return;
    }
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let named = &names[..names.len().min(NAMED)];
    note(format_args!("left alone, {reason}: {}{more}", named.join(", ")));
}

/// The namespaces to look into: those of the schemas, and the default one.
pub(crate) fn namespaces<'a>(schemas: impl IntoIterator<Item = &'a Schema>) -> Vec<&'a str> {
    let mut namespaces = BTreeSet::from(["public"]);
    for schema in schemas {
        namespaces.extend(schema.namespaces());
    }
    namespaces.into_iter().collect()
}
