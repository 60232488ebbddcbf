use levity::schema::{ObjectName, Schema};

use super::{ObjectKind, RenameHints, UnsupportedChange, pair::Pair};

/// Tables, sequences, enum types and domains that are gone in one namespace and new in another under the same name.
/// PostgreSQL could move them, but no step does: dropping one and creating the other would silently lose the rows.
pub(super) fn moved(schemas: Pair<&Schema>, hints: &RenameHints) -> Vec<UnsupportedChange> {
    let tables = schemas.map(|schema| schema.tables.iter().map(|table| &table.name).collect());
    let enum_types = schemas.map(|schema| schema.enum_types.iter().map(|e| &e.name).collect());
    let domains = schemas.map(|schema| schema.domains.iter().map(|d| &d.name).collect());
    let sequences = schemas.map(|schema| schema.sequences.iter().map(|s| &s.name).collect());
    let tables = moved_names(&tables, hints).into_iter().map(|names| (ObjectKind::Table, names));
    let enum_types = moved_names(&enum_types, hints).into_iter().map(|names| (ObjectKind::EnumType, names));
    let domains = moved_names(&domains, hints).into_iter().map(|names| (ObjectKind::Domain, names));
    let sequences = moved_names(&sequences, hints).into_iter().map(|names| (ObjectKind::Sequence, names));
    (tables.chain(enum_types).chain(domains).chain(sequences))
        .map(|(kind, Pair { previous, next })| UnsupportedChange::OtherNamespace {
            kind,
            previous: previous.to_string(),
            next: next.to_string(),
        })
        .collect()
}

fn moved_names<'a>(names: &Pair<Vec<&'a ObjectName>>, hints: &RenameHints) -> Vec<Pair<&'a ObjectName>> {
    let is_gone =
        |name: &&ObjectName| !names.next.contains(name) && !hints.dropped.contains(&name.to_string());
    let successor = |gone: &ObjectName| {
        let mut added = names.next.iter().copied().filter(|name| !names.previous.contains(name));
        added.find(|added| added.name == gone.name)
    };
    (names.previous.iter().copied().filter(is_gone))
        .filter_map(|previous| Some(Pair { previous, next: successor(previous)? }))
        .collect()
}
