use std::collections::BTreeSet;

use super::{SchemaError, check_name, check_object_name, index, table::check_type};
use crate::schema::{Schema, View, ViewOptions};

pub(super) fn validate(schema: &Schema, view: &View, problems: &mut Vec<SchemaError>) {
    let kind = view.kind();
    check_object_name(&format!("a {kind}"), &view.name, problems);
    if view.definition.0.is_empty() {
        problems.push(SchemaError::ViewWithoutDefinition { kind, view: view.name.clone() });
    }
    let mut seen = BTreeSet::new();
    for column in &view.columns {
        check_name(&format!("a column of {kind} `{}`", view.name), &column.name, problems);
        if !seen.insert(&column.name) {
            let (view, column) = (view.name.clone(), column.name.clone());
            problems.push(SchemaError::DuplicateViewColumn { kind, view, column });
        }
        check_type(schema, &view.name, &column.name, &column.sql_type, problems);
    }
    let mut not_of_this_kind = |what, others| {
        let view = view.name.clone();
        problems.push(SchemaError::NotOfThisKindOfView { kind, view, what, others });
    };
    if view.materialized && view.options != ViewOptions::default() {
        not_of_this_kind("an option".to_owned(), "views that are not materialized");
    }
    if !view.materialized {
        for index in &view.indexes {
            not_of_this_kind(format!("the index `{}`", index.name), "materialized views");
        }
    }
    let table = view.as_table();
    for index in &table.indexes {
        index::validate(&table, index, problems);
    }
}
