//! Types that make room for what gets their name, until their columns are converted.

use levity::schema::{ObjectName, Schema, generated_name};

use super::pair::Pair;

/// Whether a schema has a type of this name. To PostgreSQL, tables and views are types as well.
pub(super) fn is_type_name(schema: &Schema, name: &ObjectName) -> bool {
    let is_type = schema.enum_type(name).is_some() || schema.domain(name).is_some();
    is_type || schema.table(name).is_some() || schema.view(name).is_some()
}

/// What a type is called from the moment on that it makes room, which is no name of anything else.
pub(super) fn name_aside(schemas: Pair<&Schema>, name: &ObjectName) -> ObjectName {
    let is_taken =
        |name: &ObjectName| is_type_name(schemas.previous, name) || is_type_name(schemas.next, name);
    let mut aside = name.sibling(generated_name(&[&name.name, "old"]));
    let mut number = 1;
    while is_taken(&aside) {
        number += 1;
        aside = name.sibling(generated_name(&[&name.name, "old", &number.to_string()]));
    }
    aside
}
